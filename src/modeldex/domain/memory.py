"""What is remembered of a provider's models from one complete list to the next, and when they age."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from .lifecycle import Lifecycle
from .source import Source


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """When things happen to a model; all of it is configuration."""

    deprecated_after: timedelta = timedelta(days=14)
    """Missing for so long, a stale model is deprecated."""
    removed_after: timedelta = timedelta(days=30)
    """Missing for so long, a deprecated model that nobody has bound is removed."""
    longest_step: timedelta = timedelta(days=3)
    """The most that counts between two complete lists; what is longer is a leap."""
    quiet: timedelta = timedelta(days=14)
    """A model back within this time is flapping, until it has been listed for as long."""
    notice: timedelta = timedelta(days=180)
    """A retirement day alone is an announcement when it is no further away than this: some
    providers state a day for every model they have, years ahead."""
    price_rise: Decimal = Decimal("0.2")
    """A price that rises by this share, or from nothing, is an event of its own."""


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """What is announced about a model's end, by its provider or by the deprecation tables."""

    lifecycle: Lifecycle | None = None
    """The announcer's own word; only `deprecated` announces anything."""
    retires_on: date | None = None
    successor: str | None = None
    source: Source = Source.API


class Remembered(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One model. Lengths of time are counted between complete lists, and so never by outages."""

    first_seen: datetime
    """The time of the first list that held it; it never moves."""
    last_seen: datetime
    """The time of the newest list that held it."""
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    missing_since: datetime | None = None
    """The time of the first complete list that lacked it; `None` while it is listed."""
    missing_for: timedelta = timedelta(0)
    unstable: bool = False
    """It came back from a short absence, and has not been there for long enough since."""
    steady_for: timedelta = timedelta(0)
    """How long an unstable one has been listed since."""
    announced_by: Source | None = None
    """Who announces its end; `None` when nobody does."""
    retires_on: date | None = None
    successor: str | None = None
    renamed_to: str | None = None
    """The id that took its place when its provider renamed it."""
    tombstone: datetime | None = None
    """When it was first removed; stays for ever, also when the model returns."""

    @property
    def listed(self) -> bool:
        """Whether the newest complete list holds it."""
        return self.missing_since is None


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All models of one provider that were ever listed, by id."""

    counted_at: datetime | None = None
    """The time of the newest complete list; `None` before the first."""
    models: Mapping[str, Remembered] = {}
