"""The two servers of `bench.load`: ours, and a bare Starlette app that sends the same bytes."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from .load_lines import HOST, TOKEN, asking
from .load_people import environment
from .synthetic import PROVIDERS


def serve_ours(folder: Path, port: int) -> None:
    """The service over the catalogs of a folder, every provider with a key."""
    from modeldex.service.reading import Catalog
    from modeldex.storage.catalog_file import CatalogFile
    from modeldex.storage.publishing import current
    from modeldex.web.actors import alone
    from modeldex.web.following import Following, Seen
    from modeldex.web.gate import Gate, names
    from modeldex.web.house import House
    from modeldex.web.limiting import OF_ONE, Limiter
    from modeldex.web.metrics import Metrics
    from modeldex.web.opened import Opened
    from modeldex.web.renewing import Renewing
    from modeldex.web.serving import bound, server

    began = datetime.now(UTC)

    def clock() -> datetime:
        """Costs what a clock costs and stands still, so that no answer grows old meanwhile."""
        datetime.now(UTC)
        return began

    def opened() -> Opened:
        path = current(folder)
        assert path is not None
        keys = dict.fromkeys(PROVIDERS, "env:A_KEY")
        return Opened(Catalog(CatalogFile(path), keys, clock()))

    async def refresh(_force: bool) -> None:
        return None

    shelf = Following(lambda: Seen("", None), opened)
    limiter = Limiter(clock, OF_ONE)
    metrics = Metrics(shelf, clock)
    house = House(
        shelf=shelf,
        clock=clock,
        admit=alone(TOKEN, limiter),
        gate=Gate(names(HOST, port)),
        limiter=limiter,
        renewing=Renewing(refresh, lambda: None, clock),
        metrics=metrics,
    )
    server(house).run([bound(HOST, port)])


def serve_many(folder: Path, port: int) -> None:
    """The service for the people of a folder, over real accounts."""
    from modeldex.service.reading import Catalog
    from modeldex.storage.catalog_file import CatalogFile
    from modeldex.storage.publishing import current
    from modeldex.web.following import Following, Seen
    from modeldex.web.limiting import RULES
    from modeldex.web.opened import Opened
    from modeldex.web.opening_many import multi_user
    from modeldex.web.serving import bound, server

    environ = environment(folder)
    os.environ.update(environ)

    def opened() -> Opened:
        path = current(folder / "catalogs")
        assert path is not None
        return Opened(Catalog(CatalogFile(path), {}, datetime.now(UTC)))

    shelf = Following(lambda: Seen("", None), opened)
    # One user asks for all that is measured: it is the speed that is, not the rules.
    rules = {**RULES, "read": "1000000/minute"}
    house = multi_user(host=HOST, port=port, environ=environ, shelf=shelf, rules=rules)
    server(house).run([bound(HOST, port)])


def serve_bare(folder: Path, port: int) -> None:
    """The same bytes from an app that does nothing else, on the same server."""
    import msgspec
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    kept = msgspec.json.decode((folder / "bare.json").read_bytes())
    bodies = {path: (folder / f"bare-{at}").read_bytes() for at, path in enumerate(kept)}

    def route(path: str) -> Route:
        status, headers = kept[path]

        async def answer(_: Request) -> Response:
            return Response(bodies[path], status, headers)

        return Route(path, answer)

    async def ready(_: Request) -> Response:
        return Response()

    app = Starlette(routes=[Route("/readyz", ready), *(route(path) for path in kept)])
    uvicorn.run(
        app,
        host=HOST,
        port=port,
        http="httptools",
        access_log=False,
        log_level="error",
        server_header=False,
    )


class Server(NamedTuple):
    """A server in a process of its own."""

    ready_s: float
    pid: int

    def cpu_s(self) -> float:
        """CPU time so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, most: bool = False) -> float:
        """Memory that is resident, in MB (2**20 bytes), now or at `most`; 0 where the system does
        not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0.0
        name = "VmHWM:" if most else "VmRSS:"
        return int(status.partition(name)[2].split()[0]) / 1024


@contextmanager
def running(which: str, folder: Path, port: int) -> Iterator[Server]:
    """A server until the block ends."""
    began = time.perf_counter()
    arguments = ("-m", "bench.load", "--serve", which, "--folder", str(folder), "--port", str(port))
    with subprocess.Popen((sys.executable, *arguments)) as process:
        try:
            asyncio.run(_ready(port, process))
            yield Server(time.perf_counter() - began, process.pid)
        finally:
            process.terminate()
            process.wait(15)


async def _ready(port: int, process: subprocess.Popen[bytes], patience_s: float = 30) -> None:
    until = time.perf_counter() + patience_s
    while time.perf_counter() < until and process.poll() is None:
        if await _says_ready(port):
            return
        await asyncio.sleep(0.005)
    raise SystemExit("the server did not start")


async def _says_ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.write(asking(port, "/readyz"))
    try:
        return (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    except ConnectionError:
        return False
    finally:
        writer.close()
