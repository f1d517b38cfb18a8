"""What a user may say of a provider, and the connection made of it: nothing of the server's own."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ...dialects import DIALECTS
from ...domain.account import KeptConnection
from ...domain.connection import Connection
from ...domain.errors import BadConfig, BadReferenceData, KeyNeeded
from ...domain.outcome import Verdict
from ...domain.provider import Auth, KeyNeed, Provider
from ...domain.secret import Secret
from ...providers import packaged, provider
from ...transport.address_guard import AddressGuard
from ...transport.guard import origin, vet_headers
from ..connecting import filled_headers

FROM = "your account"
"""Where a user's key was found, in the sentences that they read."""

_MAY_SAY = frozenset(
    {"name", "base_url", "dialect", "key", "auth", "list_path", "list_params", "headers",
     "price_unit", "key_url", "docs_url"}
)  # fmt: skip
MAY_PROVE = frozenset({Auth.BEARER, Auth.X_API_KEY, Auth.X_GOOG_API_KEY, Auth.API_KEY, Auth.NONE})
"""How requests on behalf of users prove who asks: with the key itself, which goes to one host."""
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CREDENTIAL = re.compile(r"auth|cookie|key|secret|token|credential|session|password", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*(?:env|file|keyring):|\$|\{", re.IGNORECASE)
_GAP = re.compile(r"\{(\w+)\}")
_LONGEST = 500


def users_row(id: str, table: Mapping[str, Any], guard: AddressGuard) -> Provider:
    """A row that a user wrote; raises `BadConfig` for what only an operator may say.

    It names a list, and neither where credentials lie nor where tokens are made: no `chain`, no
    `token_url`, no variables of the environment, no references to files, no headers that prove
    who asks. Its address passes `guard`.
    """
    if not _ID.fullmatch(id):
        raise BadConfig("a provider's id is small letters, digits and hyphens, at most 40")
    for key in table:
        if key not in _MAY_SAY:
            raise BadConfig(
                f"{key!r} is not a user's to set; known are {', '.join(sorted(_MAY_SAY))}"
            )
    for text in _texts(table):
        if len(text) > _LONGEST or _REFERENCE.match(text):
            raise BadConfig("a row's texts are short, and no references, variables or gaps")
    try:
        row = provider(id, {"name": id, "dialect": "openai", **table})
    except BadReferenceData as error:
        raise BadConfig(str(error)) from None
    if row.auth not in MAY_PROVE:
        raise BadConfig(f"auth = {row.auth.value!r} is not a user's to set")
    if row.dialect not in DIALECTS:
        raise BadConfig(f"there is no dialect {row.dialect!r}")
    _vet(row, guard)
    return row


def connection_of(kept: KeptConnection, row: Provider, secret: Secret | None) -> Connection:
    """The connection that a user keeps, with nothing in it from the server's environment. At an
    address that is not the row's, parameters and headers of the operator's do not go along.

    Raises `KeyNeeded` when its key was given for another host than it leads to now.
    """
    base_url = (kept.base_url or row.base_url).rstrip("/")
    variables = gaps(row.base_url.rstrip("/"), base_url)
    unfilled = tuple(_GAP.findall(base_url))
    if secret is not None and not unfilled and not _same_host(kept.host, base_url):
        raise KeyNeeded("the address leads to another host than the key was given for")
    if base_url != row.base_url.rstrip("/") and not (variables and _is_bound(row.base_url)):
        row = _without_the_operators(row)
    return Connection(
        provider=row,
        base_url=base_url,
        secret=None if row.auth is Auth.NONE and row.key is KeyNeed.NEVER else secret,
        secret_from=FROM if secret is not None else None,
        variables=variables,
        headers=filled_headers(row, variables),
        public_url=row.public_url if base_url == row.base_url.rstrip("/") else None,
        chosen=kept.base_url is not None,
        unfilled=unfilled,
    )


def gaps(pattern: str, address: str) -> dict[str, str]:
    """What stands in an address where its pattern has gaps; empty when it is another address.

    >>> gaps("https://{resource}.acme.example/v1", "https://mine.acme.example/v1")
    {'resource': 'mine'}
    """
    names = _GAP.findall(pattern)
    parts = [re.escape(part) for part in _GAP.split(pattern)[::2]]
    met = re.fullmatch(r"([^/?#{}]+)".join(parts), address)
    return dict(zip(names, met.groups(), strict=True)) if met else {}


def _is_bound(pattern: str) -> bool:
    """Whether an address whose gaps a user fills leads to hosts of the provider alone.

    >>> _is_bound("https://{resource}.acme.example/v1"), _is_bound("https://{host}:8000/v1")
    (True, False)
    """
    host = pattern.partition("://")[2].partition("/")[0]
    return not re.sub(r":[^:]*$", "", host).endswith("}")


def _without_the_operators(row: Provider) -> Provider:
    """The row with the parameters and headers that everybody has who has this program. Names tell
    little of which of the others are secret."""
    known = packaged().get(row.id)
    params, headers = (known.list_params, known.headers) if known else ({}, {})
    if (row.list_params, row.headers) == (params, headers):
        return row
    return replace(row, list_params=params, headers=headers)


def proves(name: str) -> bool:
    """Whether a header or a parameter of that name may prove who asks."""
    return _CREDENTIAL.search(name) is not None


def _vet(row: Provider, guard: AddressGuard) -> None:
    try:
        guard.vet_base_url(row.base_url)
        vet_headers(row.headers)
    except Verdict as met:
        raise BadConfig(f"the row of {row.id}: {met.message}") from None
    for name in row.headers:
        if proves(name):
            raise BadConfig(f"the header {name!r} may prove who asks: give the key on its own")


def _texts(table: Mapping[str, Any]) -> list[str]:
    found = []
    for value in table.values():
        inner = [*value, *value.values()] if isinstance(value, Mapping) else [value]
        found += [text for text in inner if isinstance(text, str)]
    return found


def _same_host(host: str, base_url: str) -> bool:
    try:
        return origin(host) == origin(base_url)
    except Verdict:
        return False
