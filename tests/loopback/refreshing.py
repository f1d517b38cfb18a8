"""A real refresh from the loopback provider, with everything about it that a test may ask."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from modeldex.domain.outcome import Outcome
from modeldex.domain.report import ProviderReport, Report
from modeldex.service.connecting import connections, rows
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish, Workshop
from modeldex.settings.config import load
from modeldex.settings.home import Home, home
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.transport.limits import Limits
from modeldex.wiring import workshop

from .server import LoopbackProviders

_BEAT_S = 0.002


class Gaps(NamedTuple):
    """How long the event loop was away from its other tasks at worst, in seconds."""

    of_work: float
    """Of processor time that the loop's own thread used: a busy machine does not count."""
    of_clock: float


class Outing(NamedTuple):
    """What one refresh came to."""

    report: Report
    progress: tuple[ProviderReport, ...]
    seconds: float
    gaps: Gaps
    listings: Mapping[str, str]
    """Provider id → hash of the raw list shown."""
    essence: Mapping[str, bytes]
    """Model id → hash of its facts."""

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {line.provider: line.outcome for line in self.report.providers}

    def essence_of(self, provider: str) -> dict[str, bytes]:
        prefix = f"{provider}/"
        return {name: facts for name, facts in self.essence.items() if name.startswith(prefix)}


async def outing(loopback: LoopbackProviders, folder: Path, limits: Limits) -> Outing:
    """Refresh everything that `loopback` serves into `folder`, however fresh it is."""
    places = home({"MODELDEX_HOME": str(folder)})
    parts = _parts(loopback, places)._replace(limits=limits)
    wish = Wish(only=frozenset(loopback.rows), force=True)
    progress: list[ProviderReport] = []
    began = time.monotonic()
    async with _watched() as gaps:
        report = await refresh(parts, wish, progress.append)
    seconds = time.monotonic() - began
    path = current(places.catalogs)
    assert path is not None, report.message
    catalog = CatalogFile(path)
    try:
        listings = {stamp.provider: stamp.hash for stamp in catalog.listings()}
        return Outing(report, tuple(progress), seconds, _worst(gaps), listings, catalog.essence())
    finally:
        catalog.close()


def _parts(loopback: LoopbackProviders, places: Home) -> Workshop:
    places.data.mkdir(parents=True, exist_ok=True)
    places.config.write_text(loopback.config(), "utf-8")
    config = load(places.config)
    everyone = connections(rows(config, places.rows), config, loopback.environment())
    return workshop(places, config, everyone)


def texts(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, unpacked where it is packed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.suffix == ".gz" else data


def _worst(beats: list[Gaps]) -> Gaps:
    return Gaps(max(beat.of_work for beat in beats), max(beat.of_clock for beat in beats))


@asynccontextmanager
async def _watched() -> AsyncIterator[list[Gaps]]:
    """A heartbeat beside the work; each beat notes how late it came."""
    beats: list[Gaps] = []
    task = asyncio.create_task(_beat(beats))
    await asyncio.sleep(0)
    try:
        yield beats
    finally:
        await asyncio.sleep(2 * _BEAT_S)
        task.cancel()


async def _beat(beats: list[Gaps]) -> None:
    work, clock = time.thread_time(), time.monotonic()
    while True:
        await asyncio.sleep(_BEAT_S)
        now_work, now_clock = time.thread_time(), time.monotonic()
        beats.append(Gaps(now_work - work, now_clock - clock - _BEAT_S))
        work, clock = now_work, now_clock
