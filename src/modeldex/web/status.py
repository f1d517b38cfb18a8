"""How an installation stands, put together for its administrators; what is away is said and stops nothing."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request

from .._version import __version__
from ..service.accounts.standing import Standing, standing
from ..storage.accounts.opening import Accounts
from .admin_documents import AdminStatus, DatabaseState, RefreshState
from .health import or_none, providers
from .house import House, house_of
from .operating import StoreStatus
from .tenancy import Tenancy

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
    stamp, health = shelf.opened.stamp if shelf.ready else None, providers(house, now)
    ring = tenancy.ring if isinstance(tenancy, Tenancy) else None
    found = or_none(lambda: standing(accounts)) if accounts else None
    key_ring = or_none(ring) if ring else None

    def whole(store: StoreStatus | None) -> AdminStatus:
        return AdminStatus(
            version=__version__,
            at=now,
            catalog=stamp,
            trouble=shelf.trouble,
            refresh=refresh_state(house),
            providers=health,
            leases=list(found.leases) if found else [],
            database=_database(house, accounts, found),
            store=store,
            key_ring=key_ring,
        )

    return whole


def _accounts(house: House) -> Accounts | None:
    """The database; one user's only where it was needed before."""
    if house.single is not None:
        return or_none(house.single.accounts.known)
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


async def _store(house: House) -> StoreStatus | None:
    if house.operating is None:
        return None
    asked = asyncio.ensure_future(asyncio.to_thread(or_none, house.operating.store))
    try:
        async with asyncio.timeout(STORE_S):
            return await asyncio.shield(asked)
    except TimeoutError:
        return StoreStatus(address=house.operating.address() or "", reachable=None)
