"""A real refresh from the loopback provider, with everything about it that a test may ask."""

import gzip
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from modeldex.domain.model import Model
from modeldex.domain.outcome import Outcome
from modeldex.domain.query import Query
from modeldex.domain.report import ProviderReport, Report
from modeldex.service.connecting import Configured, connections, rows
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish, Workshop
from modeldex.settings.config import Config, load
from modeldex.settings.home import Home, home
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.transport.limits import Limits
from modeldex.wiring import workshop
from tests.heartbeat import Gaps, watched, worst

from .server import LoopbackProviders


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
    models: tuple[Model, ...]
    """Every model of the catalog."""

    @property
    def outcomes(self) -> dict[str, Outcome]:
        return {line.provider: line.outcome for line in self.report.providers}

    def essence_of(self, provider: str) -> dict[str, bytes]:
        prefix = f"{provider}/"
        return {name: facts for name, facts in self.essence.items() if name.startswith(prefix)}


async def outing(
    loopback: LoopbackProviders, folder: Path, limits: Limits, key: str | None = None
) -> Outing:
    """Refresh everything that `loopback` serves into `folder`, however fresh it is.

    `key` is held in the place of every provider's right one.
    """
    places = home({"MODELDEX_HOME": str(folder)})
    parts = _parts(loopback, places, key)._replace(limits=limits)
    wish = Wish(only=frozenset(loopback.rows), force=True)
    progress: list[ProviderReport] = []
    began = time.monotonic()
    async with watched() as gaps:
        report = await refresh(parts, wish, progress.append)
    seconds = time.monotonic() - began
    path = current(places.catalogs)
    assert path is not None, report.message
    catalog = CatalogFile(path)
    try:
        listings = {stamp.provider: stamp.hash for stamp in catalog.listings()}
        models = tuple(catalog.models(Query()))
        return Outing(
            report, tuple(progress), seconds, worst(gaps), listings, catalog.essence(), models
        )
    finally:
        catalog.close()


def _parts(loopback: LoopbackProviders, places: Home, key: str | None) -> Workshop:
    places.data.mkdir(parents=True, exist_ok=True)
    places.config.write_text(loopback.config(), "utf-8")
    config = load(places.config)
    environ = loopback.environment()
    if key is not None:
        environ |= {name: key for name, held in environ.items() if held in loopback.keys.values()}
    everyone = connected(loopback, config, environ)
    return workshop(places, config, everyone)


def connected(
    loopback: LoopbackProviders, config: Config, environ: Mapping[str, str]
) -> tuple[Configured, ...]:
    """Connections to what the loopback serves, and to nobody else."""
    found = rows(config, Path("no-such-folder"))
    return connections({name: found[name] for name in loopback.rows}, config, environ)


def texts(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, unpacked where it is packed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.suffix == ".gz" else data
