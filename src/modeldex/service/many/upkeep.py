"""What a replica does without being asked: follow the store, have its turn at refreshing, tidy up."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ...domain.errors import ModeldexError
from ...domain.mistake import place
from ...storage.blobs import Blobs
from ...storage.shared_pages import SharedPages
from ..aside import aside
from .replica import Replica
from .tidying import tidy_database, tidy_here, tidy_store
from .turns import LOYALTY, Turn, Turns

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

Task = Callable[[], Awaitable[None]]

_log = logging.getLogger("modeldex.many")


class Pace(NamedTuple):
    """Seconds between two times, a third more or less, so that replicas do not keep step."""

    follow_s: float = 15.0
    """Looks into the store."""
    look_s: float = 5.0
    """Looks whether who refreshes is gone."""
    refresh_s: float = 60.0
    """Looks at what is due, of the one that refreshes."""
    tidy_s: float = 3600.0


class Duties(NamedTuple):
    """The concrete parts that upkeep works with; `web` chooses them."""

    accounts: "Accounts"
    pages: Blobs | SharedPages
    replica: Replica | None
    """`None`: there is no store, and so nothing to follow."""
    turns: Turns
    refresh: Callable[[Turn], Awaitable[None]] | None
    """Refreshes what is due, unless another machine has taken over; `None`: somebody else does."""
    clock: Callable[[], datetime]
    pace: Pace = Pace()


class Upkeep:
    """The background of one replica. Whatever fails is said once, and tried again."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self._troubles: dict[str, str] = {}
        self._tidied = time.monotonic()
        self._rests_until = self._tidied

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What runs side by side for as long as the service does; each ends when it is cancelled."""
        pace, replica = self._duties.pace, self._duties.replica
        found = [self._every(pace.tidy_s, "tidying up", self._tidy_here)]
        if replica is not None:
            found.append(self._every(pace.follow_s, "following the store", self._follow))
        if self._duties.refresh is not None:
            found.append(self._every(pace.look_s, "refreshing", self._refresh, at_once=True))
        return tuple(found)

    def _every(self, seconds: float, what: str, work: Task, *, at_once: bool = False) -> Task:
        async def run() -> None:
            if not at_once:
                await asyncio.sleep(_about(seconds))
            while True:
                await self._tried(what, work)
                await asyncio.sleep(_about(seconds))

        return run

    async def _tried(self, what: str, work: Task) -> None:
        """A failure is told when it begins and when it is over, not every time."""
        try:
            await work()
        except Exception as error:  # noqa: BLE001 (a loop that ends is missed by nobody)
            foreseen = isinstance(error, ModeldexError | OSError)
            told = str(error) if foreseen else place(error)
            if self._troubles.get(what) != told:
                _log.warning("%s failed, and will be tried again: %s", what, told)
            self._troubles[what] = told
        else:
            if self._troubles.pop(what, None) is not None:
                _log.warning("%s works again", what)

    async def _follow(self) -> None:
        replica, pages = self._duties.replica, self._duties.pages
        assert replica is not None
        if isinstance(pages, SharedPages):
            await aside(pages.catch_up)
        if await aside(replica.look):
            _log.info("took over a newer catalog from the store")

    async def _refresh(self) -> None:
        duties = self._duties
        assert duties.refresh is not None
        if time.monotonic() < self._rests_until:
            return
        async with duties.turns.take(LOYALTY) as turn:
            if turn is None:
                return
            self._rests_until = time.monotonic() + _about(duties.pace.refresh_s)
            await duties.refresh(turn)
            if time.monotonic() - self._tidied > duties.pace.tidy_s:
                self._tidied = time.monotonic()
                await aside(self._tidy_for_all)

    def _tidy_for_all(self) -> None:
        duties = self._duties
        tidy_database(duties.accounts, duties.clock())
        if isinstance(duties.pages, SharedPages):
            tidy_store(duties.pages, duties.accounts.listings, duties.clock())

    async def _tidy_here(self) -> None:
        duties = self._duties
        await aside(lambda: tidy_here(duties.pages, duties.accounts.listings, duties.clock()))


def _about(seconds: float) -> float:
    return seconds * random.uniform(2 / 3, 4 / 3)  # noqa: S311 (no secret depends on it)
