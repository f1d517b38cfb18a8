"""A refresh of all providers at 200 ms each, beside a bare gather of the same requests with the same client."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median
from typing import Any

from modeldex import wiring
from modeldex.dialects import dialect
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask, Page, Role
from modeldex.service.discover import applicable, first_ask
from modeldex.transport.client import Transport, open_transport
from modeldex.transport.limits import Limits

LATENCY_MS = 200


async def bare(connections: list[Connection]) -> int:
    """The same requests, page after page, and nothing made of what they bring."""
    async with open_transport(Limits(), wiring.clock) as transport:
        counts = await asyncio.gather(*(_provider(one, transport) for one in connections))
    return sum(counts)


async def _provider(connection: Connection, transport: Transport) -> int:
    spoken = dialect(connection.provider.dialect)
    routes = applicable(spoken.routes, connection)
    asks = [first_ask(route, connection) for route in routes if route.role is not Role.FALLBACK]
    return sum(await asyncio.gather(*(_route(connection, transport, ask) for ask in asks)))


async def _route(connection: Connection, transport: Transport, ask: Ask) -> int:
    answer = await transport.fetch(connection, ask)
    follow = FOLLOW.get((connection.provider.id, ask.route, str(ask.params)))
    if follow is None:
        read = dialect(connection.provider.dialect).read
        follow = read(Page(ask=ask, body=answer.body)).follow
        FOLLOW[connection.provider.id, ask.route, str(ask.params)] = follow
    return 1 + sum(
        await asyncio.gather(*(_route(connection, transport, one) for one in follow if one != ask))
    )


FOLLOW: dict[tuple[str, str, str], tuple[Ask, ...]] = {}
"""What follows each request, learnt in a first round that is not counted."""


async def timed(work: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def measure(rounds: int) -> None:
    connections = [
        one.connection for one in wiring.configured() if one.connection.provider.id in ONLY
    ]
    requests = await bare(connections)
    report = await wiring.refresh_async(force=True)
    floors, ours = [], []
    for _ in range(rounds):
        floors.append(await timed(lambda: bare(connections)))
        ours.append(await timed(lambda: wiring.refresh_async(force=True)))
    oks = sum(line.outcome == "ok" for line in report.providers)
    models = sum(line.models for line in report.providers)
    print(f"{oks} of {len(report.providers)} ok, {models} models, {requests} requests")
    print(f"bare gather   {median(floors) * 1000:6.0f} ms (median of {rounds})")
    print(f"whole refresh {median(ours) * 1000:6.0f} ms")
    print(f"ratio         {median(ours) / median(floors):6.2f}    budget 1.50")


ONLY: frozenset[str] = frozenset()


def main() -> None:
    global ONLY
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        options = ("--port", "8719", "--latency-ms", str(LATENCY_MS), "--home", folder)
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.loopback", *options],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait(server, Path(folder) / "config.toml")
            os.environ["MODELDEX_HOME"] = folder
            from tests.loopback.server import LoopbackProviders

            os.environ.update(LoopbackProviders().environment())
            ONLY = frozenset(LoopbackProviders().rows)
            asyncio.run(measure(rounds))
        finally:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen[str], config: Path) -> None:
    for _ in range(200):
        if config.exists():
            time.sleep(0.3)
            return
        if server.poll() is not None:
            raise SystemExit(
                f"the loopback provider ended: {server.stdout and server.stdout.read()}"
            )
        time.sleep(0.05)
    raise SystemExit("the loopback provider did not start")


if __name__ == "__main__":
    main()
