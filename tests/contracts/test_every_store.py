"""What every store promises, wherever its objects lie: memory, a folder, a bucket over the S3 protocol."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from modeldex.storage.bucket_store import opened
from modeldex.storage.folder_store import FolderStore
from modeldex.storage.object_store import ObjectStore
from tests import buckets
from tests.service.machines import Machine

_NUMBERS = count()


@pytest.fixture(scope="module")
def served() -> Iterator[Mapping[str, str]]:
    with buckets.s3() as environ:
        yield environ


@pytest.fixture(params=["memory", "folder", "s3"])
def store(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    served: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> ObjectStore:
    if request.param == "memory":
        return buckets.memory()
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    for name, value in served.items():
        monkeypatch.setenv(name, value)
    return opened(f"s3://models/test-{next(_NUMBERS)}", served)


def test_what_is_put_is_got(store: ObjectStore) -> None:
    store.put("a/b.json", b"\x00body")
    assert store.get("a/b.json").body == b"\x00body"  # type: ignore[union-attr]


def test_what_was_never_put_is_none(store: ObjectStore) -> None:
    assert store.get("a/nothing") is None


def test_a_put_replaces_what_was_there(store: ObjectStore) -> None:
    store.put("a", b"old")
    store.put("a", b"new")
    assert store.get("a").body == b"new"  # type: ignore[union-attr]


def test_an_object_is_made_once(store: ObjectStore) -> None:
    assert [store.swap("a", body, None) for body in (b"first", b"second")] == [True, False]
    assert store.get("a").body == b"first"  # type: ignore[union-attr]


def test_an_object_is_swapped_while_it_is_what_was_read(store: ObjectStore) -> None:
    store.put("a", b"old")
    stored = store.get("a")
    assert stored is not None
    assert [store.swap("a", body, stored.tag) for body in (b"new", b"late")] == [True, False]
    assert store.get("a").body == b"new"  # type: ignore[union-attr]


def test_an_object_that_is_gone_is_not_swapped(store: ObjectStore) -> None:
    store.put("a", b"old")
    stored = store.get("a")
    assert stored is not None
    store.remove(["a"])
    assert not store.swap("a", b"new", stored.tag)
    assert store.get("a") is None


def test_of_many_writers_at_once_each_swap_counts_once(store: ObjectStore) -> None:
    store.put("n", b"0")

    def add(_: int) -> None:
        while True:
            stored = store.get("n")
            assert stored is not None
            if store.swap("n", str(int(stored.body) + 1).encode(), stored.tag):
                return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert store.get("n").body == b"12"  # type: ignore[union-attr]


def test_of_many_makers_at_once_one_makes_it(store: ObjectStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: store.swap("a", str(n).encode(), None), range(8)))
    assert made.count(True) == 1
    assert store.get("a").body == str(made.index(True)).encode()  # type: ignore[union-attr]


def test_the_objects_of_a_folder_are_found_by_path(store: ObjectStore) -> None:
    for path in ("raw/b/2.gz", "raw/a/1.gz", "rawer/c", "current.json"):
        store.put(path, b"x")
    assert [one.path for one in store.found("raw")] == ["raw/a/1.gz", "raw/b/2.gz"]


def test_a_folder_that_is_not_there_is_empty(store: ObjectStore) -> None:
    assert store.found("nowhere") == []


def test_an_object_says_when_it_was_written(store: ObjectStore) -> None:
    store.put("raw/a", b"x")
    (found,) = store.found("raw")
    assert abs(found.changed - datetime.now(UTC)) < timedelta(minutes=5)


def test_removing_leaves_the_others(store: ObjectStore) -> None:
    store.put("a/1", b"x")
    store.put("a/2", b"x")
    store.remove(["a/1", "a/never"])
    assert [one.path for one in store.found("a")] == ["a/2"]


def test_a_large_object_comes_back_whole(store: ObjectStore) -> None:
    body = bytes(range(256)) * 48_000
    store.put("large", body)
    assert store.get("large").body == body  # type: ignore[union-attr]


def test_its_address_holds_no_credential(store: ObjectStore) -> None:
    assert not [value for value in buckets.KEYS.values() if value in store.address]


def test_a_catalog_goes_through_it_from_machine_to_machine(
    store: ObjectStore, tmp_path: Path
) -> None:
    east, west = (Machine(tmp_path / name, store) for name in ("east", "west"))
    east.refresh({"acme": ["a", "b"]})
    west.refresh({"acme": ["a", "b", "c"]}, days=1)
    east.shared.pull()
    assert (east.hash, east.in_store) == (west.hash, west.hash)
    assert [one.id for one in east.catalog.changes()] == ["acme/c"]
    assert east.shared.verify().damaged == ()


def test_an_earlier_catalog_is_put_in_force_through_it(store: ObjectStore, tmp_path: Path) -> None:
    east = Machine(tmp_path / "east", store)
    east.refresh({"acme": ["a"]})
    first = east.hash
    east.refresh({"acme": ["a", "b"]}, days=1)
    east.shared.roll_back(first[:8])
    assert [one.hash == first for one in east.shared.versions()] == [True, False, True]


def test_what_is_old_is_removed_from_it(store: ObjectStore, tmp_path: Path) -> None:
    east = Machine(tmp_path / "east", store, datetime.now(UTC))
    for number in range(3):
        east.refresh({"acme": ["a", f"b-{number}"]}, days=1)
    east.now += timedelta(days=400)
    assert east.shared.prune() == {"snapshots": 1, "catalog": 2, "pages": 1, "raw": 3}
    assert east.shared.verify().damaged == ()
