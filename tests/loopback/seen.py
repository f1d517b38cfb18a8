"""The log of a loopback provider: what was asked, and never the key it was asked with."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class KeySeen(StrEnum):
    """What stood in the place where the provider wants its key."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One request that arrived."""

    provider: str
    method: str
    path: str
    """As the provider would see it: below its mount."""
    params: Mapping[str, str]
    """With `(key)` in the place of any key."""
    header_names: tuple[str, ...]
    """Lower case, in the order sent."""
    key: KeySeen
    strayed: tuple[str, ...] = ()
    """Where a key stood that does not belong there: `url`, or a header with another
    provider's key."""
    at_s: float
    """Seconds since the server started."""
    bytes_sent: int
    """What was written in answer until now, headers included; the client need not have read it."""
