"""Which connections to ask now, and why not the others."""

from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b

_LONGEST_WAIT = timedelta(minutes=10)
"""No refresh waits longer for another one; an attempt further ahead was made before the clock
was set back."""


class Due(Enum):
    """What to do with one connection."""

    ASK = "ask"
    FRESH = "fresh"
    """Its list is young enough."""
    JUST_TRIED = "just-tried"
    """Somebody else asked since this refresh began, and this was the result."""
    PARKED = "parked"
    """It failed several times in a row, or asked us to wait."""
    OFFLINE = "offline"
    """The caller wants no network."""


def due(
    *,
    began: datetime,
    fetched_at: datetime | None,
    tried_at: datetime | None,
    may_ask: bool,
    ttl: timedelta,
    force: bool,
    offline: bool,
) -> Due:
    """Decide for one connection.

    `began` is when the caller wanted the refresh (before it waited for another one to end),
    `fetched_at` the time of the list shown, `tried_at` the last try, whatever came of it;
    `None` means never. A list from the future (the clock was set back) is not fresh.
    """
    if offline:
        return Due.OFFLINE
    if tried_at is not None and timedelta(0) < tried_at - began < _LONGEST_WAIT:
        return Due.JUST_TRIED
    if force:
        return Due.ASK
    if fetched_at is not None and timedelta(0) <= began - fetched_at < ttl:
        return Due.FRESH
    return Due.ASK if may_ask else Due.PARKED


def spaced(every: timedelta, name: str) -> timedelta:
    """The interval of one connection: up to a tenth shorter than `every`, always the same for a
    name, so that connections asked together once are not asked together for ever."""
    share = blake2b(name.encode(), digest_size=2).digest()
    return every - every * int.from_bytes(share) / (10 * 0xFFFF)
