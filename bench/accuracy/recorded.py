"""The newest recorded answer of each provider that has a row, as a refresh would read it."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from modeldex.dialects import dialect
from modeldex.domain.claims import Claims
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask, Listing, Page
from modeldex.domain.model import Tier
from modeldex.domain.provider import Provider
from modeldex.providers import packaged
from modeldex.service.listing import Shown, read

SHARED = Path(__file__).resolve().parents[3] / "shared"

ROUTES: Mapping[str, tuple[str, str]] = {
    "anthropic": ("anthropic", "models"),
    "cerebras": ("cerebras", "models"),
    "cohere": ("cohere", "models"),
    "dashscope": ("dashscope-intl", "compatible"),
    "deepseek": ("deepseek", "models"),
    "fireworks": ("fireworks", "models"),
    "gemini": ("google", "models"),
    "groq": ("groq", "models"),
    "huggingface": ("huggingface-router", "models"),
    "mistral": ("mistral", "models"),
    "nebius": ("nebius", "models"),
    "ollama": ("ollama-tags", "tags"),
    "openai": ("openai", "models"),
    "openrouter": ("openrouter", "public"),
    "poe": ("poe", "models"),
    "together": ("together", "models"),
    "xai": ("xai", "models"),
}
"""Provider → the folder of its recordings and the route that they answer."""

_FIDELITIES = ("near-verbatim", "verbatim-reserialized", "verbatim")
"""The last two are the same JSON; the first is taken where there is nothing else."""


class Recorded(NamedTuple):
    """One provider's recorded answer."""

    provider: Provider
    captured: str
    fidelity: str
    shown: Shown
    records: Mapping[str, Mapping[str, Any]]
    """The records as they were sent, by native id."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.shown.joined.witnesses)

    @property
    def claims(self) -> Iterator[Claims]:
        """What the provider says of each of its models."""
        for witnesses in self.shown.joined.witnesses.values():
            for _, said in witnesses:
                yield said


@cache
def recordings() -> tuple[Recorded, ...]:
    """By provider id; a provider of which no answer was recorded is left out."""
    index = json.loads((SHARED / "recordings" / "index.json").read_text("utf-8"))
    rows = packaged()
    return tuple(_recorded(rows[name], _newest(name, index)) for name in sorted(ROUTES))


def unrecorded() -> tuple[str, ...]:
    """Providers with a row and without a recorded answer."""
    return tuple(sorted(packaged().keys() - ROUTES.keys()))


def _newest(provider: str, index: list[dict[str, Any]]) -> dict[str, Any]:
    folder, _ = ROUTES[provider]
    found = [
        row
        for row in index
        if row["file"].startswith(f"{folder}/")
        and ".page" not in row["file"]
        and row["fidelity"] in _FIDELITIES
    ]
    return max(found, key=lambda row: (row["fidelity"] != "near-verbatim", row["captured"]))


def _recorded(provider: Provider, row: dict[str, Any]) -> Recorded:
    body = gzip.decompress((SHARED / "recordings" / row["file"]).read_bytes())
    moment = datetime.fromisoformat(row["captured"]).replace(tzinfo=UTC)
    page = Page(ask=_ask(provider), body=body, url=provider.base_url, fetched_at=moment)
    connection = Connection(provider=provider, base_url=provider.base_url)
    listing = Listing(
        connection=connection.id, tier=Tier.LIVE, fetched_at=moment, pages=(page,), complete=True
    )
    return Recorded(
        provider=provider,
        captured=row["captured"],
        fidelity=row["fidelity"],
        shown=Shown(listing, read(listing, connection)),
        records=_by_id(json.loads(body)),
    )


def _ask(provider: Provider) -> Ask:
    _, name = ROUTES[provider.id]
    route = next(one for one in dialect(provider.dialect).routes if one.name == name)
    return Ask(route=name, path=route.path, params=route.params, role=route.role, sends_key=False)


def _by_id(body: Any) -> dict[str, dict[str, Any]]:
    listed = body if isinstance(body, list) else body.get("data") or body.get("models") or []
    named = ((one.get("id") or one.get("name") or "", one) for one in listed)
    return {name.removeprefix("models/"): one for name, one in named}
