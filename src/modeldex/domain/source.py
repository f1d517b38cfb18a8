"""Where a fact comes from: the layer that said it, the evidence, and the time."""

from datetime import datetime
from enum import StrEnum

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
