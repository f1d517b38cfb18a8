"""Looking after a store: what is found damaged, what a roll-back does, what is removed and what stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig, NoCatalog, NotFound, StorageError
from modeldex.service.tending import Retention, prune, roll_back, verify
from modeldex.storage.bucket_store import Bucket
from modeldex.storage.object_store import Found
from modeldex.storage.snapshots import POINTER, Snapshots
from tests.service.machines import NOW, Machine

LISTS = [{"acme": [f"m-{n}" for n in range(size)]} for size in (5, 6, 7, 8)]


class Dated(Bucket):
    """A bucket in which each object was written when the test says."""

    now = NOW
    written: dict[str, datetime]

    def put(self, path: str, body: bytes) -> None:
        super().put(path, body)
        self._date(path)

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        done = super().swap(path, body, tag)
        if done:
            self._date(path)
        return done

    def _date(self, path: str) -> None:
        self.__dict__.setdefault("written", {})[path] = self.now

    def found(self, prefix: str) -> list[Found]:
        return [Found(one.path, self.written[one.path]) for one in super().found(prefix)]


@pytest.fixture
def store() -> Dated:
    from obstore.store import MemoryStore

    return Dated("memory", MemoryStore())


@pytest.fixture
def machine(tmp_path: Path, store: Dated) -> Machine:
    return Machine(tmp_path / "east", store)


@pytest.fixture
def snapshots(store: Dated) -> Snapshots:
    return Snapshots(store)


def three(machine: Machine, store: Dated, days: float = 1) -> list[str]:
    """Publish three catalogs, so many days apart; returns their hashes."""
    hashes = []
    for lists in LISTS[:3]:
        store.now += timedelta(days=days)
        machine.refresh(lists, days=days)
        hashes.append(machine.hash)
    return hashes


def test_a_store_that_was_published_to_is_whole(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    three(machine, store)
    found = verify(snapshots)
    assert found.damaged == ()
    assert found.objects == len(store.found("")) - len(store.found("snapshots"))


@pytest.mark.parametrize("folder", ["catalog", "pages", "raw"])
def test_every_object_that_is_cut_short_is_named(
    machine: Machine, store: Dated, snapshots: Snapshots, folder: str
) -> None:
    three(machine, store)
    paths = [one.path for one in store.found(folder)]
    for path in paths:
        store.put(path, store.get(path).body[:20])  # type: ignore[union-attr]
    assert {one.object for one in verify(snapshots).damaged} == set(paths)


@pytest.mark.parametrize("folder", ["catalog", "pages"])
def test_every_object_that_is_gone_is_named(
    machine: Machine, store: Dated, snapshots: Snapshots, folder: str
) -> None:
    three(machine, store)
    paths = [one.path for one in store.found(folder)]
    needed = (
        [path for path in paths if not path.endswith(".json")] if folder == "catalog" else paths
    )
    store.remove(needed)
    assert {one.object for one in verify(snapshots).damaged} == set(needed)


def test_a_catalog_under_another_ones_name_is_named(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    first, second, _ = three(machine, store)
    path = f"catalog/{first}.db.gz"
    store.put(path, store.get(f"catalog/{second}.db.gz").body)  # type: ignore[union-attr]
    assert [one.object for one in verify(snapshots).damaged] == [path]


def test_a_page_of_a_list_with_another_content_is_named(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    import gzip

    machine.refresh(LISTS[0])
    (found,) = store.found("raw")
    said = gzip.decompress(store.get(found.path).body)  # type: ignore[union-attr]
    store.put(found.path, gzip.compress(said.replace(b"m-0", b"m-X")))
    assert [one.object for one in verify(snapshots).damaged] == [found.path]


def test_a_damaged_pointer_is_named(machine: Machine, store: Dated, snapshots: Snapshots) -> None:
    three(machine, store)
    store.put(POINTER, b"{}")
    assert [one.object for one in verify(snapshots).damaged] == [POINTER]


def test_an_excerpt_of_another_catalog_is_named(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    machine.refresh(LISTS[0])
    store.put("curated.json", b"{}")
    assert [one.object for one in verify(snapshots).damaged] == ["curated.json"]


@pytest.mark.parametrize("work", [verify, lambda one: roll_back(one, None, NOW)])
def test_an_empty_store_has_no_catalog(
    snapshots: Snapshots, work: Callable[[Snapshots], object]
) -> None:
    with pytest.raises(NoCatalog, match="modeldex refresh"):
        work(snapshots)


def test_a_roll_back_puts_the_earlier_catalog_in_force_as_a_new_version(
    machine: Machine, store: Dated
) -> None:
    _, before, _ = three(machine, store)
    version = machine.shared.roll_back(None)
    assert (version.sequence, version.rolled_back) == (4, True)
    assert before == machine.hash == machine.in_store


def test_a_roll_back_of_a_roll_back_undoes_it(machine: Machine, store: Dated) -> None:
    hashes = three(machine, store)
    machine.shared.roll_back(None)
    machine.shared.roll_back(None)
    assert machine.in_store == hashes[-1]


def test_what_is_published_after_a_roll_back_has_the_history_of_that_catalog(
    machine: Machine, store: Dated
) -> None:
    first, *_ = three(machine, store)
    machine.shared.roll_back(first[:12])
    machine.refresh(LISTS[3], days=1)
    told = sorted(one.id for one in machine.catalog.changes())
    assert told == ["acme/m-5", "acme/m-6", "acme/m-7"]


def test_the_same_change_told_again_after_a_roll_back_has_the_same_key(
    machine: Machine, store: Dated
) -> None:
    first, *_ = three(machine, store)
    keys = {one.key for one in machine.catalog.changes(id="acme/m-5")}
    machine.shared.roll_back(first)
    machine.refresh(LISTS[1], days=1)
    assert {one.key for one in machine.catalog.changes(id="acme/m-5")} == keys


def test_a_machine_that_missed_the_roll_back_follows_it(
    machine: Machine, store: Dated, tmp_path: Path
) -> None:
    other = Machine(tmp_path / "west", store, NOW + timedelta(days=5))
    first, *_ = three(machine, store)
    other.shared.pull()
    machine.shared.roll_back(first)
    other.shared.pull()
    assert other.hash == first


@pytest.mark.parametrize(("day", "at"), [(1, 0), (2, 1), (2.9, 1), (400, 2)])
def test_a_moment_names_the_catalog_that_was_in_force(
    machine: Machine, store: Dated, day: float, at: int
) -> None:
    hashes = three(machine, store)
    machine.shared.roll_back(NOW + timedelta(days=day))
    assert machine.in_store == hashes[at]


@pytest.mark.parametrize("target", ["ffffffffffffffff", datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_catalog_that_never_was_is_not_found(
    machine: Machine, store: Dated, target: str | datetime
) -> None:
    three(machine, store)
    with pytest.raises(NotFound):
        machine.shared.roll_back(target)


def test_there_is_no_way_back_from_the_first(machine: Machine) -> None:
    machine.refresh(LISTS[0])
    with pytest.raises(NotFound, match="no earlier catalog"):
        machine.shared.roll_back(None)


def test_a_hash_that_begins_several_is_refused(machine: Machine, store: Dated) -> None:
    three(machine, store)
    with pytest.raises(BadConfig, match="say more of it"):
        machine.shared.roll_back("")


def test_a_damaged_catalog_is_not_put_in_force(machine: Machine, store: Dated) -> None:
    first, *_ = three(machine, store)
    store.put(f"catalog/{first}.db.gz", b"torn")
    before = machine.in_store
    with pytest.raises(StorageError, match="damaged or gone"):
        machine.shared.roll_back(first)
    assert machine.in_store == before


def test_a_roll_back_mends_a_damaged_pointer(machine: Machine, store: Dated) -> None:
    *_, last = three(machine, store)
    store.put(POINTER, b"torn")
    machine.shared.roll_back(None)
    assert machine.in_store == last


def test_what_is_old_is_removed_and_the_last_of_each_day_stays(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    first, second, third = three(machine, store, days=0.1)
    machine.refresh(LISTS[3], days=5)
    machine.refresh(LISTS[0], days=0.2)
    now = machine.now + timedelta(days=3)
    prune(snapshots, Retention(), now)
    assert {first, second} & _catalogs(store) == set()
    assert third in _catalogs(store)
    assert verify(snapshots).damaged == ()


def test_after_long_only_what_is_in_force_and_what_it_replaced_are_left(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    _, second, third = three(machine, store)
    removed = prune(snapshots, Retention(), machine.now + timedelta(days=400))
    assert _catalogs(store) == {second, third}
    assert removed == {"snapshots": 1, "catalog": 2, "pages": 1, "raw": 3}
    assert verify(snapshots).damaged == ()


def test_the_hourly_lists_go_first(machine: Machine, store: Dated, snapshots: Snapshots) -> None:
    three(machine, store)
    removed = prune(snapshots, Retention(), machine.now + timedelta(days=7.5))
    assert (removed["raw"], removed["catalog"]) == (3, 0)


def test_what_a_refresh_has_just_written_is_not_removed(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    three(machine, store)
    store.now = machine.now + timedelta(days=399.5)
    store.put(f"pages/{'a' * 64}.gz", b"")
    prune(snapshots, Retention(), machine.now + timedelta(days=400))
    assert store.get(f"pages/{'a' * 64}.gz") is not None


def test_no_page_is_removed_while_it_is_unknown_who_needs_it(
    machine: Machine, store: Dated, snapshots: Snapshots
) -> None:
    *_, third = three(machine, store)
    store.put(f"catalog/{third}.json", b"torn")
    removed = prune(snapshots, Retention(), machine.now + timedelta(days=400))
    assert removed["pages"] == 0


def test_the_first_refresh_of_a_day_removes_what_is_old(machine: Machine, store: Dated) -> None:
    first, *_ = three(machine, store)
    store.now += timedelta(days=200)
    machine.refresh(LISTS[3], days=200)
    assert first not in _catalogs(store)


def _catalogs(store: Dated) -> set[str]:
    return {
        one.path.split("/")[1].removesuffix(".db.gz")
        for one in store.found("catalog")
        if one.path.endswith(".db.gz")
    }
