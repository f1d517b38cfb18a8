"""The parts of a service for many, put together: the shared catalog, and everybody's own keys."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from .. import wiring
from ..service.accounts.dressing import Dress, dressing
from ..service.many.turns import REFRESH, Turns, fenced
from .denials import Denials
from .following import Following
from .gate import Gate, names
from .hot import Hot
from .house import CEILINGS, Ceilings, House
from .limiting import RULES, Limiter
from .metrics import Metrics
from .oidc import Oidc
from .opening import refresh, seen
from .opening_operating import operating
from .opening_tenancy import store, tenancy
from .opening_upkeep import Copy, upkeep
from .recognised import many
from .renewing import Renewing
from .tenancy import Tenancy


def multi_user(
    *,
    host: str,
    port: int,
    more_hosts: Iterable[str] = (),
    clock: Callable[[], datetime] = wiring.clock,
    ceilings: Ceilings = CEILINGS,
    rules: Mapping[str, str] = RULES,
    environ: Mapping[str, str] = os.environ,
    shelf: Following | None = None,
) -> House:
    """The parts for an installation with accounts; raises `BadConfig`, `Locked`, `StorageError`.

    `shelf` is the catalog that everybody shares, looked after by somebody else; without one it is
    this machine's, which follows the store and has its turn at refreshing.
    """
    limiter = Limiter(clock, rules)
    people = tenancy(limiter, environ, clock)
    copy, tended = Copy(store(environ)), shelf is None
    shelf = shelf or Following(seen, copy.opened)
    metrics = Metrics(shelf, clock)
    dress = dressing(people.accounts, clock, wiring.open_catalog)
    turns = Turns(people.accounts.leases, REFRESH, clock)
    asking = partial(_refresh_in_turn, turns, dress, metrics)
    denials = Denials(people.accounts, limiter, clock)
    return House(
        shelf=shelf,
        clock=clock,
        admit=many(people.recognised),
        gate=Gate(names(host, port, more_hosts)),
        limiter=limiter,
        renewing=Renewing(asking, shelf.follow, clock, metrics.refreshed),
        metrics=metrics,
        ceilings=ceilings,
        tenancy=people,
        operating=operating(),
        keys=people.keys_of,
        hot=Hot(
            people.standings,
            people.asking,
            lambda: people.shelf.edition,
            shelf,
            clock,
            looks=people.recognised.looks,
        ),
        tasks=upkeep(people, copy, turns, dress, metrics).tasks if tended else (),
        stop=lambda: _stop(people, denials),
        denials=denials,
    )


def setup_code(house: House) -> str | None:
    """The code for the first administrator; `None` when there is somebody already, and where people
    sign in with an identity provider alone."""
    assert isinstance(house.tenancy, Tenancy)
    if isinstance(house.tenancy.oidc, Oidc) and not house.tenancy.oidc.passwords:
        return None
    return house.tenancy.people.setup_code(house.clock())


async def _refresh_in_turn(
    turns: Turns, dress: Dress, metrics: Metrics, force: bool, **wanted: Iterable[str]
) -> None:
    """What an administrator wishes, as soon as no machine refreshes; nothing is published when the
    turn was lost."""
    async with turns.have() as turn:
        await refresh(
            force,
            **wanted,
            dress=lambda parts: fenced(turn, dress(parts)),
            heard=metrics.asked,
        )


async def _stop(people: Tenancy, denials: Denials) -> None:
    """Give up what is being asked on behalf of people, and close the database."""
    await people.asking.stop()
    await asyncio.to_thread(denials.close)
    await asyncio.to_thread(people.accounts.close)
