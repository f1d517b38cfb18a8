"""How fast the service answers, beside a bare Starlette app that sends the same bytes.

    python -m bench.load [--models 5000] [--seconds 3] [--rounds 3]

Ratios matter: both run one after the other, several times, and the medians are compared.
"""

import argparse
import asyncio
import gzip
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path

from .load_lines import Measured, asking, closed, fetched, searches, steady
from .load_servers import Server, running, serve_bare, serve_ours
from .synthetic import content


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--models", type=int, default=5000)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--lines", type=int, default=32)
    options.add_argument("--serve", choices=("ours", "bare"))
    options.add_argument("--folder", type=Path)
    options.add_argument("--port", type=int, default=18431)
    chosen = options.parse_args()
    if chosen.serve:
        (serve_ours if chosen.serve == "ours" else serve_bare)(chosen.folder, chosen.port)
        return
    with tempfile.TemporaryDirectory(prefix="modeldex-load-") as made:
        _measure(Path(made), chosen)


def _measure(folder: Path, chosen: argparse.Namespace) -> None:
    import msgspec

    from modeldex.storage.publishing import publish

    publish(folder, content(chosen.models))
    ours, bare = chosen.port, chosen.port + 1
    with running("ours", folder, ours) as server:
        print(f"start to ready {server.ready_s:.2f} s")
        cases: dict[str, tuple[str, tuple[str, ...], int]] = {}
        kept: dict[str, tuple[int, dict[str, str]]] = {}
        for path in ("/available-models", "/v1/models"):
            for encoding in ("identity", "gzip"):
                accept = f"accept-encoding: {encoding}"
                _, headers, body = fetched(ours, path, accept)
                _keep(folder, kept, f"{path}/{encoding}", 200, headers, body)
                cases[f"{path}/{encoding}"] = (path, (accept,), 200)
                if encoding == "gzip":
                    print(f"{path}: {len(gzip.decompress(body)):,} bytes, {len(body):,} compressed")
                    known = f"if-none-match: {headers['etag']}"
                    _, headers, body = fetched(ours, path, accept, known)
                    _keep(folder, kept, f"{path}/304", 304, headers, body)
                    cases[f"{path}/304"] = (path, (accept, known), 304)
        (folder / "bare.json").write_bytes(msgspec.json.encode(kept))
        with running("bare", folder, bare) as floor:
            both = {"bare": floor, "ours": server}
            for name, (path, headers_, status) in cases.items():
                paths = {"bare": (bare, name), "ours": (ours, path)}
                _compare(name, both, paths, headers_, status, chosen)
        asyncio.run(closed(ours, searches(ours), 200, 1, 4))
        spent = server.cpu_s()
        found = asyncio.run(steady(ours, searches(ours), 400, chosen.seconds * 2, 64))
        cpu_ms = (server.cpu_s() - spent) / (800 * chosen.seconds) * 1000
        print(
            f"search with facets, 400/s, all different: p50 {found.p50_ms:.1f} ms,"
            f" p99 {found.p99_ms:.1f} ms, CPU {cpu_ms:.2f} ms each, wrong {found.wrong}"
        )


def _keep(
    folder: Path,
    kept: dict[str, tuple[int, dict[str, str]]],
    name: str,
    status: int,
    headers: dict[str, str],
    body: bytes,
) -> None:
    (folder / f"bare-{len(kept)}").write_bytes(body)
    own = {key: value for key, value in headers.items() if key not in ("date", "content-length")}
    kept[name] = (status, own)


def _compare(
    name: str,
    servers: Mapping[str, Server],
    paths: Mapping[str, tuple[int, str]],
    headers: Sequence[str],
    status: int,
    chosen: argparse.Namespace,
) -> None:
    runs: dict[str, list[Measured]] = {"bare": [], "ours": []}
    for _ in range(chosen.rounds):
        for which, many in runs.items():
            port, path = paths[which]
            requests = repeat(asking(port, path, *headers))
            spent = servers[which].cpu_s()
            found = asyncio.run(closed(port, requests, status, chosen.seconds, chosen.lines))
            spent = servers[which].cpu_s() - spent
            many.append(found._replace(cpu_us=spent / (found.per_second * chosen.seconds) * 1e6))
    ours, bare = (
        [statistics.median(getattr(one, field) for one in runs[which]) for field in _SHOWN]
        for which in ("ours", "bare")
    )
    wrong = sum(one.wrong for many in runs.values() for one in many)
    print(
        f"{name:28} ours {ours[0]:8,.0f}/s  bare {bare[0]:8,.0f}/s  ratio {ours[0] / bare[0]:.2f}"
        f"  p99 {ours[1]:.1f} ms  CPU {ours[2]:.0f} µs, bare {bare[2]:.0f} µs,"
        f" ratio {bare[2] / ours[2]:.2f}  wrong {wrong}"
    )


_SHOWN = ("per_second", "p99_ms", "cpu_us")


if __name__ == "__main__":
    main()
