"""Listeners on this machine that nobody may reach, and a record of every attempt to connect anywhere."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

from tests import offline

HOSTS = ("127.0.0.1", "::1")
_attempts: list[tuple[str, int]] | None = None


class Decoys:
    """Who came to the ports on which nobody may be met."""

    def __init__(self, ports: frozenset[int]) -> None:
        self.ports = ports
        self.connections = 0

    @property
    def port(self) -> int:
        return min(self.ports)


@asynccontextmanager
async def decoys(count: int = 2) -> AsyncIterator[Decoys]:
    """Listeners on so many ports, each on both loopback addresses where there are two."""
    came: list[object] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername"))
        writer.close()

    async with AsyncExitStack() as open_ones:
        ports = set()
        for _ in range(count):
            four = await open_ones.enter_async_context(
                await asyncio.start_server(meet, HOSTS[0], 0)
            )
            port = four.sockets[0].getsockname()[1]
            ports.add(port)
            try:
                six = await asyncio.start_server(meet, HOSTS[1], port)
            except OSError:
                continue
            await open_ones.enter_async_context(six)
        held = Decoys(frozenset(ports))
        yield held
        await asyncio.sleep(0)
        held.connections = len(came)


@contextmanager
def watched() -> Iterator[list[tuple[str, int]]]:
    """Every attempt to connect to an Internet address within this; those beyond this machine fail."""
    global _attempts
    _attempts = seen = []
    try:
        with offline.aside():
            yield seen
    finally:
        _attempts = None


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event != "socket.connect" or _attempts is None or not isinstance(args[1], tuple):
        return
    host, port = args[1][:2]
    _attempts.append((host, port))
    if host not in HOSTS:
        raise ConnectionRefusedError(host)


sys.addaudithook(_watch)
