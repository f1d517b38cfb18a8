"""A document that somebody else publishes: kept for a while, asked for by one at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar, final

from ...domain.outcome import Verdict

GOOD_FOR = timedelta(hours=1)
"""Afterwards it is asked for anew, and not used until it came."""
LEFT_ALONE = timedelta(seconds=10)
"""So long after a failure nobody is asked: those who wait get the same failure."""
NEWER_EVERY = timedelta(minutes=1)
"""So often at most it is asked for before its time."""
T = TypeVar("T")


@final
class KeptDocument(Generic[T]):
    """Raises the `Verdict` of asking for it."""

    def __init__(self, fetch: Callable[[datetime], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._kept: tuple[T, datetime] | None = None
        self._failed: tuple[Verdict, datetime] | None = None
        self._looked: datetime | None = None
        """When it was last asked for before its time."""

    async def get(self, now: datetime) -> T:
        """The document, no older than an hour."""
        async with self._lock:
            if self._kept is not None and _within(self._kept[1], now, GOOD_FOR):
                return self._kept[0]
            return await self._anew(now)

    async def newer(self, now: datetime) -> T:
        """The document as it is now, unless that was asked within a minute."""
        async with self._lock:
            looked = self._looked is not None and _within(self._looked, now, NEWER_EVERY)
            if looked and self._kept is not None:
                return self._kept[0]
            self._looked = now
            return await self._anew(now)

    async def _anew(self, now: datetime) -> T:
        if self._failed is not None and _within(self._failed[1], now, LEFT_ALONE):
            before = self._failed[0]
            raise Verdict(before.outcome, before.message)
        try:
            found = await self._fetch(now)
        except Verdict as verdict:
            self._failed = (Verdict(verdict.outcome, verdict.message), now)
            raise
        self._kept, self._failed = (found, now), None
        return found


def _within(then: datetime, now: datetime, span: timedelta) -> bool:
    return timedelta(0) <= now - then < span
