"""Ask the providers anew: one refresh at a time, whoever wants it, while readers have the last lists."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeAlias

from ..domain.errors import ModeldexError

Refresh: TypeAlias = Callable[..., Awaitable[None]]
"""`refresh(force)` asks the providers and publishes, also those whose list is fresh with `force`;
`refresh(True, only=…, accept=…)` asks the providers named, and takes lists that look wrong of those
in `accept`."""

FRESH_FOR = timedelta(hours=1)
"""How old a user's lists may be before they are asked for again in the background."""
APART = timedelta(seconds=30)
"""The least time between two refreshes; who wants one sooner gets what the last one brought."""
AGAIN = timedelta(minutes=5)
"""The least time between two refreshes that nobody waits for."""


class Ended(NamedTuple):
    """A refresh that is over."""

    end: str
    """`done` or `failed`."""
    at: datetime


class _Few(NamedTuple):
    """Providers that are to be asked next."""

    only: set[str]
    accept: set[str]
    task: "asyncio.Task[None]"


_log = logging.getLogger("modeldex.web")


class Renewing:
    """The refreshes of one user. All of it happens on one event loop."""

    def __init__(
        self,
        refresh: Refresh,
        published: Callable[[], object],
        clock: Callable[[], datetime],
        ended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._refresh, self._published, self._clock = refresh, published, clock
        """`published` follows to the new catalog; it may block."""
        self._ended = ended
        self._task: asyncio.Task[None] | None = None
        self._next: _Few | None = None
        self._last: datetime | None = None
        self.ended: Ended | None = None
        """The last refresh that ended; `None` when none has."""

    @property
    def running(self) -> bool:
        """Whether providers are being asked right now."""
        return self._task is not None and not self._task.done()

    @property
    def busy(self) -> bool:
        """Whether providers are being asked, or will be as soon as that ends."""
        return self.running or self._next is not None

    async def now(self) -> None:
        """Come back when lists are there that were asked for just now; join a running refresh."""
        if not self.running and self._rested(APART):
            self._start(force=True)
        if self._task is not None:
            await asyncio.shield(self._task)

    def begin(self) -> bool:
        """Start a refresh of all that nobody waits for, unless one runs or just ran."""
        if self.running or not self._rested(APART):
            return False
        self._start(force=True)
        return True

    async def of(self, providers: Collection[str], accept: Collection[str] = ()) -> None:
        """Come back when these providers were asked anew: what runs already may know nothing of
        what has changed since it began, and is waited for first."""
        await asyncio.shield(self.begin_of(providers, accept))

    def begin_of(
        self, providers: Collection[str], accept: Collection[str] = ()
    ) -> "asyncio.Task[None]":
        """Have these providers asked as soon as nothing else runs, all who wish that by then at
        once; of those in `accept` a list is taken although it looks wrong."""
        if self._next is None:
            self._next = _Few(set(), set(), asyncio.create_task(self._few()))
        self._next.only.update(providers)
        self._next.accept.update(accept)
        return self._next.task

    def soon(self, oldest: datetime | None) -> bool:
        """Start a refresh in the background where the oldest list is older than `FRESH_FOR`."""
        stale = oldest is not None and self._clock() - oldest > FRESH_FOR
        if not stale or self.running or not self._rested(AGAIN):
            return False
        self._start(force=False)
        return True

    async def stop(self) -> None:
        """Wait for nothing any more."""
        tasks = [self._next.task] if self._next else []
        tasks += [self._task] if self._task else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _rested(self, least: timedelta) -> bool:
        return self._last is None or self._clock() - self._last >= least

    def _start(self, *, force: bool) -> None:
        self._last = self._clock()
        self._task = asyncio.create_task(self._run(force))

    async def _run(self, force: bool) -> None:
        try:
            await self._refreshed(lambda: self._refresh(force))
        finally:
            self._last = self._clock()

    async def _few(self) -> None:
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])
        wanted, self._next = self._next, None
        assert wanted is not None
        only, accept = frozenset(wanted.only), frozenset(wanted.accept)
        refresh = partial(self._refresh, True, only=only, accept=accept)
        self._task = asyncio.create_task(self._refreshed(refresh))
        await self._task

    async def _refreshed(self, refresh: Callable[[], Awaitable[None]]) -> None:
        end = "failed"
        try:
            await refresh()
            await asyncio.to_thread(self._published)
            end = "done"
        except (ModeldexError, OSError) as error:
            _log.warning("the refresh failed (%s)", type(error).__name__)
        self.ended = Ended(end, self._clock())
        self._ended(end)
