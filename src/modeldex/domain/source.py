"""Where a fact comes from: the layer that said it, the evidence, and the time."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Source(StrEnum):
    """Who says so, strongest first."""

    OVERRIDE = "override"
    """A person decided it, in an override file."""
    OBSERVED = "observed"
    """Seen by modeldex itself, in listings over time or in real calls."""
    API = "api"
    """The provider's own answer."""
    KNOWLEDGE = "knowledge"
    """Public datasets and static manifests."""
    HEURISTIC = "heuristic"
    """Read from the shape of the name."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One witness: every field of one set of claims shares it."""

    source: Source
    evidence: str
    """What exactly: an address, a dataset with its version, a rule's name."""
    observed_at: datetime
    """When it was seen, aware UTC."""


UNIT_UNKNOWN = "unit unknown"
"""How the reason of a `Losing` begins whose value is a price in a unit that nobody stated: texts by
the names that they have in the list, such as `{"pricing.prompt": "0.5"}`."""


class Losing(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that did not become the fact."""

    field: str
    value: Any
    """What was claimed, as `Claims` types it; as plain JSON values when read from a catalog."""
    evidence: Evidence
    reason: str
    """Why another one won, such as `api over knowledge`."""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a field of a model has its value."""

    field: str
    value: Any
    """The fact, as plain JSON values; `None` when nobody knows."""
    evidence: Evidence | None
    """The witness that won; `None` when nobody knows."""
    losing: tuple[Losing, ...] = ()
    """The other claims, strongest first."""
