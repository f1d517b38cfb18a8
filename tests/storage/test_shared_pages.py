from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.blobs import Blobs, packed
from modeldex.storage.object_store import ObjectStore
from modeldex.storage.shared_pages import FOLDER, SharedPages
from tests.buckets import memory

BODY = b'{"data": []}'
NAME = sha256(BODY).hexdigest()
PATH = f"{FOLDER}/{NAME[:2]}/{NAME}.gz"


class Store:
    """A store that can be taken away; it counts what is asked of it."""

    def __init__(self) -> None:
        self.real, self.away, self.asked = memory(), False, 0

    def open(self) -> ObjectStore:
        return self  # type: ignore[return-value]

    def __getattr__(self, name: str) -> object:
        self.asked += 1
        if self.away:
            raise StorageError("the store is away")
        return getattr(self.real, name)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def machine(folder: Path, store: Store, seconds: Seconds | None = None) -> SharedPages:
    return SharedPages(Blobs(folder), store.open, seconds or Seconds())


def test_a_page_of_one_machine_is_read_on_another(tmp_path: Path, store: Store) -> None:
    assert machine(tmp_path / "one", store).put(BODY) == NAME
    assert machine(tmp_path / "two", store).get(NAME) == BODY


def test_a_page_that_was_read_once_is_here(tmp_path: Path, store: Store) -> None:
    machine(tmp_path / "one", store).put(BODY)
    two = machine(tmp_path / "two", store)
    two.get(NAME)
    store.away = True
    assert two.get(NAME) == BODY


def test_a_page_that_is_nowhere_is_none(tmp_path: Path, store: Store) -> None:
    assert machine(tmp_path, store).get(NAME) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1]])
def test_what_is_no_hash_is_asked_of_nobody(tmp_path: Path, store: Store, name: str) -> None:
    assert machine(tmp_path, store).get(name) is None
    assert store.asked == 0


@pytest.mark.parametrize("body", [b"", b"junk", packed(b"another"), packed(BODY)[:-4]])
def test_a_page_that_is_not_what_its_name_says_is_none(
    tmp_path: Path, store: Store, body: bytes
) -> None:
    store.real.put(PATH, body)
    assert machine(tmp_path, store).get(NAME) is None


def test_a_page_that_cannot_be_asked_for_is_not_said_to_be_missing(
    tmp_path: Path, store: Store
) -> None:
    store.away = True
    with pytest.raises(StorageError):
        machine(tmp_path, store).get(NAME)


def test_a_page_is_kept_while_the_store_is_away_and_sent_later(
    tmp_path: Path, store: Store, seconds: Seconds
) -> None:
    one = machine(tmp_path / "one", store, seconds)
    store.away = True
    assert one.put(BODY) == NAME
    assert (one.get(NAME), one.unsent()) == (BODY, {NAME})
    store.away, seconds.now = False, 10
    assert (one.catch_up(), one.catch_up(), one.unsent()) == (1, 0, frozenset())
    assert machine(tmp_path / "two", store).get(NAME) == BODY


def test_what_the_store_lacks_is_known_after_a_restart(tmp_path: Path, store: Store) -> None:
    store.away = True
    machine(tmp_path, store).put(BODY)
    store.away = False
    assert machine(tmp_path, store).catch_up() == 1
    assert store.real.get(PATH) is not None


def test_a_store_that_failed_is_left_alone_for_a_moment(
    tmp_path: Path, store: Store, seconds: Seconds
) -> None:
    one = machine(tmp_path, store, seconds)
    store.away = True
    for _ in range(10):
        with pytest.raises(StorageError):
            one.get(NAME)
    assert store.asked == 1
    store.away, seconds.now = False, 6
    assert one.get(NAME) is None


def test_a_page_is_sent_again_only_when_it_would_grow_old(
    tmp_path: Path, store: Store, seconds: Seconds
) -> None:
    one = machine(tmp_path, store, seconds)
    for moment, asked in ((0, 1), (60, 1), (7 * 3600, 2)):
        seconds.now = moment
        one.put(BODY)
        assert store.asked == asked


def test_pages_are_found_by_their_age_and_removed(tmp_path: Path, store: Store) -> None:
    one = machine(tmp_path, store)
    one.put(BODY)
    now = datetime.now(UTC)
    assert one.older(now - timedelta(hours=1)) == []
    assert one.older(now + timedelta(hours=1)) == [NAME]
    one.remove([NAME])
    assert one.older(now + timedelta(hours=1)) == []
    one.put(BODY)
    assert store.real.get(PATH) is not None, "what was removed is sent again"
