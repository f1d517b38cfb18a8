"""How an installation stands, put together for its administrators; what is away is said and stops nothing."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from starlette.requests import Request

from .._version import __version__
from ..domain.catalog import HeldListing
from ..domain.errors import BadConfig, StorageError
from ..domain.outcome import Outcome
from ..service.accounts.standing import Standing, standing
from ..service.provider_lines import ProviderLine
from ..storage.accounts.opening import Accounts
from ..storage.state import Attempt
from ..transport.breaker import BreakerState, may_ask
from .admin_documents import (
    AdminStatus,
    DatabaseState,
    HeldList,
    ProviderHealth,
    RefreshState,
)
from .house import House, house_of
from .operating import StoreStatus
from .tenancy import Tenancy

T = TypeVar("T")

STORE_S = 3.0
"""Seconds for which the store is waited for."""


async def status(request: Request) -> AdminStatus:
    """Everything; takes as long as the database and the store do."""
    house = house_of(request)
    found, store = await asyncio.gather(asyncio.to_thread(_without_store, house), _store(house))
    return found(store)


def refresh_state(house: House) -> RefreshState:
    """How the refreshes of this process stand."""
    ended = house.renewing.ended
    return RefreshState(
        running=house.renewing.busy,
        ended=ended.end if ended else None,
        ended_at=ended.at if ended else None,
    )


def _without_store(house: House) -> Callable[[StoreStatus | None], AdminStatus]:
    now, shelf = house.clock(), house.shelf
    accounts, tenancy = _accounts(house), house.tenancy
    stamp, providers = shelf.opened.stamp if shelf.ready else None, _providers(house, now)
    ring = tenancy.ring if isinstance(tenancy, Tenancy) else None
    found = _or_none(lambda: standing(accounts)) if accounts else None
    key_ring = _or_none(ring) if ring else None

    def whole(store: StoreStatus | None) -> AdminStatus:
        return AdminStatus(
            version=__version__,
            at=now,
            catalog=stamp,
            trouble=shelf.trouble,
            refresh=refresh_state(house),
            providers=providers,
            leases=list(found.leases) if found else [],
            database=_database(house, accounts, found),
            store=store,
            key_ring=key_ring,
        )

    return whole


def _accounts(house: House) -> Accounts | None:
    """The database; one user's only where it was needed before."""
    if house.single is not None:
        return _or_none(house.single.accounts.known)
    return house.tenancy.accounts if isinstance(house.tenancy, Tenancy) else None


def _database(house: House, accounts: Accounts | None, found: Standing | None) -> DatabaseState:
    there = house.single.accounts.there if house.single else accounts is not None
    return DatabaseState(
        place=accounts.place if accounts else None,
        reachable=found is not None if there else None,
        migration=found.migration if found else None,
        users=found.people if found else None,
        administrators=found.administrators if found else None,
    )


def _providers(house: House, now: datetime) -> list[ProviderHealth]:
    if not house.shelf.ready:
        return []
    catalog = house.shelf.opened.at(now)
    held, tried = catalog.held(), _attempts(house)
    return [
        _health(line, held.get(line.provider), tried.get(line.provider), now)
        for line in catalog.provider_lines()
    ]


def _attempts(house: House) -> Mapping[str, Attempt]:
    """The last attempt at each provider, whichever key it was made with."""
    every = (_or_none(house.operating.attempts) or {}) if house.operating else {}
    return {one.provider: one for one in sorted(every.values(), key=lambda one: one.at)}


def _health(
    line: ProviderLine, aside: HeldListing | None, tried: Attempt | None, now: datetime
) -> ProviderHealth:
    until = tried.open_until if tried else None
    is_open = not may_ask(BreakerState(open_until=until), now)
    return ProviderHealth(
        provider=line.provider,
        name=line.name,
        outcome=Outcome(line.outcome),
        message=line.message,
        models=line.models,
        available=line.available,
        last_good=line.fetched_at,
        age_s=line.age_s,
        attempted_at=tried.at if tried else line.checked_at,
        failures=tried.failures if tried else 0,
        breaker="open" if is_open else "closed",
        open_until=until if is_open else None,
        held=_held(aside) if aside else None,
    )


def _held(aside: HeldListing) -> HeldList:
    return HeldList(
        why=aside.held.hold.sentence,
        fetched_at=aside.fetched_at,
        came=len(aside.came),
        gone=len(aside.gone),
    )


async def _store(house: House) -> StoreStatus | None:
    if house.operating is None:
        return None
    asked = asyncio.ensure_future(asyncio.to_thread(_or_none, house.operating.store))
    try:
        async with asyncio.timeout(STORE_S):
            return await asyncio.shield(asked)
    except TimeoutError:
        return StoreStatus(address=house.operating.address() or "", reachable=None)


def _or_none(read: Callable[[], T]) -> T | None:
    """What is read; `None` where it cannot be."""
    try:
        return read()
    except (StorageError, BadConfig):
        return None
