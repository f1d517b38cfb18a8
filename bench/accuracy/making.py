"""The models that a refresh would make of a recorded answer, or of its ids alone."""

from collections.abc import Iterable
from datetime import UTC, datetime

from modeldex.domain.catalog import ListingStamp
from modeldex.domain.model import Model
from modeldex.domain.outcome import Outcome
from modeldex.knowledge.known import Known
from modeldex.rules.joining import Joined
from modeldex.service.assembling import Part, assemble
from modeldex.service.listing import Shown

from .fields import By, answers
from .recorded import Recorded

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)


def joined(recorded: Recorded, knows: Known) -> By:
    """The provider's own answer, and knowledge where it is silent."""
    return _answers(recorded, recorded.shown, knows)


def from_ids(recorded: Recorded, knows: Known) -> By:
    """Knowledge alone, as if the list held nothing but ids."""
    only = Joined(
        witnesses={native_id: [] for native_id in recorded.ids},
        opened=frozenset(recorded.ids),
        duplicates=0,
    )
    return _answers(recorded, Shown(recorded.shown.listing, only), knows)


def _answers(recorded: Recorded, shown: Shown, knows: Known) -> By:
    return {model.native_id: answers(model) for model in _models(recorded, shown, knows)}


def _models(recorded: Recorded, shown: Shown, knows: Known) -> Iterable[Model]:
    listing = shown.listing
    stamp = ListingStamp(
        provider=recorded.provider.id,
        connection=listing.connection,
        tier=listing.tier,
        callable=True,
        hash=listing.hash,
        fetched_at=listing.fetched_at,
        checked_at=listing.fetched_at,
        outcome=Outcome.OK,
    )
    return assemble([Part(recorded.provider, stamp, shown)], knows, {}, MOMENT).models
