"""What may take the place of a model that is gone or going, and why."""

from enum import StrEnum

import msgspec


class Ground(StrEnum):
    """Why a model is proposed in the place of another, the best ground first."""

    NAMED = "named"
    """Its provider names it as the successor."""
    ELSEWHERE = "elsewhere"
    """The same model, served by another provider."""
    FAMILY = "family"
    """Of the same lab and line, with at least the same abilities and context."""
    LAB = "lab"
    """Of the same lab and for the same job."""
    LIKE = "like"
    """For the same job at the same provider, with at least the same abilities and context."""
    DEFAULT = "default"
    """The model to start with: nothing closer can be called."""


class StandIn(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal; whoever takes it decides that for themselves."""

    id: str
    ground: Ground
    reasons: tuple[str, ...]
    """Sentences without a full stop: the ground first, then what would be different."""


class Standing(StrEnum):
    """What a catalog knows of an id."""

    LISTED = "listed"
    ENDING = "ending"
    """Listed, and announced to retire or missing of late."""
    CLOSED = "closed"
    """Listed, and its provider has closed the service."""
    GONE = "gone"
    """Listed no more, and a tombstone is kept; or in no list, and its announced end has come."""
    UNKNOWN = "unknown"
