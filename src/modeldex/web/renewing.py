"""Ask the providers anew: one refresh at a time, whoever wants it, while readers have the last lists."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from ..domain.errors import ModeldexError

Refresh: TypeAlias = Callable[[bool], Awaitable[None]]
"""Asks the providers and publishes; also those whose list is fresh where the argument is true."""

FRESH_FOR = timedelta(hours=1)
"""How old a user's lists may be before they are asked for again in the background."""
APART = timedelta(seconds=30)
"""The least time between two refreshes; who wants one sooner gets what the last one brought."""
AGAIN = timedelta(minutes=5)
"""The least time between two refreshes that nobody waits for."""

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
        self._last: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether providers are being asked right now."""
        return self._task is not None and not self._task.done()

    async def now(self) -> None:
        """Come back when lists are there that were asked for just now; join a running refresh."""
        if not self.running and self._rested(APART):
            self._start(force=True)
        if self._task is not None:
            await asyncio.shield(self._task)

    def soon(self, oldest: datetime | None) -> bool:
        """Start a refresh in the background where the oldest list is older than `FRESH_FOR`."""
        stale = oldest is not None and self._clock() - oldest > FRESH_FOR
        if not stale or self.running or not self._rested(AGAIN):
            return False
        self._start(force=False)
        return True

    async def stop(self) -> None:
        """Wait for nothing any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _rested(self, least: timedelta) -> bool:
        return self._last is None or self._clock() - self._last >= least

    def _start(self, *, force: bool) -> None:
        self._last = self._clock()
        self._task = asyncio.create_task(self._run(force))

    async def _run(self, force: bool) -> None:
        try:
            await self._refresh(force)
        except (ModeldexError, OSError) as error:
            _log.warning("the refresh failed (%s)", type(error).__name__)
            self._ended("failed")
            return
        finally:
            self._last = self._clock()
        await asyncio.to_thread(self._published)
        self._ended("done")
