"""The layout of a store: versions, the pointer, and what is compressed under its hash."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.bucket_store import Bucket
from modeldex.storage.snapshots import (
    POINTER,
    Manifest,
    Newer,
    Pointer,
    Snapshots,
    Version,
    catalog_path,
    page_path,
    raw_path,
)
from tests import buckets
from tests.conftest import NOW


@pytest.fixture
def store() -> Bucket:
    return buckets.memory()


@pytest.fixture
def snapshots(store: Bucket) -> Snapshots:
    return Snapshots(store)


def version(sequence: int = 1, **said: object) -> Version:
    known = {"hash": f"{sequence:x}" * 64, "parent": None, "at": NOW + timedelta(hours=sequence)}
    return Version(
        sequence=sequence,
        **{"published_at": NOW, "models": 7, "format": 3, **known, **said},  # type: ignore[arg-type]
    )


def advanced(snapshots: Snapshots, *sequences: int) -> Pointer:
    for one in sequences:
        assert snapshots.advance(version(one), snapshots.current())
    pointer = snapshots.current()
    assert pointer is not None
    return pointer


def test_an_empty_store_has_nothing_in_force(snapshots: Snapshots) -> None:
    assert (snapshots.current(), snapshots.versions()) == (None, [])


def test_the_version_put_in_force_last_is_in_force(snapshots: Snapshots) -> None:
    assert advanced(snapshots, 1, 2).version == version(2)


def test_a_version_over_one_that_was_replaced_is_refused(snapshots: Snapshots) -> None:
    first = advanced(snapshots, 1)
    advanced(snapshots, 2)
    assert not snapshots.advance(version(3), first)


def test_a_first_version_over_another_first_one_is_refused(snapshots: Snapshots) -> None:
    advanced(snapshots, 1)
    assert not snapshots.advance(version(1, models=8), None)


def test_a_request_that_was_done_and_is_repeated_came_true(snapshots: Snapshots) -> None:
    first = advanced(snapshots, 1)
    assert [snapshots.advance(version(2), first) for _ in range(2)] == [True, True]


def test_every_version_is_in_the_log(snapshots: Snapshots) -> None:
    advanced(snapshots, 1, 2, 3)
    assert [one.sequence for one in snapshots.versions()] == [1, 2, 3]


def test_a_version_whose_maker_died_before_the_log_is_entered_by_the_next(
    store: Bucket, snapshots: Snapshots
) -> None:
    advanced(snapshots, 1, 2)
    store.remove([version(2).logged.path])
    advanced(snapshots, 3)
    assert [one.path for one in store.found("snapshots")] == [
        version(number).logged.path for number in (1, 2, 3)
    ]


def test_the_version_in_force_is_known_before_the_log_has_it(
    store: Bucket, snapshots: Snapshots
) -> None:
    advanced(snapshots, 1, 2)
    store.remove([version(2).logged.path])
    assert [one.sequence for one in snapshots.versions()] == [1, 2]


def test_the_log_sorts_by_name_as_by_time() -> None:
    names = [version(number).logged.path for number in (1, 2, 9)]
    assert names[0] == f"snapshots/2026-11-20T130000Z-00000001-{'1' * 64}.json"
    assert names == sorted(names)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"sequence": 1}', b'{"hash": "../../x"}', b"\xff"]
)
def test_a_pointer_that_makes_no_sense_is_told(
    store: Bucket, snapshots: Snapshots, body: bytes
) -> None:
    store.put(POINTER, body)
    with pytest.raises(StorageError, match=r"current\.json in memory is damaged"):
        snapshots.current()


def test_the_log_stands_for_a_damaged_pointer(store: Bucket, snapshots: Snapshots) -> None:
    advanced(snapshots, 1, 2)
    store.put(POINTER, b"torn")
    mended = snapshots.mended()
    assert mended is not None
    assert mended.version == version(2)
    assert snapshots.advance(version(3), mended)


def test_a_catalog_comes_back_as_it_was(snapshots: Snapshots, tmp_path: Path) -> None:
    body = bytes(range(256)) * 9000
    name = sha256(body).hexdigest()
    (tmp_path / "x.db").write_bytes(body)
    manifest = Manifest(hash=name, format=3, published_at=NOW, models=1, pages=())
    snapshots.put_catalog(tmp_path / "x.db", manifest)
    assert b"".join(snapshots.catalog(name) or ()) == body
    assert snapshots.manifest(name) == manifest


def test_a_catalog_that_is_cut_short_is_told(store: Bucket, snapshots: Snapshots) -> None:
    store.put(catalog_path("a" * 64), b"\x1f\x8b\x08\x00")
    with pytest.raises(StorageError, match="damaged"):
        list(snapshots.catalog("a" * 64) or ())


def test_a_page_under_another_ones_name_is_none(store: Bucket, snapshots: Snapshots) -> None:
    name = sha256(b"one").hexdigest()
    snapshots.put_page(name, b"two")
    assert snapshots.page(name) is None
    store.put(page_path(name), b"no gzip")
    assert snapshots.page(name) is None


@pytest.mark.parametrize(("there", "stays"), [(b'{"n": 3}', True), (b'{"n": 1}', False)])
def test_a_document_yields_to_a_newer_one(
    store: Bucket, snapshots: Snapshots, there: bytes, stays: bool
) -> None:
    store.put("curated.json", there)
    snapshots.put_newer("curated.json", b'{"n": 2}', Newer("n", 2))
    assert store.get("curated.json").body == (there if stays else b'{"n": 2}')  # type: ignore[union-attr]


@pytest.mark.parametrize("there", [b"", b"torn", b"[1]", b"{}", b'{"n": "x"}', b"\x1f\x8bno"])
def test_a_document_that_cannot_be_read_yields(
    store: Bucket, snapshots: Snapshots, there: bytes
) -> None:
    store.put("curated.json", there)
    snapshots.put_newer("curated.json", b'{"n": 2}', Newer("n", 2))
    assert store.get("curated.json").body == b'{"n": 2}'  # type: ignore[union-attr]


def test_a_list_stands_under_its_hour() -> None:
    assert raw_path("openai", NOW) == "raw/openai/2026-11-20T12.json.gz"
