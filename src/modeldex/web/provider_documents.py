"""The shapes of answers about providers, of which the OpenAPI document is made."""

from datetime import datetime

import msgspec

from ..domain.hold import Example, HoldKind
from ..domain.model import Tier
from ..domain.outcome import Outcome
from ..domain.report import CatalogStamp


class HeldStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A list that is set aside: why, and what it would change. It names no model to those whose
    key did not bring it."""

    kind: HoldKind
    reason: str
    since: datetime
    """When the first such list came."""
    times: int
    """How many in a row were held for the same thing."""
    fetched_at: datetime
    gone: list[str]
    """Native ids that the list shown has and this one lacks."""
    came: list[str]
    """Native ids that this one has and the list shown lacks."""
    renames: dict[str, str]
    """Old native id to new one, as far as sure."""
    examples: list[Example]
    changing: int
    """How many values it would change, the examples among them."""


class ProviderStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A provider: whether it can be called, which list is shown of it, what the last try came to."""

    provider: str
    name: str
    tier: Tier
    key: str | None
    """Where the key was found, never the key; null where none is."""
    available: bool
    models: int
    outcome: Outcome
    checked_at: datetime | None
    key_url: str | None
    docs_url: str | None
    age_s: int | None
    """Seconds since the list shown was fetched; null for a packaged one."""
    message: str
    recommended: str | None
    held: HeldStatus | None
    """The newer list that is set aside; null where none is."""


class ProviderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Every provider, by id."""

    providers: list[ProviderStatus]
    catalog: CatalogStamp
