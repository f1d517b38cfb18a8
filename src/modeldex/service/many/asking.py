"""Ask on behalf of many: one request per credential and address at a time, its answer for all who hold that key."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from ...domain.account import KeptConnection, View
from ...domain.connection import Connection
from ...domain.errors import KeyNeeded, Locked, StorageError, Tampered
from ...domain.outcome import Outcome, Verdict
from ...domain.provider import Provider
from ...rules.advice import sentence
from ...storage.accounts.patience import at_leisure, is_left
from ...transport.client import Transport
from ...transport.guard import origin
from ...transport.limits import Limits
from ..connecting import Configured
from ..discover import Asked, discover
from ..listing import replaces
from ..reporting import not_asked
from .arriving import Found, arrived, happened
from .budgets import FOR_OWN, FOR_PROVIDERS, Budget, Budgets, Crowded
from .flights import Flights
from .headers import version
from .pace import Pace, of_this_key
from .places import Places
from .recent import Recent

_ROUNDS = 3
"""So often a connection may change while it is asked before that is given up."""
_REMEMBERED = 50_000
_KEY_IS_GONE = "its key cannot be opened here: enter it again"
_NO_TURN = "it was not asked: too many others are, at the moment"
_NO_ANSWER = "it is still being asked"
_AWAY = "it was not asked: its key cannot be read at the moment"

Key = tuple[str, str, str]


class Desk(NamedTuple):
    """The concrete parts that asking works with; `wiring` chooses them."""

    places: Places
    row_of: Callable[[KeptConnection], Provider | None]
    """The row of a connection's provider; `None` when there is none any more. Does not block."""
    ready: Callable[[KeptConnection], Connection]
    """The connection with its key, as `rows.connection_of` makes it. May block; raises `KeyNeeded`,
    `Locked` or `Tampered` where the key cannot be used."""
    open_transport: Callable[[Limits], AbstractAsyncContextManager[Transport]]
    """With an `AddressGuard`: what is asked is what users wish."""
    clock: Callable[[], datetime]
    limits: Limits = FOR_PROVIDERS
    own_limits: Limits = FOR_OWN
    """Of what is asked at addresses of users' own."""
    pace: Pace = Pace()
    budget: Budget = Budget()
    jitter: Callable[[], float] = lambda: 0.0
    """A random number from 0 to below 1, for the spacing of later tries."""
    changed: Callable[[str], object] = lambda _: None
    """Told of every user of whom a connection shows something new; does not block."""


class Showing(NamedTuple):
    """One connection of a user and what it shows."""

    kept: KeptConnection
    view: View


class Asking:
    """Views of connections: from the store while they are fresh, else by asking. One event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._budgets = Budgets(desk.budget)
        self._reading = asyncio.Semaphore(desk.budget.readers)
        self._flights: Flights[Key, Found] = Flights()
        self._renewals: Flights[tuple[str, bool], View | None] = Flights()
        self._found: Recent[Key, Found] = Recent(_REMEMBERED)
        self._lost: set[str] = set()

    async def views(self, user: str, *, force: bool = False) -> tuple[Showing, ...]:
        """What all connections of a user show, as `view`; a sick one costs its own deadline."""
        places = self._desk.places
        mine, before = await asyncio.to_thread(
            lambda: (places.connections.of(user), places.views.of(user))
        )
        return await self.shown(mine, before, force=force)

    async def shown(
        self, mine: Sequence[KeptConnection], before: Mapping[str, View], *, force: bool = False
    ) -> tuple[Showing, ...]:
        """As `views`, of connections that were read already, and of what they showed before."""
        views = await asyncio.gather(*(self._view(one, before.get(one.id), force) for one in mine))
        return tuple(Showing(one, view) for one, view in zip(mine, views, strict=True) if view)

    async def view(self, kept: KeptConnection, *, force: bool = False) -> View | None:
        """What a connection shows; `None` when it was removed meanwhile.

        A list that is due and there is given at once, while one refresh of it runs; only where
        there is none yet, or with `force`, the answer is waited for, `Limits.total_s` at most.
        What is to be asked while its key cannot be read shows what it showed before; with `force`
        that is raised.
        `force` asks again what is fresh, but never within `Pace.apart` of the last time.
        Raises `StorageError`.
        """
        before = await asyncio.to_thread(self._desk.places.views.get, kept.user, kept.id)
        return await self._view(kept, before, force)

    def good_until(self, showings: Iterable[Showing], now: datetime) -> datetime | None:
        """When the first of them is to be asked again, `now` where one is already; `None`: never."""
        pace = self._desk.pace
        return min((pace.due_at(v.outcome, v.checked_at, now) for _, v in showings), default=None)

    def forget(self, kept: KeptConnection) -> None:
        """Let go of what came with a key that was replaced or removed."""
        self._found.drop(self._key(kept))

    def lose(self, listing: str) -> None:
        """Ask again for what shows this listing, however fresh it is: it cannot be read any more.
        May be called from any thread."""
        if len(self._lost) < _REMEMBERED:
            self._lost.add(listing)

    def renew(self, kept: KeptConnection, view: View) -> None:
        """Ask again, though nobody waits, for what shows a listing that cannot be read any more;
        never within `Pace.apart` of the last time."""
        if not self._desk.pace.too_soon(view.checked_at, self._desk.clock()):
            self._renewals.begin((kept.id, True), partial(self._renewed, kept, True))

    async def landed(self) -> None:
        """Wait until nothing is under way."""
        await self._renewals.landed()
        await self._flights.landed()

    async def stop(self) -> None:
        """Give up all that is under way."""
        for flights in (self._renewals, self._flights):
            flights.stop()
        await self.landed()

    async def _view(self, kept: KeptConnection, view: View | None, force: bool) -> View | None:
        before, now, pace = of_this_key(view, kept), self._desk.clock(), self._desk.pace
        if before is not None and force:
            under_way = self._key(kept) in self._flights
            if pace.too_soon(before.checked_at, now) and not under_way:
                return before
        elif before is not None and before.listing in self._lost:
            if pace.too_soon(before.checked_at, now):
                return before
            force = True
        elif before is not None:
            if not pace.due(before.outcome, before.checked_at, now):
                return before
            if before.listing:
                self._renewals.begin((kept.id, False), partial(self._renewed, kept, False))
                return before
        return await self._waited(kept, before, force)

    async def _waited(self, kept: KeptConnection, before: View | None, force: bool) -> View | None:
        try:
            async with asyncio.timeout(self._desk.limits.total_s):
                work = partial(self._renewed, kept, force)
                under_way = self._renewals.begin((kept.id, force), work)
                if not is_left():
                    raise StorageError(_AWAY)
                return await asyncio.shield(under_way)
        except TimeoutError:
            why = _NO_ANSWER
        except StorageError:
            if force:
                raise
            why = _AWAY
        return before or View(
            connection=kept.id,
            listing="",
            outcome=Outcome.TIMEOUT,
            message=why,
            checked_at=self._desk.clock(),
        )

    async def _renewed(self, kept: KeptConnection, force: bool) -> View | None:
        """As `_asked_anew`: for all who hold the key, so that nobody's patience is spent on it."""
        with at_leisure():
            return await self._asked_anew(kept, force)

    async def _asked_anew(self, kept: KeptConnection, force: bool) -> View | None:
        """Ask, and keep the answer for the connection as it is by then; `None` when it is gone."""
        now_kept: KeptConnection | None = kept
        for _ in range(_ROUNDS):
            if now_kept is None:
                break
            found = await self._of_key(now_kept, force)
            view = await asyncio.to_thread(self._noted, now_kept, found)
            if view is not None:
                self._desk.changed(kept.user)
                return view
            connections = self._desk.places.connections
            now_kept = await asyncio.to_thread(connections.get, kept.user, kept.id)
        return None

    def _noted(self, kept: KeptConnection, found: Found) -> View | None:
        """The view, put down if it was asked; `None` when the connection no longer holds the key it was asked with."""
        views = self._desk.places.views
        before = of_this_key(views.get(kept.user, kept.id), kept)
        earlier = before if before is not None and not found.listing else None
        view = View(
            connection=kept.id,
            listing=earlier.listing if earlier else found.listing,
            outcome=found.outcome,
            message=found.message,
            fetched_at=earlier.fetched_at if earlier else found.fetched_at,
            checked_at=max(found.checked_at, kept.changed_at),
        )
        return view if not found.asked or views.put(view, kept) else None

    async def _of_key(self, kept: KeptConnection, force: bool) -> Found:
        """What the key opens: as it came to somebody else who holds it, or by asking."""
        key, pace, now = self._key(kept), self._desk.pace, self._desk.clock()
        found = self._found.get(key)
        if found is not None and key not in self._flights:
            if pace.too_soon(found.checked_at, now):
                return found
            newer = found.checked_at >= kept.changed_at
            if newer and not force and not pace.due(found.outcome, found.checked_at, now):
                return found
        return await self._flights.join(key, partial(self._fly, kept, key))

    def _key(self, kept: KeptConnection) -> Key:
        """What has to be equal for one answer to be for both; without a key, nothing ever is."""
        row = self._desk.row_of(kept)
        address = kept.base_url or (row.base_url if row else "")
        return kept.fingerprint or f"-{kept.id}", address, version(row) if row else ""

    async def _fly(self, kept: KeptConnection, key: Key) -> Found:
        before = self._found.get(key)
        since = before.held_since if before is not None else None
        found = await self._asked(kept, since)
        if not found.listing and found.held_since is None:
            found = msgspec.structs.replace(found, held_since=since)
        if found.asked:
            self._found.put(key, found)
        self._lost.discard(found.listing)
        return found

    async def _asked(self, kept: KeptConnection, held_since: datetime | None) -> Found:
        now, row = self._desk.clock(), self._desk.row_of(kept)
        if row is None:
            gone = "there is no such provider any more"
            return Found(outcome=Outcome.RETIRED, message=gone, checked_at=now)
        try:
            connection = await asyncio.to_thread(self._desk.ready, kept)
        except (KeyNeeded, Locked, Tampered):
            return Found(outcome=Outcome.NO_KEY, message=_KEY_IS_GONE, checked_at=now)
        if not connection.askable:
            line = not_asked(Configured(connection), None, None, None, now)
            return Found(outcome=line.outcome, message=happened(line.message), checked_at=now)
        try:
            asked = await self._discovered(connection, kept)
        except Crowded:
            return Found(outcome=Outcome.TIMEOUT, message=_NO_TURN, checked_at=now, asked=False)
        except Verdict as met:
            said = sentence(
                met.outcome, row, detail=met.message, secret_from=connection.secret_from
            )
            return Found(outcome=met.outcome, message=happened(said), checked_at=now)
        async with self._reading:
            return await asyncio.to_thread(self._kept, asked, kept, held_since)

    async def _discovered(self, connection: Connection, kept: KeptConnection) -> Asked:
        desk, where = self._desk, origin(connection.base_url)
        own = kept.base_url not in (None, connection.provider.base_url)
        limits = desk.own_limits if own else desk.limits
        turn = self._budgets.turn(kept.user, where, desk.clock())
        async with turn, desk.open_transport(limits) as transport:
            (asked,) = await discover(
                [connection], transport, limits, desk.clock, lambda _: None, self._reading
            )
        self._budgets.told(where, asked.conclusion.outcome, desk.clock(), desk.jitter())
        return asked

    def _kept(self, asked: Asked, kept: KeptConnection, held_since: datetime | None) -> Found:
        places = self._desk.places
        view = None
        if not replaces(asked):
            view = of_this_key(places.views.get(kept.user, kept.id), kept)
        return arrived(asked, view, places, self._desk.clock(), held_since)
