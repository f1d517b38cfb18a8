"""A provider whose list a test changes from one refresh to the next, asked through the real client."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from modeldex.domain.change import Change
from modeldex.domain.model import Model
from modeldex.domain.price import PriceUnit
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.report import ProviderReport
from modeldex.service.connecting import connections
from modeldex.service.refresh import refresh
from modeldex.service.shared import Shared, shared
from modeldex.service.workshop import Wish, Workshop
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.storage.blobs import Blobs
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.wiring import workshop
from tests.loopback import Bodies, LoopbackProviders

ROW = Provider(
    id="shop",
    name="Shop",
    base_url="https://shop.example/v1",
    dialect="openai",
    key=KeyNeed.CALLING,
    price_unit=PriceUnit.USD_PER_MILLION,
)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

Sold = Mapping[str, Mapping[str, Any]]
"""Native id → the other fields of its record."""


def many(count: int, **fields: Any) -> dict[str, Mapping[str, Any]]:
    """So many models that differ in their names alone."""
    return {f"model-{number}": fields for number in range(count)}


class Killed(BaseException):
    """The process is gone: nothing after this line happens."""


class Dying(Blobs):
    """Where raw pages are stored, until the process is killed."""

    def __init__(self, folder: Path, after: int) -> None:
        super().__init__(folder)
        self.left = after

    def put(self, body: bytes) -> str:
        self._die()
        return super().put(body)

    def keep_only(self, hashes: Collection[str]) -> None:
        self._die()
        super().keep_only(hashes)

    def _die(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


class Shop:
    """One user's home, and a clock that stands where the test puts it."""

    def __init__(self, folder: Path, store: Path | None = None) -> None:
        shared = {"MODELDEX_STORE": str(store)} if store else {}
        self.places = home({"MODELDEX_HOME": str(folder / "home"), **shared})
        self.bodies = folder / "bodies"
        self.now = NOW
        self.port = 0
        self.turn = 0
        self.dress: Callable[[Workshop], Workshop] = lambda parts: parts
        self.dies_at: int | None = None
        """How many pages the next refresh stores before its process is gone; `None`: it lives."""

    async def sells(
        self, sold: Sold, *, days: float = 0, fault: str | None = None, accept: bool = False
    ) -> ProviderReport:
        """A refresh, so many days after the last one, from a list of these models."""
        self.now += timedelta(days=days)
        self.turn += 1
        small = self.bodies / str(self.turn)
        (small / "shop").mkdir(parents=True)
        records = [{"id": name, **fields} for name, fields in sold.items()]
        (small / "shop" / "models.json").write_text(json.dumps({"data": records}), "utf-8")
        faults = {"shop": fault} if fault else {}
        served = LoopbackProviders([ROW], bodies=Bodies(small=small), port=self.port, faults=faults)
        async with served as loopback:
            self.port = loopback.port
            return await self._refresh(f"http://127.0.0.1:{self.port}/shop/v1", accept=accept)

    async def _refresh(self, base_url: str, *, accept: bool) -> ProviderReport:
        config = Config(providers={"shop": {"base_url": base_url}})
        everyone = connections({"shop": ROW}, config, {})
        parts = workshop(self.places, config, everyone)._replace(clock=self.tick)
        if parts.shared is not None:
            parts.shared.clock = self.tick
        if self.dies_at is not None:
            parts = parts._replace(blobs=Dying(self.places.raw, self.dies_at))
        parts = self.dress(parts)
        wish = Wish(frozenset({"shop"}), force=True, accept=frozenset({"shop"} if accept else ()))
        report = await refresh(parts, wish)
        return report.providers[0]

    @property
    def shared(self) -> Shared:
        """The store that this machine has in common with others."""
        found = shared(self.places, Config().store, {}, self.tick)
        assert found is not None
        return found

    def tick(self) -> datetime:
        """The moment, and a microsecond is over."""
        self.now += timedelta(microseconds=1)
        return self.now

    @property
    def catalog(self) -> CatalogFile:
        path = current(self.places.catalogs)
        assert path is not None
        return CatalogFile(path)

    def model(self, name: str) -> Model | None:
        return self.catalog.get(f"shop/{name}")

    def shown(self) -> set[str]:
        return {name.removeprefix("shop/") for name in self.catalog.essence()}

    def news(self, **wanted: Any) -> list[tuple[str, str, Any, Any]]:
        """Name, kind, old and new of every change, oldest first."""

        def said(change: Change) -> tuple[str, str, Any, Any]:
            return change.id.removeprefix("shop/"), change.kind.value, change.old, change.new

        return [said(change) for change in self.catalog.changes(newest_first=False, **wanted)]
