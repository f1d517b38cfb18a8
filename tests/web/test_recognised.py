"""Who asks, remembered for a second, and no longer than their rights last here."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from modeldex.domain.account import Actor, Role
from modeldex.domain.errors import AccessDenied
from modeldex.storage.accounts.patience import waiting_at_most
from modeldex.web.asking import Asking
from modeldex.web.limiting import Limiter
from modeldex.web.looks import Looks
from modeldex.web.problems import Problem
from modeldex.web.recognised import AGAIN, Recognised

from .hosting import Clock

pytestmark = pytest.mark.anyio


class Door:
    """Lets everybody in whose token is the name of a person who is welcome."""

    def __init__(self, within_s: float = 10) -> None:
        self.clock = Clock()
        self.roles = {"anna": Role.ADMIN, "bert": Role.USER}
        self.looks = 0
        self.may_end = threading.Event()
        self.may_end.set()
        self.began = threading.Event()
        recognising: Any = self
        self.recognised = Recognised(recognising, Limiter(self.clock), self.clock, Looks(within_s))

    def actor(self, token: str, now: datetime) -> Actor:
        self.looks += 1
        role = self.roles.get(token)
        self.began.set()
        assert self.may_end.wait(10)
        if role is None:
            raise AccessDenied("no")
        return Actor(user=token, role=role, by="session")

    async def lets(self, who: str) -> Role | None:
        """The role with which somebody is let in; `None`: they are not."""
        headers = [(b"authorization", f"Bearer {who}".encode())]
        scope = {"method": "GET", "path": "/", "query_string": b"", "headers": headers}
        try:
            return (await self.recognised.admit(Asking(scope))).role
        except Problem as problem:
            if problem.status != 401:
                raise
            return None


async def test_a_bearer_is_known_for_a_second() -> None:
    door = Door()
    await door.lets("anna")
    door.roles["anna"] = Role.USER
    assert (await door.lets("anna"), door.looks) == (Role.ADMIN, 1)
    door.clock.now += AGAIN
    assert (await door.lets("anna"), door.looks) == (Role.USER, 2)


async def test_many_requests_with_one_token_are_looked_up_once() -> None:
    door = Door()
    assert await asyncio.gather(*(door.lets("anna") for _ in range(20))) == [Role.ADMIN] * 20
    assert door.looks == 1


def shut_out(door: Door) -> None:
    del door.roles["anna"]


def lose_a_role(door: Door) -> None:
    door.roles["anna"] = Role.USER


@pytest.mark.parametrize(("change", "then"), [(shut_out, None), (lose_a_role, Role.USER)])
async def test_what_was_read_before_a_change_is_not_remembered(
    change: Callable[[Door], None], then: Role | None
) -> None:
    door = Door()
    door.may_end.clear()
    before = asyncio.create_task(door.lets("anna"))
    await asyncio.to_thread(door.began.wait, 10)
    change(door)
    door.recognised.forget("anna")
    door.may_end.set()
    assert await before is Role.ADMIN
    assert await door.lets("anna") is then


async def test_who_asks_after_a_change_does_not_join_a_look_from_before() -> None:
    door = Door()
    door.may_end.clear()
    before = asyncio.create_task(door.lets("anna"))
    await asyncio.to_thread(door.began.wait, 10)
    shut_out(door)
    door.recognised.forget("anna")
    after = asyncio.create_task(door.lets("anna"))
    await asyncio.sleep(0.05)
    door.may_end.set()
    assert (await before, await after) == (Role.ADMIN, None)


async def test_forgetting_one_leaves_the_others() -> None:
    door = Door()
    for who in ("anna", "bert"):
        await door.lets(who)
    door.recognised.forget("anna")
    assert (await door.lets("bert"), door.looks) == (Role.USER, 2)
    assert (await door.lets("anna"), door.looks) == (Role.ADMIN, 3)


async def test_a_clock_set_back_has_everybody_looked_up_anew() -> None:
    door = Door()
    await door.lets("anna")
    door.clock.now -= timedelta(minutes=1)
    await door.lets("anna")
    assert door.looks == 2


async def test_who_is_known_reads_on_while_the_database_hangs() -> None:
    door = Door(within_s=0.05)
    await door.lets("anna")
    door.clock.now += AGAIN
    door.may_end.clear()
    try:
        assert await door.lets("anna") is Role.ADMIN
    finally:
        door.may_end.set()


async def test_who_is_shut_out_does_not_come_back_when_the_database_goes_away() -> None:
    door = Door(within_s=0.5)
    await door.lets("anna")
    door.clock.now += AGAIN
    door.may_end.clear()
    door.began.clear()
    asked = asyncio.create_task(door.lets("anna"))
    await asyncio.to_thread(door.began.wait, 10)
    door.recognised.forget("anna")
    try:
        with pytest.raises(Problem) as told:
            await asked
    finally:
        door.may_end.set()
    assert (told.value.status, told.value.why) == (
        503,
        "StorageError: the accounts do not answer in time",
    )


async def test_whoever_waited_for_the_database_in_vain_waits_no_more() -> None:
    door = Door(within_s=0.05)
    await door.lets("anna")
    door.clock.now += AGAIN
    door.may_end.clear()
    try:
        with waiting_at_most(60.0) as patience:
            await door.lets("anna")
        assert patience.left_s == 0
    finally:
        door.may_end.set()


async def test_who_is_not_known_is_told_so_while_the_database_hangs() -> None:
    door = Door(within_s=0.05)
    door.may_end.clear()
    try:
        with pytest.raises(Problem) as told:
            await door.lets("anna")
    finally:
        door.may_end.set()
    assert told.value.status == 503
