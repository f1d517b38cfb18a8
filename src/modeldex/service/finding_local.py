"""Servers of this machine that nobody configured: a bounded look at their usual ports."""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..domain.connection import Connection
from ..domain.errors import BadConfig
from ..domain.listing import Answer, Ask
from ..domain.outcome import Verdict
from ..domain.provider import Auth, KeyNeed, Provider
from ..rules.recognising import CLUES, OPENAI_LIKE, behind_a_key, recognised
from ..transport.client import Transport
from ..transport.probing import LOOPBACK, listening
from .connecting import Configured
from .workshop import Wish, Workshop

_PORT = re.compile(r"[0-9]{1,5}")
_LAST_PORT = 65535
PATIENCE_S = 0.25
"""Seconds in which a port of this machine accepts a connection, or nobody is there."""
ANSWER_S = 0.75
"""Seconds for each question; what has not come by then tells nothing."""


def ports(wanted: bool, environ: Mapping[str, str]) -> frozenset[int] | None:
    """Where to look: at the rows' own ports (none), at those that `MODELDEX_LOCAL` lists, or
    nowhere (`None`).

    Raises `BadConfig` when the variable lists something else.
    """
    said = environ.get("MODELDEX_LOCAL", "").strip().lower()
    if said in ("off", "no", "0", "false") or not wanted:
        return None
    if said in ("", "on", "yes", "true"):
        return frozenset()
    listed = [port.strip() for port in said.split(",") if port.strip()]
    if not all(_PORT.fullmatch(port) and 0 < int(port) <= _LAST_PORT for port in listed):
        raise BadConfig("MODELDEX_LOCAL is to be off, or ports such as 8000,11434")
    return frozenset(map(int, listed))


async def here(workshop: Workshop, wish: Wish) -> Workshop:
    """The workshop with the servers of this machine that answer, each at the port where it does.

    Where nobody is to be looked for, the servers that nobody configured are absent.
    """
    rows = {one.connection.provider.id for one in workshop.configured if usual(one.connection)}
    wanted = workshop.local_ports is not None and wish.local and not wish.offline
    if not rows or not wanted or (wish.only and not wish.only & rows):
        return workshop._replace(configured=_led(workshop.configured, _Met()))
    async with workshop.open_transport(workshop.limits) as transport:
        found = await look(workshop.configured, transport, workshop.local_ports)
    return workshop._replace(configured=found)


async def look(
    configured: Sequence[Configured], transport: Transport, ports: Collection[int] | None = None
) -> tuple[Configured, ...]:
    """Find the servers of this machine and lead their rows' connections to them.

    A row whose address somebody set is asked there and nowhere else. Nothing but the answers'
    shapes says which server it is, and no key is sent to a port that was merely found. `ports`
    are looked at; none stand for those of the rows.
    """
    theirs = {
        port
        for one in configured
        if usual(one.connection)
        for port in one.connection.provider.ports
    }
    taken = {_port(one.connection.base_url) for one in configured if not usual(one.connection)}
    return _led(configured, await _servers((set(ports or ()) or theirs) - taken, transport))


def _led(configured: Sequence[Configured], met: "_Met") -> tuple[Configured, ...]:
    """Connections to the servers that answer; those that are usual here and do not are absent."""
    led, told = [], set()
    for one in configured:
        row = one.connection.provider
        if not usual(one.connection):
            led.append(one)
        elif row.id in met.servers:
            there = _at(one.connection, met.servers[row.id])
            there = replace(there, absent=row.key is KeyNeed.LISTING)
            led.append(one._replace(connection=there))
        elif port := _perhaps(one.connection, met.guarded):
            led.append(one._replace(connection=replace(_at(one.connection, port), absent=True)))
            told.add(port)
        else:
            led.append(one._replace(connection=replace(one.connection, absent=True)))
    if OPENAI_LIKE in met.servers:
        led.append(Configured(_unnamed(met.servers[OPENAI_LIKE])))
    led += [
        Configured(replace(_unnamed(port), absent=True)) for port in met.guarded if port not in told
    ]
    return tuple(led)


def _perhaps(connection: Connection, guarded: Collection[int]) -> int | None:
    """The port that wants a key and where this server may be: one of its own, or any where the
    user has a key of it."""
    row = connection.provider
    if row.auth is Auth.NONE:
        return None
    own = [port for port in guarded if port in row.ports or connection.secret is not None]
    return own[0] if own else None


def usual(connection: Connection) -> bool:
    """Whether it leads to a server's usual place on this machine, which nobody has set: no key
    belongs there."""
    row = connection.provider
    return row.local and bool(row.ports) and not connection.chosen


class _Met(NamedTuple):
    """What answers on the ports of this machine."""

    servers: Mapping[str, int] = {}
    """Row id → the port on which such a server answers, the lowest where there are several."""
    guarded: tuple[int, ...] = ()
    """Ports that want a key and do not say what they are, the lowest first."""


async def _servers(ports: Collection[int], transport: Transport) -> _Met:
    found: dict[str, int] = {}
    guarded = []
    there = sorted(await listening(ports, PATIENCE_S))
    said = await asyncio.gather(*(_answers(port, transport) for port in there))
    for port, answers in zip(there, said, strict=True):
        if (kind := recognised(answers)) is not None:
            found.setdefault(kind, port)
        elif behind_a_key(answers):
            guarded.append(port)
    return _Met(found, tuple(guarded))


async def _answers(port: int, transport: Transport) -> dict[str, Answer]:
    stranger = _unnamed(port)
    answers = await asyncio.gather(*(_clue(stranger, path, transport) for path in CLUES))
    return {path: one for path, one in zip(CLUES, answers, strict=True) if one}


async def _clue(stranger: Connection, path: str, transport: Transport) -> Answer | None:
    ask = Ask(route="clue", path=path, sends_key=False)
    try:
        async with asyncio.timeout(ANSWER_S):
            return await transport.fetch(stranger, ask)
    except (Verdict, TimeoutError):
        return None


def _unnamed(port: int) -> Connection:
    """A server of which nothing is known but that it lists models as OpenAI does."""
    row = Provider(
        id=f"local-{port}",
        name=f"Server on port {port}",
        base_url=f"http://{LOOPBACK}:{port}/v1",
        dialect="openai",
        key=KeyNeed.NEVER,
        auth=Auth.NONE,
        local=True,
        evidence="live",
    )
    return Connection(provider=row, base_url=row.base_url, found=True)


def _at(connection: Connection, port: int) -> Connection:
    """The connection at the port where the server was found, without a key: what answers there has
    only the shape of that server, and may be any program of this machine.

    At the row's own port its address stays as it was, so that earlier lists are found again.
    """
    base_url = connection.base_url
    if _port(base_url) != port:
        parts = urlsplit(base_url)
        base_url = f"{parts.scheme}://{parts.hostname}:{port}{parts.path}"
    return replace(connection, base_url=base_url, secret=None, secret_from=None, found=True)


def _port(address: str) -> int | None:
    parts = urlsplit(address)
    if parts.hostname not in (LOOPBACK, "localhost", "::1"):
        return None
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
