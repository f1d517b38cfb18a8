"""Every provider in one line: its list, its key, and what the last try came to."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ..storage.catalog_file import CatalogFile


class ProviderLine(NamedTuple):
    """What is known of one provider here and now."""

    provider: str
    name: str
    tier: str
    """How the list shown was come by."""
    key: str | None
    """Where the key was found, such as `env:GROQ_API_KEY`; `None` when none is known."""
    available: bool
    """Whether this user can call its models."""
    models: int
    outcome: str
    checked_at: datetime | None
    """When it was last asked; `None` when it never was."""
    age_s: int | None
    """Seconds since the list shown was fetched; `None` for a manifest."""
    message: str
    key_url: str | None
    docs_url: str | None
    recommended: str | None
    """The id of its model to start with; `None` when none is proposed."""
    fetched_at: datetime | None = None
    """When the list shown was fetched, aware UTC; `None` for a manifest."""


def provider_lines(
    file: CatalogFile, keys: Mapping[str, str | None], now: datetime
) -> list[ProviderLine]:
    """The lines of all providers of a catalog, by id."""
    stamps = {stamp.provider: stamp for stamp in file.listings()}
    recommended = file.recommended()
    lines = []
    for row in file.providers():
        stamp = stamps[row.id]
        fetched = stamp.fetched_at
        lines.append(
            ProviderLine(
                provider=row.id,
                name=row.name,
                tier=stamp.tier,
                key=keys.get(row.id),
                available=row.id in keys,
                models=stamp.models,
                outcome=stamp.outcome,
                checked_at=stamp.checked_at,
                age_s=max(0, int((now - fetched).total_seconds())) if fetched else None,
                message=stamp.message,
                key_url=row.key_url,
                docs_url=row.docs_url,
                recommended=recommended.get(row.id),
                fetched_at=fetched,
            )
        )
    return lines
