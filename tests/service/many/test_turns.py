import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.domain.report import CatalogStamp, Report
from modeldex.service.many.turns import LASTS, LOYALTY, REFRESH, Turns, in_turn, named_here
from modeldex.storage.accounts.leases import LeaseLost
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.conftest import NOW
from tests.waiting import comes_meanwhile

SOON = timedelta(seconds=0.3)
STAMP = CatalogStamp(hash="a" * 64, models=1, published_at=NOW)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    yield opened
    opened.close()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def turns(accounts: Accounts, holder: str, clock: Clock, lasts: timedelta = LASTS) -> Turns:
    return Turns(accounts.leases, REFRESH, clock, holder=holder, lasts=lasts)


@pytest.mark.anyio
async def test_one_machine_at_a_time_has_a_turn(accounts: Accounts, clock: Clock) -> None:
    one, two = turns(accounts, "one", clock), turns(accounts, "two", clock)
    async with one.take() as mine:
        async with two.take() as theirs:
            assert mine is not None
            assert theirs is None
        assert two.holder_now() == "one"
    async with two.take() as theirs:
        assert theirs is not None
        assert theirs.token > mine.token


@pytest.mark.anyio
@pytest.mark.parametrize("later", range(6))
async def test_whoever_is_stopped_while_giving_a_turn_back_stops(
    accounts: Accounts, clock: Clock, later: int
) -> None:
    one, had = turns(accounts, "one", clock), asyncio.Event()

    async def work() -> None:
        async with one.take():
            had.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await had.wait()
    for _ in range(later):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=2)
    stopped = task.cancelled()
    task.cancel()
    assert stopped


@pytest.mark.anyio
async def test_two_tasks_of_one_process_take_turns_too(accounts: Accounts, clock: Clock) -> None:
    one, at_once = turns(accounts, "one", clock), []

    async def work() -> None:
        async with one.take() as turn:
            at_once.append(turn)
            await asyncio.sleep(0.02)
            assert at_once[-1] is turn
            await asyncio.to_thread(turn.check)

    await asyncio.gather(work(), work(), work())
    assert len(at_once) == 3


@pytest.mark.anyio
async def test_a_turn_is_given_back_when_the_work_fails(accounts: Accounts, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        async with turns(accounts, "one", clock).take():
            raise ZeroDivisionError
    async with turns(accounts, "two", clock).take() as turn:
        assert turn is not None


@pytest.mark.anyio
async def test_a_machine_that_was_killed_is_waited_for_no_longer_than_its_lease(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.leases.take(REFRESH, "killed", clock(), LASTS)
    two = turns(accounts, "two", clock)
    clock.now += LASTS - timedelta(seconds=1)
    async with two.take(LOYALTY) as turn:
        assert turn is None
    clock.now += timedelta(seconds=1)
    async with two.take(LOYALTY) as turn:
        assert turn is not None


@pytest.mark.anyio
async def test_who_slept_too_long_may_not_write(accounts: Accounts, clock: Clock) -> None:
    async with turns(accounts, "sleeper", clock).take() as turn:
        turn.check()
        clock.now += LASTS
        async with turns(accounts, "two", clock).take() as theirs:
            with pytest.raises(LeaseLost):
                turn.check()
            theirs.check()
        with pytest.raises(LeaseLost):
            turn.check()


@pytest.mark.anyio
async def test_a_turn_is_renewed_for_as_long_as_the_work_takes(accounts: Accounts) -> None:
    from modeldex.wiring import clock

    one = Turns(accounts.leases, REFRESH, clock, holder="one", lasts=SOON)
    two = Turns(accounts.leases, REFRESH, clock, holder="two", lasts=SOON)
    async with one.take() as turn:
        await asyncio.sleep(3 * SOON.total_seconds())
        async with two.take() as theirs:
            assert theirs is None
        turn.check()


@pytest.mark.anyio
async def test_work_is_left_to_who_did_it_last_for_a_while(
    accounts: Accounts, clock: Clock
) -> None:
    one, two = turns(accounts, "one", clock), turns(accounts, "two", clock)
    async with one.take(LOYALTY) as turn:
        assert turn is not None
    for mine, theirs in ((True, False), (True, False)):
        clock.now += timedelta(seconds=60)
        async with two.take(LOYALTY) as turn:
            assert (turn is not None) is theirs
        async with one.take(LOYALTY) as turn:
            assert (turn is not None) is mine
    clock.now += LASTS + LOYALTY
    async with two.take(LOYALTY) as turn:
        assert turn is not None


@pytest.mark.anyio
async def test_a_turn_outlives_a_database_that_is_away_for_a_moment(
    accounts: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    renew = accounts.leases.renew

    def failing(*said: object) -> object:
        asked.append(1)
        if len(asked) < 3:
            raise StorageError("away")
        return renew(*said)

    monkeypatch.setattr(accounts.leases, "renew", failing)
    async with turns(accounts, "one", clock, SOON).take() as turn:
        assert await comes_meanwhile(lambda: len(asked) >= 3)
        turn.check()


@pytest.mark.anyio
async def test_a_wish_waits_for_the_turn_of_another_machine(
    accounts: Accounts, clock: Clock
) -> None:
    one, two = turns(accounts, "one", clock), turns(accounts, "two", clock)
    order: list[str] = []

    async def wish() -> None:
        async with two.have(timedelta(seconds=30)) as turn:
            await asyncio.to_thread(turn.check)
            order.append("two")

    async with one.take():
        waiting = asyncio.create_task(wish())
        await asyncio.sleep(0.1)
        order.append("one")
    await waiting
    assert order == ["one", "two"]


@pytest.mark.anyio
async def test_a_wish_is_given_up_while_another_machine_goes_on(
    accounts: Accounts, clock: Clock
) -> None:
    one, two = turns(accounts, "one", clock), turns(accounts, "two", clock)
    async with one.take():
        with pytest.raises(StorageError, match="another machine"):
            async with two.have(timedelta(seconds=0.1)):
                raise AssertionError("two machines at once")


def test_a_refresh_from_a_command_line_says_who_refreshes_instead(
    accounts: Accounts, clock: Clock
) -> None:
    asked = []

    async def refresh(**wishes: object) -> Report:
        asked.append(wishes["dress"])
        return Report(duration_ms=1, catalog=STAMP, providers=())

    held = accounts.leases.take(REFRESH, "elsewhere:1", clock(), LASTS)
    told = in_turn(accounts.leases, clock, refresh, lambda: STAMP, lambda parts: parts)
    assert (told.message, told.catalog) == (
        "elsewhere:1 refreshes now: nothing was asked here",
        STAMP,
    )
    accounts.leases.give_back(held)
    told = in_turn(accounts.leases, clock, refresh, lambda: STAMP, lambda parts: parts)
    assert told.duration_ms == 1
    assert len(asked) == 1


def test_no_two_processes_have_one_name() -> None:
    assert len({named_here() for _ in range(100)}) == 100
