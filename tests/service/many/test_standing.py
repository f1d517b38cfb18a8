"""How a user stands, remembered for a moment."""

import threading
from collections.abc import Sequence

import pytest

from modeldex.domain.account import KeptConnection, View
from modeldex.domain.errors import StorageError
from modeldex.domain.outcome import Outcome
from modeldex.service.many.standing import (
    AGAIN_S,
    MOST_USERS,
    SLOW_S,
    Standings,
    mark_of,
)
from tests.service.many.house import NOW, House

URL = "https://shop.example/v1"


def view(kept: KeptConnection, listing: str = "a") -> View:
    return View(
        connection=kept.id, listing=listing, outcome=Outcome.OK, fetched_at=NOW, checked_at=NOW
    )


def test_what_was_seen_is_given_again_for_a_second() -> None:
    house = House()
    before = house.standings.of("anna")
    house.keep("anna", URL, "k")
    house.seconds += AGAIN_S - 0.01
    assert house.standings.of("anna") is house.standings.fresh("anna") is before
    house.seconds += 0.01
    assert house.standings.fresh("anna") is None
    assert house.standings.of("anna").providers == {"shop"}


def test_a_user_who_is_forgotten_is_looked_up_at_once() -> None:
    house = House()
    house.standings.of("anna")
    house.keep("anna", URL, "k")
    house.standings.forget("anna")
    assert house.standings.fresh("anna") is None
    assert house.standings.providers("anna") == {"shop"}


class Slow:
    """Connections that change just after they were read."""

    def __init__(self, house: House) -> None:
        self.house = house

    def get(self, user: str, id: str) -> KeptConnection | None:
        return self.house.places.connections.get(user, id)

    def of(self, user: str) -> Sequence[KeptConnection]:
        read = self.house.places.connections.of(user)
        if not read:
            self.house.keep(user, URL, "k")
            self.standings.forget(user)
        return read

    standings: Standings


def test_what_was_read_before_a_change_is_not_remembered() -> None:
    house = House()
    slow = Slow(house)
    slow.standings = Standings(slow, house.places.views)
    assert slow.standings.of("anna").providers == frozenset()
    assert slow.standings.of("anna").providers == {"shop"}


class Away:
    """Connections of a database that can be taken away."""

    def __init__(self) -> None:
        self.there = True

    def get(self, user: str, id: str) -> KeptConnection | None:
        raise StorageError("away")

    def of(self, user: str) -> Sequence[KeptConnection]:
        if not self.there:
            raise StorageError("away")
        return ()


def test_while_the_database_is_away_the_last_standing_counts() -> None:
    connections, seconds = Away(), [0.0]
    standings = Standings(connections, House().places.views, clock_s=lambda: seconds[0])
    before = standings.of("anna")
    connections.there, seconds[0] = False, 60.0
    assert standings.of("anna") is before
    with pytest.raises(StorageError):
        standings.of("bert")


def test_a_standing_in_doubt_is_looked_up_at_once_and_counts_while_the_database_is_away() -> None:
    house, connections = House(), Away()
    standings = Standings(connections, house.places.views, clock_s=lambda: 0.0)
    before = standings.of("anna")
    standings.doubt("anna")
    assert standings.fresh("anna") is None
    connections.there = False
    assert standings.of("anna") is standings.last("anna") is before
    connections.there = True
    assert standings.of("anna") is not before


class Leaving(Away):
    """Connections that their user changes, and of a database that goes away thereupon."""

    standings: Standings

    def of(self, user: str) -> Sequence[KeptConnection]:
        if not self.there:
            self.standings.forget(user)
        return super().of(user)


def test_what_its_user_changed_comes_back_from_no_look_that_began_before() -> None:
    connections, seconds = Leaving(), [0.0]
    standings = Standings(connections, House().places.views, clock_s=lambda: seconds[0])
    connections.standings = standings
    standings.of("anna")
    connections.there, seconds[0] = False, 60.0
    with pytest.raises(StorageError):
        standings.of("anna")
    assert standings.last("anna") is None


class Stuck(Away):
    """Connections of a database that accepts what is asked and does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.answers = threading.Event()
        self.answers.set()

    def of(self, user: str) -> Sequence[KeptConnection]:
        self.asked.set()
        assert self.answers.wait(10)
        return super().of(user)


def test_one_alone_waits_for_a_database_that_does_not_answer() -> None:
    connections, seconds = Stuck(), [0.0]
    standings = Standings(connections, House().places.views, clock_s=lambda: seconds[0])
    before = standings.of("anna")
    connections.answers.clear()
    connections.asked.clear()
    seconds[0] = 60.0
    waits = threading.Thread(target=standings.of, args=("anna",))
    waits.start()
    assert connections.asked.wait(10)
    seconds[0] += SLOW_S + 0.1
    assert standings.of("anna") is standings.last("anna") is before
    connections.answers.set()
    waits.join(10)
    seconds[0] += AGAIN_S
    assert standings.of("anna") is not before, "it answers again"


def test_no_more_users_are_remembered_than_there_is_room_for() -> None:
    house = House()
    for number in range(MOST_USERS + 1):
        house.standings.of(f"user-{number}")
    assert house.standings.fresh("user-0") is None
    assert house.standings.fresh(f"user-{MOST_USERS}") is not None


def test_the_mark_differs_with_connections_views_and_knowledge() -> None:
    house = House()
    one, other = house.keep("anna", URL, "k"), house.keep("anna", URL, "l")
    shown = {one.id: view(one)}
    marks = [
        mark_of([one], {}, "first"),
        mark_of([other], {}, "first"),
        mark_of([one], shown, "first"),
        mark_of([one], {one.id: view(one, "b")}, "first"),
        mark_of([one], shown, "second"),
        mark_of([one, other], shown, "first"),
    ]
    assert len(set(marks)) == len(marks)
    assert mark_of([one], shown, "first") == marks[2]
