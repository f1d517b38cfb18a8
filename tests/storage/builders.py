"""Models and catalogs for tests of storage: one call, sensible values, override what matters."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.catalog import CatalogContent, ListingStamp
from modeldex.domain.claims import Endpoint
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model, Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.price import ConditionalRates, Price, PriceCondition, PriceTier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Source
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import publish
from modeldex.storage.writing import write
from tests.conftest import NOW


def a_model(id: str = "acme/gpt-4o", **facts: Any) -> Model:
    provider, _, native_id = id.partition("/")
    return Model(id=id, provider=provider, native_id=native_id, **facts)


def a_stamp(connection: str = "acme:1", **said: Any) -> ListingStamp:
    return ListingStamp(
        **{
            "provider": connection.partition(":")[0],
            "connection": connection,
            "tier": Tier.LIVE,
            "callable": True,
            "hash": "0" * 64,
            "fetched_at": NOW,
            "checked_at": NOW,
            "outcome": Outcome.OK,
            **said,
        }
    )


def a_provider(id: str = "acme", **said: Any) -> Provider:
    return Provider(
        id=id, name=id.title(), base_url="https://acme.invalid", dialect="openai", **said
    )


def content(
    *models: Model,
    listings: Iterable[ListingStamp] = (),
    opened: Mapping[str, frozenset[str]] | None = None,
    providers: Iterable[Provider] = (),
    published_at: datetime = NOW,
) -> CatalogContent:
    return CatalogContent(
        published_at=published_at,
        providers=tuple(providers),
        listings=tuple(listings),
        models=models,
        opened=opened or {},
    )


def catalog(folder: Path, *models: Model, **rest: Any) -> CatalogFile:
    path = folder / "test.db"
    path.unlink(missing_ok=True)
    write(path, content(*models, **rest))
    return CatalogFile(path)


def numbered(number: int, models: int = 1) -> CatalogContent:
    """A catalog like no other of another number."""
    return content(*(a_model(f"a/{number}-{n}") for n in range(models)))


def published(folder: Path, number: int) -> Path:
    """A catalog that is one second younger than the one before."""
    path = folder / f"{publish(folder, numbered(number)).hash}.db"
    os.utime(path, (1_700_000_000 + number,) * 2)
    return path


texts = st.text(st.characters(codec="utf-8"), max_size=20)
whole = st.integers(0, 2**63 - 1)
maybe = st.none() | st.booleans()
moments = st.datetimes(timezones=st.just(UTC))
days = st.dates(date(1, 1, 1), date(9999, 12, 31))
amounts = st.none() | st.decimals(0, 10**6, places=9, allow_nan=False).map(
    lambda amount: amount.normalize()
)
rates = {"input": amounts, "output": amounts, "cache_read": amounts, "image": amounts}
tiers = st.builds(
    ConditionalRates, when=st.builds(PriceCondition, above_input_tokens=whole), **rates
)
prices = st.builds(
    Price, tiers=st.lists(tiers, max_size=2).map(tuple), varies=st.booleans(), **rates
)
modalities = st.none() | st.sets(st.sampled_from(Modality)).map(
    lambda found: tuple(sorted(found, key=list(Modality).index))
)
evidence = st.builds(Evidence, source=st.sampled_from(Source), evidence=texts, observed_at=moments)
endpoints = st.builds(
    Endpoint,
    name=texts,
    status=st.none() | texts,
    context_window=st.none() | whole,
    price=st.none() | prices,
    tools=maybe,
    quantization=st.none() | texts,
)


def _or_unknown(**fields: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.none() | values for name, values in fields.items()}


facts = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "base", "lab", "family", "successor"), st.none() | texts),
        **dict.fromkeys(("knowledge_cutoff", "quantization", "hugging_face_id"), st.none() | texts),
        **dict.fromkeys(("tools", "structured_output", "json_mode", "vision"), maybe),
        **dict.fromkeys(("streaming", "prompt_caching", "batch", "open_weights"), maybe),
        **dict.fromkeys(("input_modalities", "output_modalities"), modalities),
        **_or_unknown(
            kind=st.sampled_from(Kind),
            context_window=whole,
            max_output=whole,
            reasoning=st.sampled_from(Reasoning),
            released=days,
            created=moments,
            price=prices,
            price_tier=st.sampled_from(PriceTier),
            endpoints=st.lists(endpoints, max_size=2).map(tuple),
            aliases=st.lists(texts, max_size=3).map(tuple),
            lifecycle=st.sampled_from(Lifecycle),
            retires_on=days,
            first_seen=moments,
            last_seen=moments,
            tier=st.sampled_from(Tier),
        ),
        "recommended": st.booleans(),
        "sources": st.dictionaries(st.sampled_from(("tools", "price")), evidence),
    },
)
native_ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
models = st.builds(lambda native, said: a_model(f"acme/{native}", **said), native_ids, facts)

FULL = a_model(
    "acme/gpt-4o",
    name="GPT-4o",
    base="openai/gpt-4o",
    lab="openai",
    family="gpt",
    kind=Kind.CHAT,
    context_window=128_000,
    max_output=16_384,
    input_modalities=(Modality.TEXT, Modality.IMAGE),
    output_modalities=(Modality.TEXT,),
    tools=True,
    vision=False,
    reasoning=Reasoning.NONE,
    released=date(2024, 5, 13),
    created=datetime(2024, 5, 13, 9, 30, 15, 250, tzinfo=UTC),
    price=Price(input=Decimal("2.50"), output=Decimal("1E+1"), cache_read=Decimal(0)),
    price_tier=PriceTier.STANDARD,
    endpoints=(Endpoint(name="east", price=Price(input=Decimal("0.0000001"))),),
    aliases=("gpt-4o-latest",),
    lifecycle=Lifecycle.ACTIVE,
    first_seen=NOW,
    last_seen=NOW,
    tier=Tier.LIVE,
    recommended=True,
    sources={"tools": Evidence(source=Source.API, evidence="https://acme", observed_at=NOW)},
)


def told(given: object) -> str:
    """A parameter as a test's name says it, the same in every process."""
    return str(sorted(given)) if isinstance(given, set) else str(given)
