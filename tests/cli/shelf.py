"""A small catalog of every sort of model, behind the services that commands ask."""

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from modeldex.cli.context import Progress, Services
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.catalog import CatalogContent, History, ListingStamp
from modeldex.domain.claims import Endpoint
from modeldex.domain.errors import NoCatalog
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model, Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.price import Price, price_tier
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.report import CatalogStamp, ProviderReport, Report
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.writing import write
from tests.conftest import NOW

FETCHED = NOW - timedelta(hours=2)
HOSTILE = "acme/\x1b[31mred\u202e\u200b\x9b2J\U000e0041[bold]:smile:"
WITNESS = Evidence(source=Source.API, evidence="https://acme.test/v1/models", observed_at=FETCHED)


def price(input: str, output: str, **more: object) -> Price:
    return Price(input=Decimal(input), output=Decimal(output), **more)  # type: ignore[arg-type]


def model(id: str, **facts: object) -> Model:
    provider, _, native_id = id.partition("/")
    known = {"kind": Kind.CHAT, "lifecycle": Lifecycle.ACTIVE, **facts}
    known["price_tier"] = price_tier(known.get("price"))  # type: ignore[arg-type]
    sources = {field: WITNESS for field, value in known.items() if value is not None}
    return Model(id=id, provider=provider, native_id=native_id, sources=sources, **known)  # type: ignore[arg-type]


MODELS = (
    model(
        "acme/sonnet-5",
        name="Sonnet 5",
        lab="Acme",
        context_window=1_000_000,
        max_output=128_000,
        price=price("3", "15", cache_read=Decimal("0.30")),
        tools=True,
        vision=True,
        reasoning=Reasoning.CONFIGURABLE,
        input_modalities=(Modality.TEXT, Modality.IMAGE),
        released=date(2026, 11, 15),
        recommended=True,
    ),
    model(
        "acme/sonnet-4",
        context_window=200_000,
        max_output=64_000,
        price=price("0.15", "0.60"),
        tools=True,
        released=date(2026, 3, 1),
        retires_on=date(2026, 12, 1),
        lifecycle=Lifecycle.DEPRECATED,
    ),
    model("acme/embed-1", kind=Kind.EMBEDDING, released=date(2025, 1, 1)),
    model("acme/mystery", kind=None, created=datetime(2024, 5, 1, tzinfo=NOW.tzinfo)),
    model("globex/sonnet-5", context_window=131_072, price=price("0", "0"), tools=False),
    model(
        "globex/router",
        price=Price(varies=True),
        released=date(2026, 1, 1),
        endpoints=(Endpoint(name="east", context_window=8192, price=price("1", "2")),),
    ),
)

PROVIDERS = (
    Provider(
        id="acme",
        name="Acme",
        base_url="https://acme.test/v1",
        dialect="openai",
        key_env=("ACME_API_KEY",),
        key_url="https://acme.test/keys",
        docs_url="https://acme.test/docs",
    ),
    Provider(
        id="globex",
        name="Globex",
        base_url="https://globex.test/v1",
        dialect="openai",
        key=KeyNeed.CALLING,
        key_env=("GLOBEX_API_KEY",),
        key_url="https://globex.test/keys",
    ),
)


def stamp(provider: str, outcome: Outcome, callable: bool, models: int) -> ListingStamp:
    return ListingStamp(
        provider=provider,
        connection=f"{provider}:1",
        tier=Tier.LIVE_WITH_KEY if callable else Tier.LIVE,
        callable=callable,
        hash="ab" * 32,
        fetched_at=FETCHED,
        checked_at=NOW - timedelta(minutes=12),
        outcome=outcome,
        message=f"{provider} says so",
        models=models,
    )


class Shelf(Services):
    """Services over a catalog file of their own; nothing else is real."""

    def __init__(
        self,
        folder: Path,
        models: Iterable[Model] = MODELS,
        keys: Mapping[str, str | None] | None = None,
        outcome: Outcome = Outcome.OK,
        history: History = History(),  # noqa: B008 (a frozen value)
        losing: Mapping[str, tuple[Losing, ...]] | None = None,
    ) -> None:
        self.keys = keys or {}
        self.path = folder / f"{'0' * 64}.db"
        self.report: Report | None = None
        self.asked: tuple[object, ...] = ()
        self.wished: tuple[object, ...] = ()
        shown = tuple(models)
        ids = {row.id: frozenset(m.id for m in shown if m.provider == row.id) for row in PROVIDERS}
        content = CatalogContent(
            published_at=NOW - timedelta(minutes=12),
            providers=PROVIDERS,
            listings=tuple(
                stamp(row.id, outcome, row.id in self.keys, len(ids[row.id])) for row in PROVIDERS
            ),
            models=shown,
            opened={f"{row.id}:1": ids[row.id] for row in PROVIDERS},
            history=history,
            losing=losing or {},
        )
        self.path.touch()
        write(self.path, content)

    def now(self) -> datetime:
        return NOW

    @property
    def environ(self) -> Mapping[str, str]:
        return os.environ

    def catalog(self) -> Catalog:
        return Catalog(CatalogFile(self.path), self.keys, NOW)

    def intact(self, path: Path) -> bool:
        return path == self.path

    def refresh(
        self,
        only: tuple[str, ...],
        *,
        force: bool,
        offline: bool,
        due: bool = False,
        local: bool = True,
        accept: tuple[str, ...] = (),
        on_progress: Progress,
    ) -> Report:
        self.asked = (only, force, offline)
        self.wished = (due, local, accept)
        assert self.report is not None
        for line in self.report.providers:
            on_progress(line)
        return self.report


class Bare(Shelf):
    """Services without any catalog."""

    def catalog(self) -> Catalog:
        raise NoCatalog("there is no catalog", hint="run modeldex refresh")


def line(provider: str, outcome: Outcome, **more: object) -> ProviderReport:
    known = {"models": 4, "failed": not outcome.fresh and outcome is not Outcome.NO_KEY, **more}
    return ProviderReport(provider=provider, outcome=outcome, message="do this", **known)  # type: ignore[arg-type]


def report(*lines: ProviderReport, models: int | None = 6) -> Report:
    made = CatalogStamp(hash="00", models=models, published_at=NOW) if models is not None else None
    return Report(duration_ms=1234, catalog=made, providers=lines)
