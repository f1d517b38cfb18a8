"""Two machines that refresh at once: however their steps fall between each other, one was first."""

import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldex.service.tending import verify
from modeldex.storage.bucket_store import Bucket
from modeldex.storage.object_store import Found, ObjectStore, Stored
from modeldex.storage.snapshots import Snapshots
from tests import buckets
from tests.service.machines import NOW, Lists, Machine

BASE: Lists = {"acme": [f"m-{n}" for n in range(8)], "globex": ["g-0", "g-1"]}
EAST: Lists = {"acme": [f"m-{n}" for n in range(1, 8)] + ["east"], "globex": ["g-0", "g-2"]}
WEST: Lists = {"acme": [f"m-{n}" for n in range(8)] + ["west"], "globex": None}
ANSWERS = {"east": (EAST, timedelta(hours=1)), "west": (WEST, timedelta(hours=1, seconds=2))}
EXCERPTS = ("curated.json", "deprecations.json")

T = TypeVar("T")
End = tuple[str, ...]
"""The catalogs of the log, oldest first."""


class Killed(BaseException):
    """The process is gone."""


class Turns:
    """Lets one worker at a time do its next step; the schedule says which, then whoever is left."""

    def __init__(self, schedule: Sequence[bool]) -> None:
        self._moved = threading.Condition()
        self._schedule = list(schedule)
        self._alive = ["east", "west"]
        self._turn = self._next()

    def _next(self) -> str:
        if len(self._alive) < 2:
            return "".join(self._alive)
        return self._alive[self._schedule.pop(0) if self._schedule else 0]

    def wait(self, me: str) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: self._turn == me, timeout=30)

    def step(self, me: str) -> None:
        """The step is over: the next one may be another's."""
        with self._moved:
            self._turn = self._next()
            self._moved.notify_all()

    def end(self, me: str) -> None:
        with self._moved:
            self._alive.remove(me)
            self._turn = self._next()
            self._moved.notify_all()


class Stepwise:
    """A store whose every call is one step of its worker, who may die before one of them."""

    address = "memory"

    def __init__(self, store: ObjectStore, me: str, turns: Turns, dies_at: int | None) -> None:
        self.store, self.me, self.turns = store, me, turns
        self.left = dies_at
        self._one_step = threading.Lock()

    def _step(self, work: Callable[[], T]) -> T:
        with self._one_step:
            self.turns.wait(self.me)
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    raise Killed
            try:
                return work()
            finally:
                self.turns.step(self.me)

    def get(self, path: str) -> Stored | None:
        return self._step(lambda: self.store.get(path))

    def put(self, path: str, body: bytes) -> None:
        self._step(lambda: self.store.put(path, body))

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        return self._step(lambda: self.store.swap(path, body, tag))

    def found(self, prefix: str) -> list[Found]:
        return self._step(lambda: self.store.found(prefix))

    def remove(self, paths: Sequence[str]) -> None:
        self._step(lambda: self.store.remove(paths))


@cache
def base() -> dict[str, bytes]:
    """The objects of a store that one machine has published to."""
    store = buckets.memory()
    with tempfile.TemporaryDirectory() as folder:
        Machine(Path(folder), store).refresh(BASE)
    return {one.path: store.get(one.path).body for one in store.found("")}  # type: ignore[union-attr]


def begun() -> Bucket:
    store = buckets.memory()
    for path, body in base().items():
        store.put(path, body)
    return store


def end(store: ObjectStore) -> End:
    return tuple(one.hash for one in Snapshots(store).versions())


def refresh(name: str, store: ObjectStore, folder: Path) -> str:
    """One machine's refresh; what it says of the store."""
    lists, after = ANSWERS[name]
    return Machine(folder / name, store, NOW + after).refresh(lists).message


@cache
def in_order(*names: str) -> End:
    """Where it ends when one begins after the other is done."""
    store = begun()
    with tempfile.TemporaryDirectory() as folder:
        assert [refresh(name, store, Path(folder)) for name in names] == [""] * len(names)
    return end(store)


def at_once(
    schedule: Sequence[bool], deaths: dict[str, int | None]
) -> tuple[ObjectStore, dict[str, Any]]:
    """Both at once by a schedule: the store afterwards, and what each came to."""
    store, turns, said = begun(), Turns(schedule), dict[str, Any]()

    def work(name: str) -> None:
        turns.wait(name)
        try:
            mine = Stepwise(store, name, turns, deaths.get(name))
            said[name] = refresh(name, mine, Path(folder))
        except Killed:
            said[name] = Killed
        finally:
            turns.end(name)

    with tempfile.TemporaryDirectory() as folder:
        threads = [threading.Thread(target=work, args=[name]) for name in ANSWERS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return store, said


SCHEDULES = st.lists(st.booleans(), max_size=60)


@settings(max_examples=40, deadline=None)
@given(schedule=SCHEDULES)
def test_two_refreshes_at_once_end_in_one_of_the_serial_orders(schedule: list[bool]) -> None:
    store, said = at_once(schedule, {})
    assert said == {"east": "", "west": ""}
    assert end(store) in (in_order("east", "west"), in_order("west", "east"))
    assert verify(Snapshots(store)).damaged == ()


@settings(max_examples=40, deadline=None)
@given(schedule=SCHEDULES, dies_at=st.integers(0, 30))
def test_a_machine_that_dies_was_there_wholly_or_not_at_all(
    schedule: list[bool], dies_at: int
) -> None:
    store, said = at_once(schedule, {"east": dies_at})
    assert said["west"] == ""
    orders = [("west",), ("east", "west"), ("west", "east")]
    assert end(store) in [in_order(*order) for order in orders]
    broken = [one for one in verify(Snapshots(store)).damaged if one.object not in EXCERPTS]
    assert broken == []


def test_the_serial_orders_differ() -> None:
    assert in_order("east", "west") != in_order("west", "east")


@pytest.mark.parametrize("first", ["east", "west"])
def test_the_second_builds_on_the_first(first: str) -> None:
    second = "west" if first == "east" else "east"
    assert in_order(first, second)[:2] == in_order(first)
