"""The recorded series: one list after another of one provider, as its dialect reads it."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from modeldex.dialects import spoken
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Ask, Page
from modeldex.domain.model import Model, Tier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Source
from modeldex.providers import packaged
from modeldex.rules.resolve import Resolver

SERIES = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "series"
_BARE = frozenset({"together"})
"""Providers whose list is a bare array; the recordings wrap all of them."""
_ROUTES = {"openrouter": "public"}


class Feed(NamedTuple):
    """One list of one day."""

    at: datetime
    name: str
    """The name of the snapshot it would be."""
    told: Mapping[str, Claims]
    """By native id, as the dialect reads it."""
    models: Mapping[str, Model]
    """By id, resolved from the list alone."""
    raw: Mapping[str, Mapping[str, Any]]
    """The records as they were sent, by id."""


def series() -> tuple[str, ...]:
    """The names of the series that have more than one list."""
    return tuple(
        folder.name for folder in sorted(SERIES.iterdir()) if len(list(folder.iterdir())) > 1
    )


def row(name: str) -> Provider:
    """The provider's own row; one of plain OpenAI style for a provider that has none."""
    provider = name.removeprefix("watcher-")
    plain = Provider(id=provider, name=provider, base_url="https://x.invalid/v1", dialect="openai")
    return packaged().get(provider, plain)


def feeds(name: str) -> Iterator[Feed]:
    """The lists of a series, oldest first."""
    provider = row(name)
    for file in sorted((SERIES / name).iterdir()):
        at = datetime.fromisoformat(file.name[:10]).replace(hour=6, tzinfo=UTC)
        yield feed(provider, at, json.loads(gzip.decompress(file.read_bytes()))["data"])


def feed(provider: Provider, at: datetime, records: list[dict[str, Any]]) -> Feed:
    """What one list says, when it was fetched at that time."""
    body = json.dumps(records if provider.id in _BARE else {"data": records}).encode()
    route = _ROUTES.get(provider.id, "models")
    page = Page(ask=Ask(route=route, path="models"), body=body, fetched_at=at)
    told = {said.native_id: said for said in spoken(provider).read(page).claims}
    listed = Evidence(source=Source.API, evidence=provider.base_url, observed_at=at)
    resolver = Resolver(at)
    found = (
        resolver.model(
            provider, native, [(listed, said)], tier=Tier.LIVE, seen=listed, first_seen=None
        )
        for native, said in told.items()
    )
    return Feed(
        at=at,
        name=f"{at:%Y-%m-%d}-{page.hash[:12]}",
        told=told,
        models={model.id: model for model in found},
        raw={f"{provider.id}/{record['id']}": record for record in records},
    )
