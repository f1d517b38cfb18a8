"""One machine at a time does a piece of work: by a lease, renewed while it works, checked before it writes."""

import asyncio
import logging
import os
import platform
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ...domain.account import Lease
from ...domain.errors import StorageError
from ...domain.report import CatalogStamp, Report
from ..workshop import Workshop

if TYPE_CHECKING:
    from ...storage.accounts.leases import Leases

REFRESH = "refresh"
"""The lease of who refreshes the catalog that all share."""
LASTS = timedelta(seconds=15)
"""So long others wait for a machine that was killed. A third of it passes between two renewals."""
LOYALTY = timedelta(seconds=90)
"""So long the work is left to whoever did it last, and who knows whom it asked in vain."""
PATIENCE = timedelta(seconds=30)
"""So long somebody's wish waits for what another machine does."""

_log = logging.getLogger("modeldex.many")


class Turn(NamedTuple):
    """One machine's turn."""

    check: Callable[[], None]
    """Raises `LeaseLost`, a `StorageError`, when another machine has taken over, and
    `StorageError` when that cannot be known. May block."""
    token: int
    """Greater than that of every turn before."""


class Turns:
    """The turns of one process at one piece of work. Moments are the database's where it has a
    clock, so that machines whose clocks differ agree on whose turn it is."""

    def __init__(
        self,
        leases: "Leases",
        name: str,
        clock: Callable[[], datetime],
        *,
        lasts: timedelta = LASTS,
        holder: str = "",
    ) -> None:
        self._leases, self._name, self.clock, self._lasts = leases, name, clock, lasts
        self.holder = holder or named_here()
        self._mine = 0
        """The token of the last turn of this process."""
        self._here = asyncio.Lock()

    @asynccontextmanager
    async def take(self, loyalty: timedelta = timedelta(0)) -> AsyncIterator[Turn | None]:
        """Have a turn until the block ends; `None` while another has it.

        With `loyalty`, what another machine did last is left to that one for so long after it gave
        it back. Raises `StorageError` when the database is away.
        """
        async with self._here:
            lease = await asyncio.to_thread(self._taken, loyalty)
            if lease is None:
                yield None
                return
            renewing = asyncio.create_task(self._renew(lease))
            try:
                yield Turn(lambda: self._check(lease.token), lease.token)
            finally:
                renewing.cancel()
                try:
                    await asyncio.wait([renewing])  # to await it would hide that this is stopped
                finally:
                    await asyncio.shield(asyncio.to_thread(self._give_back, lease))

    @asynccontextmanager
    async def have(self, patience: timedelta = PATIENCE) -> AsyncIterator[Turn]:
        """As `take`, waiting for another machine to be done; raises `StorageError` when it is not
        within `patience`."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + patience.total_seconds()
        while True:
            async with self.take() as turn:
                if turn is not None:
                    yield turn
                    return
            if loop.time() >= ends:
                raise StorageError(f"another machine has done {self._name} for too long")
            await asyncio.sleep(patience.total_seconds() / 60)

    def holder_now(self) -> str | None:
        """Who has the turn; `None` when nobody has. May block; raises `StorageError`."""
        lease = self._leases.get(self._name)
        return lease.holder if lease else None

    def _taken(self, loyalty: timedelta) -> Lease | None:
        now, since = self._now(), None
        if loyalty:
            last = self._leases.last(self._name)
            since = last.token if last else 0
            patience = timedelta(0) if last and last.holder else loyalty
            if last is not None and since != self._mine and now - last.until < patience:
                return None
        lease = self._leases.take(self._name, self.holder, now, self._lasts, since)
        if lease is not None:
            self._mine = lease.token
        return lease

    async def _renew(self, lease: Lease) -> None:
        """Hold the lease until cancelled, or until another has it; what cannot be reached now is
        tried again."""
        while True:
            await asyncio.sleep(self._lasts.total_seconds() / 3)
            try:
                held = await asyncio.to_thread(
                    lambda: self._leases.renew(lease, self._now(), self._lasts)
                )
            except StorageError:
                continue
            if held is None:
                _log.warning(
                    "another machine does %s now: what was begun here is dropped", self._name
                )
                return

    def _check(self, token: int) -> None:
        with self._leases.fenced(self._name, token):
            pass

    def _give_back(self, lease: Lease) -> None:
        """Where the database is away it runs out by itself."""
        with suppress(StorageError):
            self._leases.give_back(lease)

    def _now(self) -> datetime:
        return self._leases.moment(self.clock())


def named_here() -> str:
    """A name for this process that no other has, and that tells a person where it runs."""
    return f"{platform.node() or 'a machine'}:{os.getpid()}:{secrets.token_hex(3)}"


def in_turn(
    leases: "Leases",
    clock: Callable[[], datetime],
    refresh: Callable[..., Awaitable[Report]],
    here: Callable[[], CatalogStamp],
    dress: Callable[[Workshop], Workshop],
) -> Report:
    """A refresh from a command line, if no other machine refreshes just now; else a report that
    says so, with the catalog that is in force `here`. `dress` puts more into its workshop. Raises
    `StorageError`."""
    return asyncio.run(_in_turn(Turns(leases, REFRESH, clock), refresh, here, dress))


async def _in_turn(
    turns: Turns,
    refresh: Callable[..., Awaitable[Report]],
    here: Callable[[], CatalogStamp],
    dress: Callable[[Workshop], Workshop],
) -> Report:
    async with turns.take() as turn:
        if turn is not None:
            return await refresh(dress=lambda parts: fenced(turn, dress(parts)))
        who = await asyncio.to_thread(turns.holder_now) or "another machine"
        stamp = await asyncio.to_thread(here)
    said = f"{who} refreshes now: nothing was asked here"
    return Report(duration_ms=0, catalog=stamp, providers=(), message=said)


def fenced(turn: Turn, parts: Workshop) -> Workshop:
    """The parts of a refresh that publishes in this turn only."""
    return parts._replace(fence=turn.check)
