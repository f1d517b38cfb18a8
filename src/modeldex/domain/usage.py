"""What the calls that programs reported add up to."""

from collections.abc import Mapping
from datetime import date

import msgspec


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How often a model did what was asked of it, over some days and all users."""

    model: str
    capability: str | None
    """As `Call.capability`."""
    ok: int = 0
    failures: Mapping[str, int] = {}
    """Failed calls by the word of their error; empty word: the reporter did not say."""
    users: int = 0
    """How many users reported: one alone may be mistaken."""
    latency_ms: int | None = None
    """Mean over the calls that told theirs; `None`: none did."""

    @property
    def failed(self) -> int:
        """All failed calls, whatever their error."""
        return sum(self.failures.values())


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one user called of one model on one day."""

    day: date
    """By the calls' own time, in UTC."""
    model: str
    calls: int
    failed: int
    input_tokens: int | None = None
    """Sum over the calls that told theirs; `None`: none did."""
    output_tokens: int | None = None
    latency_ms: int | None = None
    """Mean over the calls that told theirs; `None`: none did."""
