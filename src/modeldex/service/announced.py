"""What providers announced of the ends of their models, for those that are in no list any more.

Only the tables of announcements are read, whose rows people took from the providers' pages; a
dataset's word does not make an id that nobody lists a retired one.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import NamedTuple

from ..domain.lifecycle import Lifecycle
from ..domain.model import Model, Tier
from ..domain.provider import Provider
from ..knowledge import overriding
from ..knowledge.known import Known
from ..rules.resolve import Resolver, Witness


class Announcement(NamedTuple):
    """What was said of the end of one model."""

    provider: str
    native_id: str
    retires_on: date | None
    """The announced day; `None` when none was named."""
    successors: tuple[str, ...]
    """The native ids that are named in its place, the strongest word first."""
    source: str
    """The row that says so, with its link."""
    removed: bool
    """Whether it says that the model is gone, whatever the day."""

    @property
    def id(self) -> str:
        """The model's id."""
        return f"{self.provider}/{self.native_id}"

    def over(self, today: date) -> bool:
        """Whether the end has come; without a day it has not."""
        return self.removed or (self.retires_on is not None and self.retires_on <= today)

    def __str__(self) -> str:
        """The announcement as a sentence without a full stop."""
        when = f" for {self.retires_on}" if self.retires_on else ""
        heir = f" and named {self.successors[0]} in its place" if self.successors else ""
        return f"{self.provider} announced the end of {self.native_id}{when}{heir} ({self.source})"


@cache
def announcements() -> Mapping[str, Announcement]:
    """What the packaged tables say, by id; raises `BadReferenceData` for a wrong row."""
    told = (
        _announcement(provider, native_id, said)
        for (provider, native_id), said in overriding.packaged().items()
    )
    return {one.id: one for one in told if one is not None}


@cache
def native_ids() -> Mapping[str, tuple[Announcement, ...]]:
    """Native id → its announcements, one for each provider that made one."""
    found: dict[str, tuple[Announcement, ...]] = {}
    for one in announcements().values():
        found[one.native_id] = (*found.get(one.native_id, ()), one)
    return found


def last_known(row: Provider, native_id: str) -> Model:
    """A model of no list with what knowledge has of it, as a tombstone would show it."""
    known = _known()
    said = [*known.overrides(row.id, native_id), *known.claims(row.id, native_id)]
    said += known.guess(row.id, native_id, [claims for _, claims in said])
    resolver = Resolver(datetime.combine(date.min, time(), UTC), known.authorities())
    return resolver.model(row, native_id, said, tier=Tier.MANIFEST, seen=None, first_seen=None)


@cache
def _known() -> Known:
    return Known.packaged()


def _announcement(provider: str, native_id: str, said: tuple[Witness, ...]) -> Announcement | None:
    ends = [
        (evidence, claims)
        for evidence, claims in said
        if claims.retires_on or claims.successor or claims.lifecycle in _OVER
    ]
    if not ends:
        return None
    heirs = (claims.successor for _, claims in ends)
    return Announcement(
        provider,
        native_id,
        next((claims.retires_on for _, claims in ends if claims.retires_on), None),
        tuple(dict.fromkeys(heir for heir in heirs if heir)),
        ends[0][0].evidence,
        removed=any(claims.lifecycle is Lifecycle.REMOVED for _, claims in ends),
    )


_OVER = (Lifecycle.DEPRECATED, Lifecycle.REMOVED)
