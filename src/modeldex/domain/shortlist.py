"""The few models that a picker shows first: by what they are for, each with its reasons."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec


class Bucket(StrEnum):
    """What somebody is looking for a model for."""

    CODING = "coding"
    REASONING = "reasoning"
    CHAT = "chat"
    FAST = "fast"
    """Fast or cheap."""
    VISION = "vision"
    IMAGE = "image"
    """Making pictures."""


class Benchmark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published table of scores, at one day."""

    title: str
    buckets: tuple[Bucket, ...]
    """Where it says something about quality."""
    zero: float
    """The score that counts as no quality at all."""
    full: float
    """The score that counts as full quality; chosen beyond the best, so that it can stay."""
    date: date
    link: str
    scores: Mapping[str, float]
    """Base (`lab/name`) → score, in the table's own unit."""


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the core: a model that people looked at."""

    id: str
    """`provider/native-id`."""
    specialty: tuple[Bucket, ...]
    caption: str
    """A few words on what it is."""
    alias: str | None = None
    """The short name that is reserved for it."""
    link: str
    """Where the id was seen."""
    seen: date
    """The day of what the link held."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was observed of one model: by this installation, or by whoever publishes the link."""

    date: date
    link: str
    """Where the numbers are from; empty for this installation's own."""
    reliability: float | None = None
    """Share of calls that were answered, 0 to 1; `None` is unknown."""
    latency_s: float | None = None
    """Seconds to the first token, the median; `None` is unknown."""


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """One model of a bucket."""

    id: str
    score: float | None
    """From 0 to 1, over the inputs that are known; `None` when none is."""
    known: int
    """How many of the four inputs are known."""
    because: tuple[str, ...]
    """Sentences with numbers, days and links, without a full stop."""
    curated: bool = False
    """People keep it by hand for this bucket."""


class Shortlist(msgspec.Struct, frozen=True, kw_only=True):
    """The picks of every bucket, the best first, and what could not be had."""

    buckets: Mapping[Bucket, tuple[Pick, ...]]
    short: Mapping[Bucket, str] = {}
    """For a bucket with fewer picks than it should have: a sentence that says why."""
