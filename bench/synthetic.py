"""A catalog of invented models, alike in shape to the recorded ones, the same for every run."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.catalog import CatalogContent, ListingStamp
from modeldex.domain.model import Model, Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.price import Price, price_tier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Source

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PROVIDERS = tuple(f"provider-{number:02d}" for number in range(24))
_LABS = ("openai", "anthropic", "google", "meta", "qwen", "mistralai", "deepseek", "cohere", "xai")
_FAMILIES = ("gpt", "claude", "gemini", "llama", "qwen3", "mixtral", "deepseek", "command", "grok")
_SIZES = ("nano", "mini", "small", "medium", "large", "7b", "32b", "120b", "405b", "pro")
_KINDS = (Kind.CHAT,) * 7 + (None, Kind.EMBEDDING, Kind.IMAGE)
_FIELDS = (
    *("kind", "context_window", "max_output", "input_modalities", "output_modalities"),
    *("tools", "vision", "streaming", "reasoning", "open_weights", "released", "created"),
    *("price", "price_tier", "lifecycle", "first_seen", "last_seen", "available"),
)


def content(models: int, among: Sequence[str] = PROVIDERS) -> CatalogContent:
    """A catalog of so many models, of which one connection per provider opens every other."""
    found = list(invented(models, among))
    opened: dict[str, set[str]] = {provider: set() for provider in among}
    for model in found[::2]:
        opened[model.provider].add(model.id)
    return CatalogContent(
        published_at=NOW,
        providers=tuple(
            Provider(id=name, name=name.title(), base_url=f"https://{name}.invalid", dialect="x")
            for name in among
        ),
        listings=tuple(_stamp(name) for name in among),
        models=found,
        opened={f"{name}:0": frozenset(ids) for name, ids in opened.items()},
    )


def invented(models: int, among: Sequence[str] = PROVIDERS) -> Iterator[Model]:
    """So many models, the same for the same number."""
    chance = random.Random(models)
    sources = [_sources(name) for name in among]
    for number in range(models):
        place = chance.randrange(len(among))
        maker = chance.randrange(len(_LABS))
        lab, family = _LABS[maker], _FAMILIES[maker]
        native = f"{lab}/{family}-{chance.randrange(1, 9)}.{chance.randrange(10)}-{chance.choice(_SIZES)}-{number:07d}"
        yield _model(chance, among[place], native, lab, family, sources[place])


def _model(
    chance: random.Random,
    provider: str,
    native: str,
    lab: str,
    family: str,
    sources: dict[str, Evidence],
) -> Model:
    cents = chance.randrange(1, 1500)
    price = (
        Price(input=Decimal(cents) / 100, output=Decimal(cents * 4) / 100) if cents > 200 else None
    )
    released = date(2023, 1, 1) + timedelta(days=chance.randrange(1400))
    return Model(
        id=f"{provider}/{native}",
        provider=provider,
        native_id=native,
        name=native.partition("/")[2].replace("-", " ").title(),
        base=native,
        lab=lab,
        family=family,
        kind=chance.choice(_KINDS),
        context_window=chance.choice((8192, 32768, 131072, 200_000, 1_000_000)),
        max_output=chance.choice((4096, 8192, None)),
        input_modalities=chance.choice(((Modality.TEXT,), (Modality.TEXT, Modality.IMAGE))),
        output_modalities=(Modality.TEXT,),
        tools=chance.choice((True, True, False, None)),
        vision=chance.choice((True, False, None)),
        streaming=True,
        reasoning=chance.choice((Reasoning.NONE, Reasoning.CONFIGURABLE, None)),
        open_weights=chance.choice((True, False)),
        released=chance.choice((released, None)),
        created=datetime(released.year, released.month, released.day, 7, tzinfo=UTC),
        price=price,
        price_tier=price_tier(price),
        aliases=(f"{native}-latest",) if chance.random() < 0.05 else None,
        lifecycle=None,
        first_seen=NOW - timedelta(days=30),
        last_seen=NOW,
        tier=Tier.LIVE,
        recommended=chance.random() < 0.001,
        sources=sources,
    )


def _sources(provider: str) -> dict[str, Evidence]:
    listed = Evidence(
        source=Source.API, evidence=f"https://{provider}.invalid/v1/models", observed_at=NOW
    )
    return dict.fromkeys(_FIELDS, listed)


def _stamp(provider: str) -> ListingStamp:
    return ListingStamp(
        provider=provider,
        connection=f"{provider}:0",
        tier=Tier.LIVE,
        callable=provider.endswith("0"),
        hash="0" * 64,
        fetched_at=NOW,
        checked_at=NOW,
        outcome=Outcome.OK,
    )
