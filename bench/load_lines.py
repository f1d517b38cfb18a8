"""Connections that ask: one after the other as fast as they are answered, or at a constant rate."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

TOKEN = "a-token-for-nothing-but-this-measurement"
HOST = "127.0.0.1"
_BEARER = f"authorization: Bearer {TOKEN}"
_END = b"\r\n\r\n"
_WORDS = ("gpt", "claude", "gemini", "llama", "qwen3", "mixtral", "deepseek", "command", "mini")
_SORTS = ("newest", "price", "-context", "name", "released", "provider")


class Measured(NamedTuple):
    """What one run came to."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int
    """Answers of another status than was expected."""
    cpu_us: float = 0.0
    """CPU time of the server per answer, which a slow load generator cannot hide."""


class _Line(asyncio.Protocol):
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, requests: Iterator[bytes], status: bytes, until: float) -> None:
        self._requests, self._status, self._until = requests, status, until
        self.times: list[float] = []
        self.wrong = 0
        self.done = asyncio.get_running_loop().create_future()
        self._left = 0
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._head, self._left = b"", -1
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._head[:end].lower()
            self.wrong += not head.startswith(b"http/1.1 " + self._status)
            at = head.find(b"content-length: ")
            length = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._left = length - (len(self._head) - end - 4)
        else:
            self._left -= len(data)
        if self._left <= 0:
            now = time.perf_counter()
            self.times.append(now - self._began)
            if now < self._until:
                self._ask()
            elif not self.done.done():
                self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.wrong += 1
            self.done.set_result(None)


async def closed(
    port: int, requests: Iterator[bytes], status: int, seconds: float, lines: int
) -> Measured:
    """So many connections, each asking as soon as it is answered."""
    loop, until = asyncio.get_running_loop(), time.perf_counter() + seconds
    began = time.perf_counter()
    found = []
    for _ in range(lines):
        _, line = await loop.create_connection(
            lambda: _Line(requests, str(status).encode(), until), HOST, port
        )
        found.append(line)
    await asyncio.gather(*(line.done for line in found))
    return _measured(
        [t for line in found for t in line.times],
        time.perf_counter() - began,
        sum(line.wrong for line in found),
    )


async def steady(
    port: int, requests: Iterator[bytes], per_second: float, seconds: float, lines: int
) -> Measured:
    """At a constant rate, whoever waits: times count from when a request was due."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(lines):
        free.put_nowait(await asyncio.open_connection(HOST, port))
    times: list[float] = []
    wrong = 0

    async def one(due: float) -> None:
        nonlocal wrong
        reader, writer = await free.get()
        writer.write(next(requests))
        head = (await reader.readuntil(_END)).lower()
        wrong += not head.startswith(b"http/1.1 200")
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
        times.append(time.perf_counter() - due)
        free.put_nowait((reader, writer))

    began = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return _measured(times, time.perf_counter() - began, wrong)


def _measured(times: Sequence[float], seconds: float, wrong: int) -> Measured:
    ordered = sorted(times)
    return Measured(
        len(ordered) / seconds,
        ordered[len(ordered) // 2] * 1000,
        ordered[int(len(ordered) * 0.99)] * 1000,
        wrong,
    )


def said(*headers: str) -> tuple[str, ...]:
    """The headers of a request, whose token may be another than `TOKEN`."""
    token = () if any(one.startswith("authorization:") for one in headers) else (_BEARER,)
    return (*token, "accept: */*", "user-agent: bench", *headers)


def asking(port: int, path: str, *headers: str) -> bytes:
    """A request as a client sends it."""
    lines = (f"GET {path} HTTP/1.1", f"host: {HOST}:{port}", *said(*headers))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def searches(port: int, *headers: str) -> Iterator[bytes]:
    """Questions with facets of which no two are the same."""
    chance = Random(1)
    while True:
        words = chance.choice(_WORDS)
        conditions = (
            f"context:>={chance.randrange(1, 900)}k price:<{chance.randrange(1, 1500) / 100}"
        )
        query = f"{words} {conditions}" if chance.random() < 0.7 else conditions
        path = f"/api/v1/models?q={query}&sort={chance.choice(_SORTS)}&facets=true&limit=50"
        path = path.replace(" ", "+").replace(">", "%3E").replace("<", "%3C")
        yield asking(port, path, *headers)


def fetched(port: int, path: str, *headers: str) -> tuple[int, dict[str, str], bytes]:
    """One answer, its headers and its raw body."""

    async def ask() -> tuple[int, dict[str, str], bytes]:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(asking(port, path, *headers))
        head = (await reader.readuntil(_END)).decode("latin-1").split("\r\n")
        found = {}
        for line in filter(None, head[1:]):
            name, _, value = line.partition(": ")
            found[name.lower()] = value
        body = await reader.readexactly(int(found.get("content-length", 0)))
        writer.close()
        return int(head[0].split()[1]), found, body

    return asyncio.run(ask())
