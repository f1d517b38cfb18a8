import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.service.many.replica import Replica
from modeldex.storage.bucket_store import Bucket
from modeldex.storage.object_store import ObjectStore
from modeldex.storage.state import State
from tests.buckets import memory
from tests.service.machines import Machine

LISTS = {"acme": ["one", "two"]}
MORE = {"acme": ["one", "two", "three"]}


@pytest.fixture
def store() -> Bucket:
    return memory()


@pytest.fixture
def writer(tmp_path: Path, store: Bucket) -> Machine:
    """A machine that has published once."""
    made = Machine(tmp_path / "writer", store)
    made.refresh(LISTS)
    return made


@pytest.fixture
def reader(tmp_path: Path, store: Bucket) -> Machine:
    return Machine(tmp_path / "reader", store)


def replica(machine: Machine) -> Replica:
    return Replica(machine.shared, State(machine.places.state))


def test_a_newer_catalog_is_taken_over(writer: Machine, reader: Machine) -> None:
    following = replica(reader)
    assert following.look()
    assert reader.hash == writer.hash
    writer.refresh(MORE, days=0.1)
    assert following.look()
    assert reader.shown() == {"acme/one", "acme/two", "acme/three"}


def test_the_same_catalog_is_taken_over_once(writer: Machine, reader: Machine) -> None:
    following = replica(reader)
    assert [following.look() for _ in range(3)] == [True, False, False]


def test_an_empty_store_leaves_all_as_it_is(reader: Machine) -> None:
    assert not replica(reader).look()


def test_an_empty_folder_begins_with_the_stores_catalog(writer: Machine, reader: Machine) -> None:
    replica(reader).first()
    assert reader.hash == writer.hash


def test_a_store_that_hangs_is_waited_for_only_so_long(reader: Machine, tmp_path: Path) -> None:
    def hangs() -> ObjectStore:
        time.sleep(6)
        raise StorageError("it never came")

    began = time.monotonic()
    replica(Machine(tmp_path / "slow", hangs)).first(0.1)
    assert time.monotonic() - began < 5


def test_a_store_that_is_away_keeps_nobody_from_starting(tmp_path: Path) -> None:
    def away() -> ObjectStore:
        raise StorageError("away")

    machine = Machine(tmp_path / "alone", away)
    replica(machine).first()
    with pytest.raises(StorageError):
        replica(machine).look()


@pytest.fixture
def refreshing(reader: Machine) -> Iterator[None]:
    """A refresh runs on the reader's machine."""
    with State(reader.places.state).only_one_refresh(1) as mine:
        assert mine
        yield


@pytest.mark.usefixtures("refreshing")
def test_nothing_is_taken_over_while_a_refresh_runs_here(writer: Machine, reader: Machine) -> None:
    assert not replica(reader).look()
    assert not list(reader.places.catalogs.glob("*.db"))


def test_what_was_made_here_and_is_not_sent_yet_stays(writer: Machine, reader: Machine) -> None:
    following = replica(reader)
    following.look()
    reader.refresh(MORE, days=0.1, offline=False)
    mine = reader.hash
    following.look()
    assert reader.hash == mine
