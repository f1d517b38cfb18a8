"""Answers of many users that are ready to be sent, each for as long as what it was made of stands."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from ..domain.account import Actor
from ..domain.errors import StorageError
from ..service.many.asking import Asking as Discovery
from ..service.many.asking import Showing
from ..service.many.flights import Flights
from ..service.many.recent import Recent
from ..service.many.standing import Standing, Standings, mark_of
from ..storage.accounts import patience
from .asking import Asking
from .following import Following
from .looks import Looks
from .opened import Opened
from .stored import MOST_BYTES, Variant, variant_of

_JSON = "application/json"
STALE_FOR = timedelta(seconds=1)
"""For how long an answer is given again while one of its lists is being asked for anew."""
HOT = {
    "/available-models": frozenset((b"",)),
    "/v1/models": frozenset((b"", b"shape=openrouter", b"ready=true")),
}
"""Path → the queries whose answers are kept."""
_MAKERS = 2
"""Answers worked out at once: each takes a processor, and ten times its size in memory."""
_BESIDE = 2048
"""Bytes that an answer takes beside its body, about."""

_Name: TypeAlias = tuple[str, str, bytes, bool, bool]
"""The user's id, path, query, whether Anthropic's headers were sent, whether gzip is welcome."""
_Basis: TypeAlias = tuple[str, str]
"""The marks of the catalog and of the user's standing."""


class Shown(NamedTuple):
    """What an answer is made of."""

    user: str
    standing: Standing
    showings: tuple[Showing, ...]
    opened: Opened


class Body(NamedTuple):
    """An answer that was worked out."""

    json: bytes
    until: datetime
    """When it is no longer true, whatever stands."""
    tag: str = ""
    """A name for what it says to this user; empty: its bytes name it."""


class Kept(NamedTuple):
    """One encoding of one user's answer."""

    variant: Variant
    until: datetime
    basis: _Basis
    route: str
    """The route's template."""


class Hot:
    """The answers asked for last, of `most_bytes` in all. All of it happens on one event loop.

    An answer is found under its user's id alone, and counts while the catalog and the user's
    standing are those of which it was made: a change shows with the next request where
    `Standings.forget` is told of it, and within `standing.AGAIN_S` where another process made it.
    """

    def __init__(
        self,
        standings: Standings,
        discovery: Discovery,
        edition: Callable[[], str],
        following: Following,
        clock: Callable[[], datetime],
        most_bytes: int = MOST_BYTES,
        looks: Looks | None = None,
    ) -> None:
        self._looks = looks or Looks()
        self._standings, self._discovery, self._edition = standings, discovery, edition
        self._following, self._clock, self._most = following, clock, most_bytes
        self._makers = ThreadPoolExecutor(_MAKERS, "modeldex-answers")
        self._kept: Recent[_Name, Kept] = Recent(most_bytes, _weight)
        self._flights: Flights[tuple[str, int], Standing] = Flights()
        self._makings: Flights[tuple[_Name, _Basis], Kept] = Flights()

    async def find(self, asking: Asking, actor: Actor) -> Kept | None:
        """The answer to a GET or HEAD request, where it is there and still good."""
        kept = self._kept.get(_name(asking, actor.user))
        if kept is None or kept.until <= self._clock() or not actor.may("read"):
            return None
        try:
            standing = self._standings.fresh(actor.user) or await self._standing(actor.user)
        except StorageError:
            return None
        return kept if kept.basis == (self._following.opened.mark, standing.mark) else None

    async def made(
        self,
        asking: Asking,
        user: str,
        route: str,
        make: Callable[[Shown], Body],
        *,
        force: bool = False,
    ) -> Variant:
        """The answer that `make` works out on a thread, or the one that stands.

        Lists that are due are asked for in the background; with `force` all are, and waited for.
        Raises `StorageError`, and what `make` raises.
        """
        standing = self._standings.fresh(user) or await self._standing(user)
        showings = await self._discovery.shown(standing.connections, standing.views, force=force)
        standing = await asyncio.to_thread(self._as_shown, standing, showings)
        shown = Shown(user, standing, showings, self._following.opened)
        name, basis = _name(asking, user), (shown.opened.mark, standing.mark)
        kept = self._kept.get(name)
        if kept is None or kept.basis != basis or kept.until <= self._clock():
            lasting = asking.query in HOT.get(asking.path, ())

            async def work() -> Kept:
                found = partial(self._worked_out, make, shown, asking, lasting)
                loop = asyncio.get_running_loop()
                made = await loop.run_in_executor(self._makers, copy_context().run, found)
                kept = Kept(*made, basis, route)
                if lasting and len(kept.variant.body) <= self._most // 4:
                    self._kept.put(name, kept)
                return kept

            kept = await self._makings.join((name, basis), work)
        return kept.variant

    @property
    def size(self) -> int:
        """Bytes of all answers that are kept, about."""
        return self._kept.weighs

    async def _standing(self, user: str) -> Standing:
        """Look, once for all who wait; not with those who began before the last change."""
        look = partial(self._looks.at, partial(self._standings.of, user))
        last = self._standings.last
        if not patience.is_left() and (before := last(user)) is not None:
            return before
        try:
            return await self._flights.join((user, self._standings.turn), look)
        except StorageError as error:
            patience.lose(str(error))
            if (before := last(user)) is None:
                raise
            return before

    def _as_shown(self, standing: Standing, showings: tuple[Showing, ...]) -> Standing:
        """The standing as discovery left it: it may have waited for lists that were not there."""
        views = {kept.id: view for kept, view in showings}
        if all(standing.views.get(name) == view for name, view in views.items()):
            return standing
        mark = mark_of(standing.connections, {**standing.views, **views}, self._edition())
        return standing._replace(views=views, mark=mark)

    def _worked_out(
        self, make: Callable[[Shown], Body], shown: Shown, asking: Asking, lasting: bool
    ) -> tuple[Variant, datetime]:
        now = self._clock()
        body = make(shown)
        due = self._discovery.good_until(shown.showings, now)
        until = body.until if due is None else min(body.until, max(due, now + STALE_FOR))
        said = body.tag or blake2b(body.json, digest_size=16, key=_key(shown.user)).hexdigest()
        return variant_of(body.json, _JSON, said, asking, lasting=lasting), until


def _name(asking: Asking, user: str) -> _Name:
    return user, asking.path, asking.query, asking.anthropic, asking.takes_gzip


def _key(user: str) -> bytes:
    return blake2b(user.encode(), digest_size=32).digest()


def _weight(kept: Kept) -> int:
    return len(kept.variant.body) + _BESIDE
