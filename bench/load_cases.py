"""What is measured of a running service, and what it has to come to."""

import argparse
import asyncio
import gzip
import statistics
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from .load_lines import Measured, asking, closed, fetched, searches, steady
from .load_servers import Server, running
from .load_wrk import loaded

PATHS = ("/available-models", "/v1/models")
RATIO, SEARCH_MS, READY_S, MEMORY_MB = 0.7, 60.0, 1.0, 300.0
"""The least share of a bare answer's rate, the most of a search's p99 at `SEARCHES`, of the time
to ready, and of the memory with all users."""
SEARCHES = 400
"""Different searches a second."""


class Case(NamedTuple):
    """One request, and the bare server's path with the same answer."""

    name: str
    path: str
    headers: tuple[str, ...]
    status: int


class Budgets:
    """What was promised, and what was missed."""

    def __init__(self) -> None:
        self._missed: list[str] = []

    def least(self, what: str, found: float, least: float) -> None:
        """Note what has to be at least so much."""
        if found < least:
            self._missed.append(f"{what}: {found:.2f}, at least {least} is promised")

    def most(self, what: str, found: float, most: float) -> None:
        """Note what may be so much at most."""
        if found > most:
            self._missed.append(f"{what}: {found:.2f}, at most {most} is promised")

    def missed(self) -> str | None:
        """What was missed, one line each; `None` where nothing was."""
        return "\n".join(("", "missed:", *self._missed)) if self._missed else None


def started(which: str, folder: Path, chosen: argparse.Namespace, budgets: Budgets) -> None:
    """Measure the time until a server says that it is ready."""
    times = []
    for _ in range(max(3, chosen.rounds)):
        with running(which, folder, chosen.port) as server:
            times.append(server.ready_s)
            memory, spent = server.memory_mb(), server.cpu_s()
    print(
        f"start to ready: best {min(times):.2f} s, median {statistics.median(times):.2f} s,"
        f" CPU {spent:.2f} s; memory then {memory:.0f} MB"
    )
    budgets.most(f"{which}: start to ready, s", min(times), READY_S)


def cases(folder: Path, chosen: argparse.Namespace, *headers: str) -> list[Case]:
    """The requests that are compared; their answers are put down for the bare server."""
    import msgspec

    kept: dict[str, tuple[int, dict[str, str]]] = {}
    found: list[Case] = []

    def add(name: str, path: str, headers: tuple[str, ...], status: int) -> dict[str, str]:
        got, answered, body = fetched(chosen.port, path, *headers)
        if got != status:
            raise SystemExit(f"{path} was answered with {got}, not {status}")
        (folder / f"bare-{len(kept)}").write_bytes(body)
        own = ("date", "content-length")
        kept[name] = status, {key: value for key, value in answered.items() if key not in own}
        found.append(Case(name, path, headers, status))
        if path not in sizes:
            sizes[path] = len(body)
        elif "gzip" in name:
            whole = len(gzip.decompress(body))
            print(f"{path}: {whole:,} bytes, {len(body):,} compressed")
        return answered

    sizes: dict[str, int] = {}
    for path in PATHS:
        for encoding in ("identity", "gzip"):
            asked = (*headers, f"accept-encoding: {encoding}")
            answered = add(f"{path}/{encoding}", path, asked, 200)
        add(f"{path}/304", path, (*asked, f"if-none-match: {answered['etag']}"), 304)
    (folder / "bare.json").write_bytes(msgspec.json.encode(kept))
    return found


def compared(
    ours: Server,
    asked: Sequence[Case],
    folder: Path,
    chosen: argparse.Namespace,
    budgets: Budgets,
) -> None:
    """Ask both servers the same in turns."""
    with running("bare", folder, chosen.port + 1) as bare:
        for case in asked:
            rounds = [
                (
                    _run(bare, chosen.port + 1, case.name, case, chosen),
                    _run(ours, chosen.port, case.path, case, chosen),
                )
                for _ in range(chosen.rounds)
            ]
            _told(case, rounds, budgets)


def _run(server: Server, port: int, path: str, case: Case, chosen: argparse.Namespace) -> Measured:
    spent = server.cpu_s()
    found = loaded(port, path, case.headers, case.status, chosen.seconds, chosen.lines)
    spent = server.cpu_s() - spent
    return found._replace(cpu_us=spent / (found.per_second * chosen.seconds) * 1e6)


def _told(case: Case, rounds: Sequence[tuple[Measured, Measured]], budgets: Budgets) -> None:
    def middle(of: Callable[[tuple[Measured, Measured]], float]) -> float:
        return statistics.median(map(of, rounds))

    ratios = [ours.per_second / bare.per_second for bare, ours in rounds]
    wrong = sum(one.wrong for both in rounds for one in both)
    print(
        f"{case.name:28} ours {middle(lambda r: r[1].per_second):8,.0f}/s"
        f"  bare {middle(lambda r: r[0].per_second):8,.0f}/s"
        f"  ratio {statistics.median(ratios):.2f} (best {max(ratios):.2f})"
        f"  p99 {middle(lambda r: r[1].p99_ms):.1f} ms, bare {middle(lambda r: r[0].p99_ms):.1f} ms"
        f"  CPU {middle(lambda r: r[1].cpu_us):.0f} µs, bare {middle(lambda r: r[0].cpu_us):.0f} µs,"
        f" ratio {middle(lambda r: r[0].cpu_us / r[1].cpu_us):.2f}  wrong {wrong}"
    )
    budgets.least(f"{case.name}, share of bare", max(ratios), RATIO)
    budgets.most(f"{case.name}, wrong answers", wrong, 0)


def searched(
    server: Server, headers: Sequence[str], chosen: argparse.Namespace, budgets: Budgets
) -> None:
    """Search with facets at a constant rate, no two searches alike."""
    port, seconds = chosen.port, chosen.seconds * 2
    asked = searches(port, *headers)
    asyncio.run(closed(port, asked, 200, 1, 4))
    found, each_ms = [], []
    for _ in range(chosen.rounds):
        spent = server.cpu_s()
        found.append(asyncio.run(steady(port, asked, SEARCHES, seconds, 64)))
        each_ms.append((server.cpu_s() - spent) / (SEARCHES * seconds) * 1000)
    best, wrong = min(one.p99_ms for one in found), sum(one.wrong for one in found)
    print(
        f"search with facets, {SEARCHES}/s, all different:"
        f" p50 {statistics.median(one.p50_ms for one in found):.1f} ms,"
        f" p99 {statistics.median(one.p99_ms for one in found):.1f} ms (best {best:.1f} ms),"
        f" CPU {statistics.median(each_ms):.2f} ms each, wrong {wrong}"
    )
    budgets.most("search with facets, p99 in ms", best, SEARCH_MS)
    budgets.most("search with facets, wrong answers", wrong, 0)


def remembered(
    server: Server, tokens: Sequence[str], chosen: argparse.Namespace, budgets: Budgets
) -> None:
    """Have every user ask for all of theirs, and see what the process holds then."""
    before = server.memory_mb()
    requests: Iterator[bytes] = chain.from_iterable(
        (
            asking(chosen.port, path, f"authorization: Bearer {token}", "accept-encoding: gzip")
            for token in tokens
            for path in PATHS
        )
        for _ in range(2)
    )
    found = asyncio.run(steady(chosen.port, requests, 1e6, len(tokens) * 4 / 1e6, 16))
    print(
        f"{len(tokens):,} users: every list twice, at {found.per_second:,.0f}/s,"
        f" memory {before:.0f} MB before, {server.memory_mb():.0f} MB after,"
        f" {server.memory_mb(most=True):.0f} MB at most, wrong {found.wrong}"
    )
    budgets.most("memory with all users, MB", server.memory_mb(most=True), MEMORY_MB)
    budgets.most("all users, wrong answers", found.wrong, 0)
