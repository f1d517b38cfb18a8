"""Every provider on one port of 127.0.0.1, each below its own id, as well or as badly as asked."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from modeldex.domain.provider import KeyNeed, Provider
from modeldex.providers import packaged

from .bodies import Bodies
from .breadth import GAP, mount
from .faults import FAULTS, Fault
from .feed import Feed
from .line import Line
from .mounts import MOUNTS
from .reception import Reception, below, served
from .seen import Seen
from .wire import Reply, Request, read_request, whole

HOST = "127.0.0.1"


def canary(provider: str) -> str:
    """The key that opens a loopback provider: distinct, and to be found nowhere afterwards."""
    return f"canary-{provider}-0123456789abcdef"


class LoopbackProviders:
    """The providers' lists on this machine; an async context manager.

    `providers` are the first eighteen, unless others are given.

    `faults` names a fault by provider (`{"groq": "hang"}`) or by provider and path
    (`{"cerebras/public/v1/models": "hang"}`). `keys` are the keys that open the providers, by
    default their `canary`. `page_size` makes pages smaller than the providers would.
    Leaving raises whatever went wrong in the server itself.
    """

    def __init__(
        self,
        providers: Iterable[Provider] | None = None,
        *,
        faults: Mapping[str, str] | None = None,
        latency_s: float = 0.0,
        keys: Mapping[str, str] | None = None,
        bodies: Bodies | None = None,
        page_size: int | None = None,
        port: int = 0,
    ) -> None:
        known = packaged()
        rows = [known[name] for name in MOUNTS] if providers is None else providers
        self.rows = {row.id: row for row in rows}
        self.mounts = {row.id: mount(row) for row in self.rows.values()}
        self.keys = {name: canary(name) for name in self.rows} | dict(keys or {})
        self.latency_s = latency_s
        self.bodies = bodies or Bodies()
        self.port = port
        self.decoy_connections: list[float] = []
        """When somebody followed a redirect, in seconds since the start."""
        self.break_with(faults or {})
        self._reception = Reception(self.keys, self.bodies, page_size, self.mounts)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, HOST, self.port)
        self._decoy = await asyncio.start_server(self._followed, HOST, 0)
        self._closed = socket.socket()
        self._closed.bind((HOST, 0))
        self.port = _port(self._server)
        self._reception.decoy_url = f"http://{HOST}:{_port(self._decoy)}/v1/models"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._decoy.close()
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._closed.close()
        for mistake in (end for end in ends if isinstance(end, Exception)):
            raise mistake

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Every request until now, in the order of arrival."""
        return self._reception.seen()

    def forget(self) -> None:
        """Empty the log, and count requests from one again."""
        self._reception.forget()
        self.decoy_connections.clear()

    def break_with(self, faults: Mapping[str, str]) -> None:
        """Replace all faults; raises `KeyError` for a name that no fault has."""
        self._faults = {place: FAULTS[name] for place, name in faults.items()}

    def base_url(self, provider: str) -> str:
        """The address to give to modeldex in place of the provider's own."""
        fault = self._fault(provider)
        closed = fault is not None and fault.inflict is None
        port = self._closed.getsockname()[1] if closed else self.port
        return f"http://{HOST}:{port}/{provider}{_path(self.rows[provider].base_url)}"

    def public_url(self, provider: str) -> str | None:
        """The address to give in place of the provider's public one; `None` when it has none."""
        own = self.rows[provider].public_url
        return f"http://{HOST}:{self.port}/{provider}{_path(own)}" if own else None

    def config(self) -> str:
        """A configuration file that leads to this server and nowhere else."""
        names = ", ".join(f'"{name}"' for name in self.rows)
        refresh = f"[refresh]\nonly = [{names}]\nknowledge_ttl_s = 0\n"
        return refresh + "".join(map(self._table, self.rows.values()))

    def environment(self, *providers: str) -> dict[str, str]:
        """The variables that hold the right keys, of all providers or of those named."""
        rows = [self.rows[name] for name in providers or self.rows]
        own = [row for row in rows if row.id not in MOUNTS]
        gaps = {names[0]: GAP for row in own for names in row.variables.values()}
        return gaps | {variable(row): self.keys[row.id] for row in rows if row.key_env}

    def feed(self, provider: str, path: str) -> Feed:
        """The list behind one of a provider's addresses; raises `KeyError` when there is none."""
        route = served(
            self.mounts[provider], Request(method="GET", path=path, params={}, headers={})
        )
        if route is None:
            raise KeyError(path)
        return self.bodies.feed(route)

    def _table(self, row: Provider) -> str:
        table = f'\n[providers.{row.id}]\nbase_url = "{self.base_url(row.id)}"\n'
        if public := self.public_url(row.id):
            table += f'public_url = "{public}"\n'
        if row.key is KeyNeed.NEVER or not row.key_env:
            return table
        return f'{table}api_key = "env:{variable(row)}"\n'

    def _fault(self, provider: str, path: str = "") -> Fault | None:
        return self._faults.get(provider + path) or self._faults.get(provider)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._line(reader, writer) as line:
            while (request := await read_request(reader)) is not None:
                if not await self._answer(request, line):
                    break

    async def _answer(self, request: Request, line: Line) -> bool:
        """Answer one request; whether the connection may carry another."""
        provider, request = below(request)
        if provider not in self.rows:
            await line.write(whole(Reply(status=404)))
            return True
        exchange = self._reception.welcome(provider, request, line)
        await asyncio.sleep(self.latency_s)
        fault = self._fault(provider, request.path)
        if fault is None or fault.inflict is None:
            await exchange.send(exchange.usual())
        else:
            await fault.inflict(exchange)
        return exchange.keep_open

    async def _followed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The decoy: whoever comes here followed a redirect."""
        self.decoy_connections.append(self._reception.now_s())
        async with self._line(reader, writer) as line:
            if await read_request(reader):
                await line.write(whole(Reply(body=b'{"data":[{"id":"decoy"}]}')))

    @asynccontextmanager
    async def _line(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> AsyncIterator[Line]:
        """A connection that ends with the server, or before it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield Line(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def variable(row: Provider) -> str:
    """A variable of the row's own for its key; official names are shared by regional pairs."""
    return (
        row.key_env[0] if row.id in MOUNTS else f"LOOPBACK_{row.id.upper().replace('-', '_')}_KEY"
    )


def _path(address: str) -> str:
    return urlsplit(address).path.rstrip("/").format_map(_Gaps())


class _Gaps(dict[str, str]):
    """Every gap of an address is filled with the same word."""

    def __missing__(self, name: str) -> str:
        return GAP
