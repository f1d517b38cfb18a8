"""A refresh and the store: what is taken over, what is sent, and what a broken store changes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.service.storing import TRIES
from modeldex.storage.bucket_store import Bucket
from modeldex.storage.layout import FORMAT
from modeldex.storage.object_store import Found, Stored
from modeldex.storage.snapshots import POINTER
from tests import buckets
from tests.service.machines import Machine

ONE, TWO = {"acme": ["a", "b"]}, {"acme": ["a", "b", "c"]}


class Down:
    """A bucket that can be switched off."""

    address = "s3://off"

    def __init__(self, store: Bucket) -> None:
        self.store = store
        self.off = False
        self.calls = 0

    def _on(self) -> Bucket:
        self.calls += 1
        if self.off:
            raise StorageError("s3://off cannot be used (GenericError)")
        return self.store

    def get(self, path: str) -> Stored | None:
        return self._on().get(path)

    def put(self, path: str, body: bytes) -> None:
        self._on().put(path, body)

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        return self._on().swap(path, body, tag)

    def found(self, prefix: str) -> list[Found]:
        return self._on().found(prefix)

    def remove(self, paths: Sequence[str]) -> None:
        self._on().remove(paths)


@pytest.fixture
def store() -> Down:
    return Down(buckets.memory())


@pytest.fixture
def east(tmp_path: Path, store: Down) -> Machine:
    return Machine(tmp_path / "east", store)


@pytest.fixture
def west(tmp_path: Path, store: Down) -> Machine:
    return Machine(tmp_path / "west", store)


def test_what_one_machine_publishes_is_in_force_in_the_store(east: Machine) -> None:
    assert east.refresh(ONE).message == ""
    assert east.in_store == east.hash


def test_another_machine_goes_on_from_there(east: Machine, west: Machine) -> None:
    east.refresh(ONE)
    west.refresh(TWO, days=1)
    told = [(one.id, one.kind.value) for one in west.catalog.changes()]
    assert told == [("acme/c", "added")]


def test_a_list_that_fails_here_is_shown_as_the_other_machine_got_it(
    east: Machine, west: Machine
) -> None:
    east.refresh(TWO)
    west.refresh({"acme": None}, days=1)
    assert west.shown() == {"acme/a", "acme/b", "acme/c"}
    (mine,), (other,) = west.catalog.listings(), east.catalog.listings()
    assert (mine.hash, mine.pages) == (other.hash, other.pages)


def test_a_list_that_is_fresh_there_is_not_asked_for_here(east: Machine, west: Machine) -> None:
    east.refresh(ONE)
    west.refresh(TWO, force=False)
    assert west.shown() == {"acme/a", "acme/b"}


def test_a_refresh_that_asks_nobody_sends_nothing(east: Machine) -> None:
    east.refresh(ONE)
    before = east.in_store
    east.refresh(ONE, force=False, days=0.01)
    assert (east.in_store, east.hash == before) == (before, False)


def test_an_offline_refresh_leaves_the_store_alone(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    store.calls = 0
    east.refresh(ONE, offline=True)
    assert store.calls == 0


def test_a_store_that_is_down_fails_no_refresh(east: Machine, store: Down) -> None:
    store.off = True
    report = east.refresh(ONE)
    assert report.catalog is not None
    assert "not shared: s3://off cannot be used" in report.message


def test_a_store_that_goes_down_half_way_fails_no_refresh(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    store.store.put(POINTER, store.store.get(POINTER).body)  # type: ignore[union-attr]
    pull = east.shared.pull

    def pulled_and_gone(**how: bool) -> object:
        standing = pull(**how)
        store.off = True
        return standing

    east.shared.pull = pulled_and_gone  # type: ignore[assignment]
    report = east.refresh(TWO, days=1)
    assert (report.catalog is not None, report.message != "") == (True, True)
    assert "acme/c" in east.shown()


def test_the_refresh_after_an_outage_catches_up(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    store.off = True
    east.refresh(TWO, days=1)
    store.off = False
    east.refresh(TWO, force=False)
    assert (east.in_store, east.shown()) == (east.hash, {"acme/a", "acme/b", "acme/c"})
    assert [one.id for one in east.catalog.changes()] == ["acme/c"]


def test_what_was_made_in_an_outage_yields_to_what_others_published_meanwhile(
    east: Machine, west: Machine, store: Down
) -> None:
    east.refresh(ONE)
    west.refresh(ONE)
    store.off = True
    east.refresh({"acme": ["a", "b", "only-east"]}, days=1)
    store.off = False
    west.refresh(TWO, days=2)
    east.refresh(TWO, force=False, days=1.99)
    assert east.shown() == {"acme/a", "acme/b", "acme/c"}
    assert {one.id for one in east.catalog.changes()} == {"acme/c"}


def test_a_store_of_a_newer_format_is_left_alone(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    stored = store.store.get(POINTER)
    assert stored is not None
    newer = stored.body.replace(b'"format": %d' % FORMAT, b'"format": %d' % (FORMAT + 1))
    store.store.put(POINTER, newer)
    report = east.refresh(TWO, days=1)
    assert "update modeldex" in report.message
    assert store.store.get(POINTER).body == newer  # type: ignore[union-attr]


def test_a_damaged_pointer_is_told_and_left_alone(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    store.store.put(POINTER, b'{"sequence": 1, "hash": "../../etc/passwd"}')
    report = east.refresh(TWO, days=1)
    assert "current.json in s3://off is damaged" in report.message
    assert report.catalog is not None


def test_a_catalog_that_comes_damaged_is_not_taken_over(
    east: Machine, west: Machine, store: Down
) -> None:
    east.refresh(ONE)
    west.refresh({"acme": ["w"]}, offline=True)
    path = f"catalog/{east.hash}.db.gz"
    store.store.put(path, store.store.get(path).body[:-20])  # type: ignore[union-attr]
    report = west.refresh(TWO)
    assert "damaged" in report.message
    assert west.shown() == {"acme/a", "acme/b", "acme/c"}


def test_the_excerpts_are_of_the_catalog_in_force(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    east.refresh(TWO, days=1)
    for path in ("curated.json", "deprecations.json"):
        assert east.hash.encode() in store.store.get(path).body  # type: ignore[union-attr]


def test_the_list_of_an_hour_is_there_to_read(east: Machine, store: Down) -> None:
    east.refresh(ONE)
    assert [one.path for one in store.store.found("raw")] == ["raw/acme/2026-11-20T12.json.gz"]


def test_a_machine_that_is_never_first_gives_up_and_says_so(
    east: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    east.refresh(ONE)
    tried: list[str] = []

    def beaten(over: object, name: str) -> bool:
        tried.append(name)
        return False

    monkeypatch.setattr(east.shared, "push", beaten)
    report = east.refresh(TWO, days=1)
    assert (len(tried), report.catalog is not None) == (TRIES, True)
    assert "others publish all the time" in report.message


def test_without_a_store_nothing_is_said(tmp_path: Path) -> None:
    alone = Machine(tmp_path / "alone", buckets.memory())
    alone.shared = None  # type: ignore[assignment]
    assert alone.refresh(ONE).message == ""


def lost() -> None:
    raise StorageError("another machine does refresh now")


def test_who_lost_the_lease_publishes_nothing(east: Machine, west: Machine) -> None:
    east.refresh(ONE)
    west.refresh(ONE, days=1)
    before = west.hash
    west.fence = lost
    report = west.refresh(TWO, days=1)
    assert (report.catalog, report.message) == (None, "another machine does refresh now")
    assert (west.hash, west.in_store) == (before, before)


def test_who_lost_the_lease_while_publishing_sends_nothing(east: Machine, west: Machine) -> None:
    east.refresh(ONE)
    in_store, checks = east.in_store, []

    def lost_meanwhile() -> None:
        checks.append(1)
        if len(checks) > 1:
            lost()

    west.fence = lost_meanwhile
    assert west.refresh(TWO, days=1).message.startswith("not shared: another machine")
    assert east.in_store == in_store


def test_what_the_store_missed_is_sent_by_a_refresh_that_has_nobody_to_ask(
    east: Machine, store: Down
) -> None:
    east.refresh(ONE)
    store.off = True
    east.refresh(TWO, days=1)
    store.off = False
    report = east.refresh(TWO, force=False, due=True)
    assert [one.outcome for one in report.providers if one.provider == "acme"] == ["cached"]
    assert east.in_store == east.hash
    assert east.refresh(TWO, force=False, due=True).message == "nothing is due"
