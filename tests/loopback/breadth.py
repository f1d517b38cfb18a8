"""Any provider row as a mount: its dialect's own routes, each behind the small body of its name."""

from urllib.parse import unquote, urlsplit

import msgspec

from modeldex.dialects import spoken
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Role, Route, When
from modeldex.domain.provider import Auth, KeyNeed, Provider
from modeldex.providers import packaged
from modeldex.service.discover import first_ask
from modeldex.transport.address import url

from .mounting import BEARER, Mount, Served
from .mounts import MOUNTS

GAP = "loopback"
"""What fills every gap of an address."""
_HEADERS = {
    Auth.X_API_KEY: (("x-api-key", ""), BEARER),
    Auth.X_GOOG_API_KEY: (("x-goog-api-key", ""),),
    Auth.API_KEY: (("api-key", ""),),
}


def mount(row: Provider) -> Mount:
    """The provider's own mount; one made of its row where the table has none."""
    if row.id in MOUNTS:
        return MOUNTS[row.id]
    filled = here(row)
    return Mount(
        routes=tuple(_served(row, filled, route) for route in spoken(row).routes),
        key_at=_HEADERS.get(row.auth, (BEARER,)),
    )


def here(row: Provider) -> Connection:
    """A connection to the row's own address, with every gap filled."""
    gaps = dict.fromkeys(row.variables, GAP)
    return Connection(
        provider=row,
        base_url=row.base_url.format_map(gaps),
        variables=gaps,
        public_url=row.public_url,
    )


def _served(row: Provider, filled: Connection, route: Route) -> Served:
    at = msgspec.structs.replace(
        filled, provider=msgspec.structs.replace(row, base_url=filled.base_url)
    )
    return Served(
        path=unquote(urlsplit(url(at, first_ask(route, filled))).path),
        params=tuple(sorted(route.params.items())),
        small=f"{row.id}/{route.name}",
        raw=True,
        public=_public(row, route),
    )


def _public(row: Provider, route: Route) -> bool:
    """Whether the address answers without a key."""
    if route.public or not route.sends_key:
        return True
    wants = route.when is When.WITH_KEY or route.role is Role.CHECKS
    return row.key is not KeyNeed.LISTING and not wants


def every_row() -> list[Provider]:
    """The rows that a loopback can play: not those that closed, nor those of signed requests."""
    return [
        row
        for row in packaged().values()
        if row.id in MOUNTS
        or (row.listed and not row.retired and row.auth in (*_HEADERS, Auth.BEARER, Auth.NONE))
    ]
