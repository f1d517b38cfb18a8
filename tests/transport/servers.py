"""Raw servers of one connection handler each, and connections to them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from modeldex.domain.connection import Connection
from modeldex.domain.listing import Answer, Ask
from modeldex.domain.outcome import Verdict
from modeldex.domain.provider import Auth, Provider
from modeldex.domain.secret import Secret
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import Look, Vet, all_pass, system_look

KEY = "sk-canary-7b1e4f90c2d8a6355e"
ASK = Ask(route="models", path="models")
ONCE = Limits(attempts=1)
HASTY = Limits(connect_s=0.5, read_s=0.25, attempt_s=0.5, attempts=1)

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A listening server and what it has seen."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.requests: list[bytes] = []
        self.arrivals: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@asynccontextmanager
async def serve(handler: Handler, *, speaks_first: bool = False) -> AsyncIterator[Server]:
    """A server on this machine that reads one request, unless it `speaks_first`, and answers it."""
    seen = Server()
    busy: set[asyncio.Task[Any]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        busy.add(asyncio.current_task())  # type: ignore[arg-type]
        seen.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = b"" if speaks_first else await reader.readuntil(b"\r\n\r\n")
                seen.requests.append(head)
                seen.arrivals.append(time.monotonic())
                await handler(head, writer)
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


def reply(body: bytes = b'{"data":[]}', status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP answer after which the server hangs up."""
    said = {"content-length": str(len(body)), "content-type": "application/json"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"HTTP/1.1 {status}\r\nconnection: close\r\n{lines}\r\n".encode() + body


def answering(*answers: bytes) -> Handler:
    """A handler that gives the answers in turn, the last one for ever."""
    waiting = list(answers)

    async def handle(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return handle


def connection(base_url: str, *, key: str | None = None, **row: Any) -> Connection:
    said = {"id": "acme", "name": "Acme", "base_url": "https://api.acme.example/v1"}
    return Connection(
        provider=Provider(**(said | {"dialect": "openai", "auth": Auth.BEARER} | row)),
        base_url=base_url,
        secret=Secret(key) if key is not None else None,
    )


async def fetch(
    target: Connection,
    ask: Ask = ASK,
    limits: Limits = ONCE,
    ends_at: float | None = None,
    look: Look = system_look,
    vet: Vet = all_pass,
) -> Answer:
    async with open_transport(limits, look=look, vet=vet) as transport:
        return await transport.fetch(target, ask, ends_at=ends_at)


async def refusal(
    target: Connection, limits: Limits = ONCE, look: Look = system_look, vet: Vet = all_pass
) -> Verdict:
    with pytest.raises(Verdict) as met:
        await fetch(target, limits=limits, look=look, vet=vet)
    return met.value
