"""A list that is whole and yet looks wrong: why it is held, and how often it came."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class HoldKind(StrEnum):
    """What is implausible about a list, beside the last good one."""

    EMPTY = "empty"
    SHRUNK = "shrunk"
    RENAMED = "renamed"
    """Most of the models that are gone stand there under other ids."""
    REPLACED = "replaced"
    """More than half of the models are others."""
    OLDER = "older"
    """It is an earlier list once more."""
    COLUMN_GONE = "column-gone"
    """A field that many models had is nowhere to be found."""
    PRICES_SCALED = "prices-scaled"
    """Nearly all prices moved by one factor, or many by more than ten."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a held list would change, in words."""

    model: str
    """The native id."""
    field: str
    """As in changes: `context_window`, `price.input` (USD per million tokens)."""
    old: str
    new: str | None
    """`None`: no longer stated."""


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a list is not taken as it is."""

    kind: HoldKind
    sentence: str
    """What was met, without a full stop."""
    numbers: Mapping[str, int]
    """The counts in the sentence, by what they count."""
    fingerprint: str
    """The same for two lists that are held for the same thing: the same ids, the same columns,
    the same factor. What else changed in between makes no difference."""
    renames: Mapping[str, str] = {}
    """Old native id → new native id, as far as sure: the proposed alias map of a mass rename."""
    examples: tuple[Example, ...] = ()
    """A few of the values that a list with the same models would change."""
    changing: int = 0
    """How many such values there are, these among them."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that stands, with its history."""

    hold: Hold
    since: datetime
    """When the first such list came, aware UTC."""
    times: int = 1
    """How many lists in a row were held for the very same thing."""


class Plausibility(msgspec.Struct, frozen=True, kw_only=True):
    """How much a list may change at once; all of it is configuration. Shares are percent."""

    shrinks: int = 20
    """A list may be smaller by this share."""
    replaced: int = 50
    """This share of the models may be gone, whatever came in their place."""
    renamed: int = 80
    """Of the models that are gone, the share found under other ids that makes a mass rename."""
    few: int = 5
    """So many models may always go, and so many always change: small lists are not judged by
    shares."""
    column_left: int = 10
    """A field is gone when less than this share of the models that had it has it still."""
    one_factor: int = 80
    """Share of the prices that move by one factor when a unit was mistaken."""
    tenfold: int = 30
    """Share of the prices that may move by more than ten times."""
    newest_gone: int = 3
    """So many models newer than anything in the list have to be missing for it to be an old one."""
    accepted_after: timedelta = timedelta(hours=1)
    """A list held for the same thing again, at least so much later, is taken."""
    accepted_times: int = 2
    """So many such lists in a row it takes, the first one counted."""
