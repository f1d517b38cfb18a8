"""A refresh of all providers at 200 ms each, beside a bare gather of the same requests with the same client."""

import argparse
import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from modeldex import wiring
from modeldex.dialects import spoken
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask, Page, Role
from modeldex.service.discover import applicable, first_ask
from modeldex.transport.client import Transport, open_transport
from modeldex.transport.limits import Limits

ROOT = Path(__file__).parent.parent
LATENCY_MS = 200
LONGEST_LIST = 21_700
"""The models of the longest list that is known, Featherless' (about 7 MB)."""


async def bare(connections: list[Connection]) -> int:
    """The same requests, page after page, and nothing made of what they bring."""
    async with open_transport(Limits(), wiring.clock) as transport:
        counts = await asyncio.gather(*(_provider(one, transport) for one in connections))
    return sum(counts)


async def _provider(connection: Connection, transport: Transport) -> int:
    routes = applicable(spoken(connection.provider).routes, connection)
    asks = [first_ask(route, connection) for route in routes if route.role is not Role.FALLBACK]
    return sum(await asyncio.gather(*(_route(connection, transport, ask) for ask in asks)))


async def _route(connection: Connection, transport: Transport, ask: Ask) -> int:
    answer = await transport.fetch(connection, ask)
    if ask.role is Role.CHECKS:
        return 1
    follow = FOLLOW.get((connection.provider.id, ask.route, str(ask.params)))
    if follow is None:
        read = spoken(connection.provider).read
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


async def measure(rounds: int, names: frozenset[str], budget: float) -> None:
    everyone = (one.connection for one in wiring.configured())
    connections = [one for one in everyone if one.provider.id in names and one.askable]
    requests = await bare(connections)
    report = await wiring.refresh_async(force=True)
    floors, ours = [], []
    for _ in range(rounds):
        floors.append(await timed(lambda: bare(connections)))
        ours.append(await timed(lambda: wiring.refresh_async(force=True)))
    oks = sum(line.outcome == "ok" for line in report.providers)
    models = sum(line.models for line in report.providers)
    print(f"{oks} of {len(report.providers)} ok, {models} models, {requests} requests")
    for line in report.providers:
        if line.outcome != "ok":
            print(f"  {line.provider}: {line.outcome}, {line.message}")
    print(f"bare gather   {median(floors) * 1000:6.0f} ms (median of {rounds})")
    print(f"whole refresh {median(ours) * 1000:6.0f} ms")
    print(f"ratio         {median(ours) / median(floors):6.2f}    budget {budget:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory   {peak:6.0f} MiB   of the process that refreshed")


def grown(folder: Path, records: int) -> Path:
    """The small bodies, with Featherless' list as long as it really is."""
    bodies = folder / "bodies"
    shutil.copytree(ROOT / "tests" / "recordings", bodies)
    place = bodies / "featherless" / "models.json"
    outer = msgspec.json.decode(place.read_bytes())
    first = outer["data"][0]
    outer["data"] = [{**first, "id": f"{first['id']}-{number}"} for number in range(records)]
    place.write_bytes(msgspec.json.encode(outer))
    return bodies


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument(
        "--every", action="store_true", help="every provider row, not only the first"
    )
    asked.add_argument(
        "--longest", action="store_true", help="the same with a list of 21,700 models"
    )
    chosen = asked.parse_args()
    every = chosen.every or chosen.longest
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "8719", "--latency-ms", str(LATENCY_MS), "--home", folder]
        if chosen.every or chosen.longest:
            options += ["--every"]
        if chosen.longest:
            options += ["--bodies", str(grown(Path(folder), LONGEST_LIST))]
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.loopback", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait(server, Path(folder) / "config.toml")
            os.environ["MODELDEX_HOME"] = folder
            from tests.loopback.breadth import every_row
            from tests.loopback.server import LoopbackProviders

            loopback = LoopbackProviders(every_row() if every else None)
            os.environ.update(loopback.environment())
            budget = 2.0 if every else 1.5
            asyncio.run(measure(chosen.rounds, frozenset(loopback.rows), budget))
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
