import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modeldex import wiring
from modeldex.domain.errors import StorageError
from modeldex.service.many.turns import REFRESH, Turn, Turns
from modeldex.service.many.upkeep import Duties, Pace, Upkeep
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.blobs import Blobs

QUICK = Pace(follow_s=0.01, look_s=0.01, refresh_s=0.05, tidy_s=0.05)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    yield opened
    opened.close()


class Following:
    """In the place of a replica: what it is told to say, one after the other."""

    def __init__(self, *said: bool | Exception) -> None:
        self.said, self.asked = list(said), 0

    def look(self) -> bool:
        self.asked += 1
        now = self.said.pop(0) if self.said else False
        if isinstance(now, Exception):
            raise now
        return now


def duties(accounts: Accounts, folder: Path, holder: str, **more: object) -> Duties:
    turns = Turns(accounts.leases, REFRESH, wiring.clock, holder=holder)
    plain = Duties(accounts, Blobs(folder), None, turns, None, wiring.clock, QUICK)
    return plain._replace(**more)  # type: ignore[arg-type]


async def run(*of: Duties, until: Callable[[], object] = bool, seconds: float = 30) -> None:
    """Let upkeep work until something has come about, however slow the machine; at most `seconds`."""
    tasks = [asyncio.ensure_future(task()) for one in of for task in Upkeep(one).tasks]
    ends = asyncio.get_running_loop().time() + seconds
    while not until() and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110 (what is waited for is a plain function)
        await asyncio.sleep(0.01)
    assert not any(task.done() for task in tasks), "upkeep never ends by itself"
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.anyio
async def test_of_many_replicas_one_refreshes_again_and_again(
    accounts: Accounts, tmp_path: Path
) -> None:
    began: list[str] = []
    running = 0

    def work(name: str) -> object:
        async def refresh(turn: Turn) -> None:
            nonlocal running
            running += 1
            assert running == 1
            began.append(name)
            await asyncio.sleep(0.02)
            await asyncio.to_thread(turn.check)
            running -= 1

        return refresh

    await run(
        *(duties(accounts, tmp_path, name, refresh=work(name)) for name in ("a", "b", "c")),
        until=lambda: len(began) > 2,
    )
    assert len(began) >= 3
    assert len(set(began)) == 1


@pytest.mark.anyio
async def test_a_store_that_fails_is_told_once_and_asked_again(
    accounts: Accounts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = StorageError("the store is away")
    following = Following(away, away, away, True)
    with caplog.at_level(logging.WARNING, "modeldex.many"):
        await run(
            duties(accounts, tmp_path, "a", replica=following), until=lambda: following.asked > 4
        )
    assert following.asked > 4
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "following the store failed, and will be tried again: the store is away",
        "following the store works again",
    ]


@pytest.mark.anyio
async def test_a_mistake_stops_no_upkeep_and_is_told_by_its_place(
    accounts: Accounts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mistake = ValueError("words of anybody")
    following = Following(mistake, mistake, True)
    with caplog.at_level(logging.WARNING, "modeldex.many"):
        await run(
            duties(accounts, tmp_path, "a", replica=following), until=lambda: following.asked > 3
        )
    assert following.asked > 3
    first, *rest = [record.getMessage() for record in caplog.records]
    assert first.startswith("following the store failed, and will be tried again: ValueError at ")
    assert "words of anybody" not in first
    assert rest[-1:] == ["following the store works again"]


@pytest.mark.anyio
async def test_a_database_that_is_away_stops_no_upkeep(
    accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed = []
    take, asked = accounts.leases.take, []

    def failing(*said: object) -> object:
        asked.append(1)
        if len(asked) < 4:
            raise StorageError("away")
        return take(*said)

    async def refresh(_turn: Turn) -> None:
        refreshed.append(1)

    monkeypatch.setattr(accounts.leases, "take", failing)
    await run(duties(accounts, tmp_path, "a", refresh=refresh), until=lambda: refreshed)
    assert refreshed


@pytest.mark.anyio
async def test_a_replica_that_is_not_to_refresh_takes_no_turn(
    accounts: Accounts, tmp_path: Path
) -> None:
    await run(duties(accounts, tmp_path, "a", replica=Following()), seconds=0.1)
    assert accounts.leases.all() == ()
