"""What stands beside a catalog to be read without it."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from modeldex.service.snapshot_documents import body_of
from modeldex.storage.bucket_store import Bucket
from tests import buckets
from tests.service.machines import Machine

STAYS = [f"m-{number}" for number in range(9)]


@pytest.fixture
def store() -> Bucket:
    return buckets.memory()


@pytest.fixture
def machine(tmp_path: Path, store: Bucket) -> Machine:
    return Machine(tmp_path / "east", store)


def read(store: Bucket, path: str) -> Any:
    stored = store.get(path)
    assert stored is not None
    body = gzip.decompress(stored.body) if path.endswith(".gz") else stored.body
    return msgspec.json.decode(body)


def test_a_removed_model_is_a_tombstone_with_its_last_facts(
    machine: Machine, store: Bucket
) -> None:
    machine.refresh({"acme": [*STAYS, "gone"]})
    for _ in range(40):
        machine.refresh({"acme": STAYS}, days=1)
    (tombstone,) = read(store, "deprecations.json")["tombstones"]
    assert (tombstone["id"], tombstone["model"]["native_id"]) == ("acme/gone", "gone")
    assert tombstone["last_seen"] < tombstone["removed_at"]


def test_a_model_that_is_missing_for_long_is_among_the_deprecated(
    machine: Machine, store: Bucket
) -> None:
    machine.refresh({"acme": [*STAYS, "going"]})
    for _ in range(20):
        machine.refresh({"acme": STAYS}, days=1)
    said = read(store, "deprecations.json")
    assert [one["id"] for one in said["deprecated"]] == ["acme/going"]
    assert (said["tombstones"], said["redirects"]) == ([], {})


def test_an_excerpt_names_its_catalog(machine: Machine, store: Bucket) -> None:
    machine.refresh({"acme": STAYS})
    said = read(store, "curated.json")
    assert (said["catalog"], said["sequence"]) == (machine.hash, 1)


def test_the_list_of_an_hour_holds_the_answer_as_it_came(machine: Machine, store: Bucket) -> None:
    machine.refresh({"acme": ["a"]})
    said = read(store, "raw/acme/2026-11-20T12.json.gz")
    (page,) = said["pages"]
    assert body_of(page) == b'{"data": [{"id": "a"}]}'
    assert (said["provider"], said["complete"]) == ("acme", True)


def test_of_one_hour_the_last_list_stays(machine: Machine, store: Bucket) -> None:
    machine.refresh({"acme": ["a"]})
    machine.refresh({"acme": ["a", "b"]}, days=0.01)
    (page,) = read(store, "raw/acme/2026-11-20T12.json.gz")["pages"]
    assert b'"b"' in body_of(page)


@pytest.mark.parametrize("page", [{}, {"base64": "no base"}, {"body": 3}])
def test_a_page_without_a_body_is_told(page: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        body_of(page)


def test_bytes_that_are_no_text_come_back_too() -> None:
    assert body_of({"base64": "/w=="}) == b"\xff"
