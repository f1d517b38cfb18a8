"""What one published catalog holds besides its models: whose lists, from which pages, and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from .alias import AliasSpan
from .change import Change
from .hold import Held
from .listing import Ask
from .memory import Memory
from .model import Model, Tier
from .outcome import Outcome
from .provider import Provider
from .source import Losing


class PageRef(msgspec.Struct, frozen=True, kw_only=True):
    """A page by its content: what was asked, and the hash under which the answer is stored."""

    ask: Ask
    hash: str
    url: str
    """The address that answered, without query and without credential."""
    fetched_at: datetime


class ListingStamp(msgspec.Struct, frozen=True, kw_only=True):
    """One connection in a catalog: the list that is shown for it, and the last try to renew it."""

    provider: str
    connection: str
    """`Connection.id`, also where only a manifest can be shown."""
    tier: Tier
    callable: bool
    """Whether the models it opens can be called: a key is there, or none is needed."""
    hash: str
    """`Listing.hash` of the list shown; empty for a manifest."""
    fetched_at: datetime | None
    """When the list shown was fetched, aware UTC; `None` for a manifest."""
    checked_at: datetime | None
    """When the connection was last asked, aware UTC; `None` when it never was."""
    outcome: Outcome
    """What the last try came to; it need not be the try that gave the list shown."""
    message: str = ""
    complete: bool = True
    models: int = 0
    pages: tuple[PageRef, ...] = ()


class HeldListing(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was set aside: why, what it would change, and its pages."""

    connection: str
    provider: str
    held: Held
    gone: tuple[str, ...]
    """Native ids that the list shown has and this one lacks."""
    came: tuple[str, ...]
    """Native ids that this one has and the list shown lacks."""
    fetched_at: datetime
    tier: Tier
    pages: tuple[PageRef, ...] = ()


class Remembering(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is remembered of one provider's lists: of which connection, and of every model."""

    provider: str
    connection: str
    memory: Memory


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From one list of a provider to the next: where changes were found."""

    provider: str
    at: datetime
    """When the newer list was fetched, aware UTC."""
    before: str
    """The hash of the earlier catalog: the same list may come back, a catalog never does."""
    snapshot: str
    """`Listing.hash` of the newer one."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalog remembers beyond the models of its moment."""

    remembering: tuple[Remembering, ...] = ()
    held: tuple[HeldListing, ...] = ()
    steps: tuple[Step, ...] = ()
    """The steps that lead to this catalog; those of earlier ones are carried on."""
    changes: tuple[Change, ...] = ()
    """How models came, went and aged in these steps."""
    given: tuple[AliasSpan, ...] = ()
    """Aliases that are new, or lead elsewhere now."""
    ended: tuple[AliasSpan, ...] = ()
    """Stretches of the earlier catalog that end now."""
    picks: Mapping[str, tuple[str, ...]] = {}
    """Bucket → the ids of the shortlist, the best first."""
    removed: tuple[str, ...] = ()
    """Ids that the earlier catalog shows and this one no longer does: they become tombstones."""


class CatalogContent(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes into one catalog file."""

    published_at: datetime
    providers: tuple[Provider, ...]
    listings: tuple[ListingStamp, ...]
    models: Iterable[Model]
    """Each id once, in any order; `available` is ignored. Models whose sources are equal
    share one mapping object, so that it is stored once."""
    opened: Mapping[str, frozenset[str]]
    """Connection id → ids of the models that it opens."""
    losing: Mapping[str, tuple[Losing, ...]] = {}
    """Model id → the claims that lost; a model without any is left out."""
    history: History = History()


class How(StrEnum):
    """How a name led to a model."""

    EXACT = "exact"
    ALIAS = "alias"
    REDIRECT = "redirect"
    STAND_IN = "stand-in"
    PASSED_THROUGH = "passed-through"
    """Nothing is known by that name; it may well work all the same."""


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """Where a name leads, by which steps, and what else may have been meant."""

    id: str
    """A model's id, or the name itself when it passed through."""
    how: How
    chain: tuple[str, ...] = ()
    """Every name on the way, the asked one first."""
    alternatives: tuple[str, ...] = ()
    """Ids that may have been meant, or that could take its place; suggestions only."""
    reasons: tuple[str, ...] = ()
    """A sentence for each step of the chain, without a full stop; empty for an id of the catalog."""
