"""What is true of a base wherever it is served: whether its weights are open, and when it came out.

Listings of one base differ about both, since those who fill in a dataset for a reseller often write
a no, or the day on which the reseller listed the model. So all of them together decide.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from statistics import median_low
from typing import NamedTuple

from ..domain.capability import Capability
from ..domain.claims import Claims
from ..rules.dating import APART

KEEPS_WEIGHTS = "huggingface"
"""The provider whose models are repositories of open weights.
Source: https://huggingface.co/docs/inference-providers/index"""
SEVERAL_OPEN = 2
LEAST_AGREEING = 4
"""Providers that have to agree on when a base came out before another one is outvoted: datasets copy
a wrong day from one listing of a model to the next (`o3-deep-research`, three of four)."""
LEAST_SHARE = 2 / 3
NEAR = timedelta(days=31)
"""Days so near to each other are of one release."""


class Weights(NamedTuple):
    """Whether the weights of a base are open."""

    open: Capability
    """`None` where listings differ and nobody's word decides."""
    why: str
    """What is said, and whose word decides."""


class Release(NamedTuple):
    """About when a base came out."""

    day: date
    why: str

    def may_be(self, day: date) -> bool:
        """Whether that day is not months away."""
        return abs(day - self.day) <= APART


class ByBase:
    """What the listings of each base say of it."""

    def __init__(self) -> None:
        self._open: dict[str, dict[bool, set[str]]] = {}
        """By base and word: the providers of the listings."""
        self._days: dict[str, dict[str, date]] = {}
        """By base and provider: the earliest day."""

    def heard(self, base: str, provider: str, claims: Claims) -> None:
        """Count one listing."""
        if claims.open_weights is not None:
            said = self._open.setdefault(base, {True: set(), False: set()})
            said[claims.open_weights].add(provider)
        if claims.released is not None:
            days = self._days.setdefault(base, {})
            days[provider] = min(claims.released, days.get(provider, claims.released))

    def weights(self, homes: Callable[[str], tuple[str, ...]]) -> Iterator[tuple[str, Weights]]:
        """Every base of whose weights anybody speaks; `homes` are its lab's own providers."""
        for base, said in self._open.items():
            yield base, _weighed(base, said, homes(base))

    def releases(self) -> Iterator[tuple[str, Release]]:
        """The bases about whose day enough listings agree."""
        for base, days in self._days.items():
            release = _about(base, days)
            if release is not None:
                yield base, release


def _weighed(base: str, said: Mapping[bool, set[str]], homes: tuple[str, ...]) -> Weights:
    """Where listings differ, the place where open weights are kept decides, then the lab's own
    listing, then several that say they are open: closed weights are not served by several by
    mistake, while a no is often nothing but a gap."""
    yes, no = said[True], said[False]
    told = f"by base {base}: {len(yes)} providers have it as open weights, {len(no)} not"
    if not (yes and no):
        return Weights(bool(yes), told)
    if KEEPS_WEIGHTS in yes:
        return Weights(True, f"{told}; {KEEPS_WEIGHTS} keeps them")
    own = {word for word in said if not said[word].isdisjoint(homes)}
    if len(own) == 1:
        return Weights(own.pop(), f"{told}; the lab's own listing decides")
    return Weights(True if len(yes) >= SEVERAL_OPEN else None, told)


def _about(base: str, days: Mapping[str, date]) -> Release | None:
    """The middle of the days, where most of them are near to it."""
    middle = median_low(days.values())
    near = sum(abs(day - middle) <= NEAR for day in days.values())
    if near < LEAST_AGREEING or near < LEAST_SHARE * len(days):
        return None
    why = f"by base {base}: {near} of {len(days)} providers say about {middle}"
    return Release(middle, why)
