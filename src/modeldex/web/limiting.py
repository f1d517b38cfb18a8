"""How often somebody may ask: a moving window per rule and asker, kept in memory.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from .problems import Problem

RULES: Mapping[str, str] = {
    "stranger": "20/minute",
    "refresh": "6/minute",
    "keys": "30/minute",
    "report": "120/minute",
    "sign-in": "20/5 minutes",
    "sign-in-name": "30/5 minutes",
}
"""Rule → how often: wrong tokens per address, forced refreshes per user, keys added and replaced
per user, batches of calls per user, passwords tried per address and per name. A rule `read`, where there
is one, counts per user the answers that have to be worked out."""


class Allowance(NamedTuple):
    """What is left of one rule to one asker."""

    rule: str
    limit: int
    window_s: int
    remaining: int
    reset_s: int
    """Seconds until more is allowed."""

    @property
    def headers(self) -> dict[str, str]:
        """As the caller is told."""
        return {
            "ratelimit-policy": f'"{self.rule}";q={self.limit};w={self.window_s}',
            "ratelimit": f'"{self.rule}";r={self.remaining};t={self.reset_s}',
        }


class Limiter:
    """The rules of one installation; each process counts for itself."""

    def __init__(self, clock: Callable[[], datetime], rules: Mapping[str, str] = RULES) -> None:
        self._clock = clock
        self._rules: dict[str, RateLimitItem] = {name: parse(rule) for name, rule in rules.items()}
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, rule: str, who: str) -> Allowance | None:
        """Count one more; raises `Problem` (429) where it is one too many. `None`: no such rule."""
        if (item := self._rules.get(rule)) is None:
            return None
        allowed = self._window.hit(item, rule, who)
        resets, remaining = self._window.get_window_stats(item, rule, who)
        left = max(1, math.ceil(resets - self._clock().timestamp()))
        found = Allowance(rule, item.amount, item.get_expiry(), max(0, remaining), left)
        if not allowed:
            raise Problem(
                429,
                f"more than {item.amount} in {item.get_expiry()} seconds",
                headers={"retry-after": str(left), **found.headers},
            )
        return found
