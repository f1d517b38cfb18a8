"""How often somebody may ask: a window per rule and asker, kept in memory.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address
from typing import NamedTuple

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from .problems import Problem

RULES: Mapping[str, str] = {
    "stranger": "20/minute",
    "refresh": "6/minute",
    "keys": "30/minute",
    "report": "120/minute",
    "sign-in": "20/5 minutes",
    "sign-in-name": "30/5 minutes",
    "sign-in-all": "1200/5 minutes",
    "read": "1200/minute",
    "write": "600/minute",
    "calls": "100000/day",
    "denied": "20/minute",
    "denied-all": "200/minute",
}
"""Rule → how often: wrong tokens per address, forced refreshes per user, keys and tokens added,
replaced and removed per user, batches of calls per user, passwords tried per address, per name and by all
together; per user the answers that have to be worked out, the changes, and the calls reported; and what is
written down of those who were turned away, per user or address and of all together."""
OF_ONE: Mapping[str, str] = {
    name: rule for name, rule in RULES.items() if name not in ("read", "write", "calls")
}
"""The rules where one user has it all: there is nobody to whom that one could be unfair."""

_COUNTED = 1000
"""A rule that allows more is counted in fixed windows: a moving one remembers the time of each."""
_IPV6_NETWORK = 64
"""Bits of an address that say whose it is: providers give whole networks of that size to each."""


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
        storage = MemoryStorage()
        self._moving, self._fixed = (
            MovingWindowRateLimiter(storage),
            FixedWindowRateLimiter(storage),
        )

    def spend(self, rule: str, who: str, cost: int = 1) -> Allowance | None:
        """Count `cost` more; raises `Problem` (429) where that is too many. `None`: no such rule.

        `who` is a user, a name or an address; the addresses of one IPv6 network count together.
        """
        if (item := self._rules.get(rule)) is None:
            return None
        who = whose(who)
        window = self._window(item)
        # A fixed window would count what it refuses, and then refuse what there is room for.
        allowed = window.test(item, rule, who, cost=cost) and window.hit(item, rule, who, cost=cost)
        found = self._left(rule, item, who)
        if not allowed:
            raise _too_many(found)
        return found

    def check(self, rule: str, who: str) -> None:
        """Raise `Problem` (429) where one more would be too many; counts nothing."""
        if (item := self._rules.get(rule)) is not None:
            who = whose(who)
            if not self._window(item).test(item, rule, who):
                raise _too_many(self._left(rule, item, who))

    def spare(self, rule: str, who: str) -> bool:
        """Count one more; whether it was allowed, as all is without such a rule."""
        item = self._rules.get(rule)
        return item is None or self._window(item).hit(item, rule, whose(who))

    def _window(self, item: RateLimitItem) -> FixedWindowRateLimiter | MovingWindowRateLimiter:
        return self._fixed if item.amount > _COUNTED else self._moving

    def _left(self, rule: str, item: RateLimitItem, who: str) -> Allowance:
        resets, remaining = self._window(item).get_window_stats(item, rule, who)
        left = max(1, math.ceil(resets - self._clock().timestamp()))
        return Allowance(rule, item.amount, item.get_expiry(), max(0, remaining), left)


@lru_cache(4096)
def whose(address: str) -> str:
    """The network of an IPv6 address, as somebody has all addresses of one; anything else as it is.

    >>> whose("2001:db8::1:2:3:4"), whose("::ffff:192.0.2.1"), whose("192.0.2.1")
    ('2001:db8::/64', '192.0.2.1', '192.0.2.1')
    """
    if ":" not in address:
        return address
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    rest = 128 - _IPV6_NETWORK
    return f"{IPv6Address(int(found) >> rest << rest)}/{_IPV6_NETWORK}"


def _too_many(left: Allowance) -> Problem:
    return Problem(
        429,
        f"more than {left.limit} in {left.window_s} seconds",
        headers={"retry-after": str(left.reset_s), **left.headers},
    )
