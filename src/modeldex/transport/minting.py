"""Short-lived tokens, asked for over the same guarded transport as everything else.

A token serves one refresh, so that none is kept, renewed or written down. A token address that
hangs costs its own connection's deadline and nobody else's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from ..domain.connection import Connection
from ..domain.listing import Answer
from ..domain.material import (
    AwsChain,
    EntraApplication,
    InstanceMetadata,
    Material,
    sealed,
    unsealed,
)
from ..domain.outcome import Outcome, Verdict
from ..domain.provider import Auth
from ..domain.secret import Secret
from .signing import usable_key
from .token_asks import TokenAsk, token_ask

MINTED = frozenset({Auth.AWS, Auth.GOOGLE, Auth.ENTRA, Auth.DATABRICKS, Auth.GITHUB_COPILOT})
"""Where the secret in hand is not what is sent."""

_COPILOT = "https://api.github.com/copilot_internal/v2/token"
_COPILOT_HOSTS = (".githubcopilot.com", ".ghe.com")
_REFUSALS = {
    400: Outcome.KEY_REJECTED,
    401: Outcome.KEY_REJECTED,
    403: Outcome.FORBIDDEN,
    404: Outcome.FORBIDDEN,
    429: Outcome.RATE_LIMITED,
}

Exchange = Callable[[TokenAsk], Awaitable[Answer]]


class Minted(msgspec.Struct):
    """What is read of an answer with a token, in the several spellings."""

    access_token: str | None = None
    token: str | None = None
    endpoints: dict[str, str] | None = None

    def __repr__(self) -> str:
        return "Minted(…)"


async def ready(
    connection: Connection, exchange: Exchange, now: datetime | None, *, on_machine: bool = True
) -> Connection:
    """The connection with a secret that requests can carry, or be signed with.

    `on_machine` is whether what lies on this machine, or what its cloud gives to it, may be used.
    Raises `Verdict` when nothing of the kind can be had with the credential in hand.
    """
    if connection.auth not in MINTED or connection.secret is None:
        return connection
    revealed = connection.secret.reveal()
    if connection.auth is Auth.GITHUB_COPILOT:
        return await _copilot(connection, revealed, exchange)
    material = _material(revealed)
    if not on_machine and _lies_on_machine(material):
        raise Verdict(Outcome.KEY_REJECTED, "it points to a credential of the server's own")
    if connection.auth is Auth.AWS:
        key = await usable_key(material)
        return msgspec.structs.replace(connection, secret=sealed(key))
    token = await _token(exchange, token_ask(connection, material, now))
    return _bearing(connection, token)


def _material(revealed: str) -> Material:
    try:
        return unsealed(revealed)
    except ValueError:
        pass
    raise Verdict(Outcome.KEY_REJECTED, "it is no credential of this cloud")


def _lies_on_machine(material: Material) -> bool:
    """Whether it names files, profiles or addresses of this machine and is no credential itself."""
    if isinstance(material, EntraApplication):
        return material.token_file is not None or material.authority is not None
    return isinstance(material, AwsChain | InstanceMetadata)


async def _copilot(connection: Connection, github: str, exchange: Exchange) -> Connection:
    """The token is for the address that comes with it, which depends on the plan."""
    headers = {**connection.headers, "authorization": f"token {github}"}
    url = connection.provider.token_url or _COPILOT
    minted = await _minted(exchange, TokenAsk(url=url, headers=headers))
    moved = (minted.endpoints or {}).get("api", "").rstrip("/")
    own = connection.base_url == connection.provider.base_url.rstrip("/")
    if own and _is_copilots(moved):
        connection = msgspec.structs.replace(connection, base_url=moved)
    return _bearing(connection, _found(minted))


def _is_copilots(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(_COPILOT_HOSTS) and parts.path in ("", "/")


async def _token(exchange: Exchange, ask: TokenAsk) -> str:
    return _found(await _minted(exchange, ask))


async def _minted(exchange: Exchange, ask: TokenAsk) -> Minted:
    try:
        answer = await exchange(ask)
    except Verdict as met:
        outcome, said = met.outcome, met.message
        redirected = outcome is Outcome.REDIRECTED
        answer = None
    if answer is None:
        # What an address says of where to go may repeat what was sent to it.
        why = "it points elsewhere" if redirected else said
        raise Verdict(outcome, f"its token address: {why}"[:90])
    if answer.status != 200:
        raise Verdict(
            _REFUSALS.get(answer.status)
            or (Outcome.UNREACHABLE if answer.status >= 500 else Outcome.BAD_PAYLOAD),
            f"its token address answered HTTP {answer.status}",
            retry_after_s=answer.retry_after_s,
        )
    try:
        return msgspec.json.decode(answer.body, type=Minted)
    except (msgspec.MsgspecError, RecursionError):
        pass
    raise Verdict(Outcome.BAD_PAYLOAD, "its token address sent no token")


def _found(minted: Minted) -> str:
    token = minted.access_token or minted.token
    if not token:
        raise Verdict(Outcome.BAD_PAYLOAD, "its token address sent no token")
    return token


def _bearing(connection: Connection, token: str) -> Connection:
    return msgspec.structs.replace(connection, secret=Secret(token), proof=Auth.BEARER)
