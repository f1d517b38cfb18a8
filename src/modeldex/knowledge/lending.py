"""What listings of one base agree on at several providers, ready to be lent where one is silent.

What the weights decide is lent to everybody: whether a model reasons, what comes out of it, which
job it is for. What goes in, tools, structured output and the longest answer are each host's own
decision, and are lent to the lab's own provider only, which serves its models whole: media are not
when any host states more than the others. Prices and contexts never are.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..domain.claims import Claims
from .elsewhere import Listings, Statement
from .packfile import PackedEvidence, PackedLent

LENT: tuple[str, ...] = ("kind", "output_modalities", "reasoning")
LENT_HOME: tuple[str, ...] = ("input_modalities", "tools", "structured_output", "max_output")
LEAST_STATEMENTS = 3
LEAST_SHARE = 0.75
"""More than this share of the statements must be the same."""
LEAST_SHARE_HOME = 0.6
"""Fewer to a lab's own provider: a host may serve less than the whole, and seldom more."""


class _Majority(NamedTuple):
    value: Any
    agreeing: int
    of: int


def lendable(listings: Listings) -> dict[str, list[PackedLent]]:
    """By base: what is lent of it, and to whom."""
    found: dict[str, list[PackedLent]] = {}
    for (base, field), statements in sorted(listings.said.items()):
        if field in LENT:
            lent = _to_everybody(field, statements)
        elif field in LENT_HOME:
            lent = _to_the_lab(field, statements, listings.homes(base))
        else:
            continue
        if lent is not None:
            found.setdefault(base, []).append(lent)
    return found


def lent_to(
    provider: str, native_id: str, lent: Mapping[str, list[PackedLent]], listings: Listings
) -> Iterator[tuple[PackedEvidence, Claims]]:
    """What a name that moves is lent of the newest dated name of its line, a field at a time."""
    newest = listings.newest(provider, native_id)
    for one in lent.get(listings.base(provider, native_id) or "", ()) if newest else ():
        if provider not in one.not_to and provider in (one.only_to or (provider,)):
            guess = f"by {newest}, the newest dated name: {one.agreeing} of {one.of} listings"
            yield PackedEvidence("", (), guess), one.claims


def _to_everybody(field: str, statements: Iterable[Statement]) -> PackedLent | None:
    statements = set(statements)
    most = _majority(statements)
    if most is None:
        return None
    alone = tuple(sorted(_leaning_on_itself(most.value, statements)))
    claims = Claims(native_id="", **{field: most.value})
    return PackedLent(claims, most.agreeing, most.of, not_to=alone)


def _to_the_lab(
    field: str, statements: Iterable[Statement], homes: tuple[str, ...]
) -> PackedLent | None:
    others = {one for one in statements if one.provider not in homes}
    most = _majority(others, LEAST_SHARE_HOME)
    if most is None or not homes or any(_more(one.value, most.value) for one in others):
        return None
    claims = Claims(native_id="", **{field: most.value})
    return PackedLent(claims, most.agreeing, most.of, only_to=homes)


def _more(one: Any, other: Any) -> bool:
    """Whether one list of media has something that the other lacks."""
    return isinstance(one, tuple) and not set(one) <= set(other)


def _majority(statements: set[Statement], share: float = LEAST_SHARE) -> _Majority | None:
    """The value that enough statements share; `None` when there is none."""
    counts: dict[Any, int] = {}
    for one in statements:
        counts[one.value] = counts.get(one.value, 0) + 1
    if len(statements) < LEAST_STATEMENTS:
        return None
    value, most = max(counts.items(), key=lambda one: one[1])
    return _Majority(value, most, len(statements)) if most > share * len(statements) else None


def _leaning_on_itself(value: Any, statements: set[Statement]) -> Iterator[str]:
    """Providers for whom the others alone would not say so."""
    for provider in {one.provider for one in statements}:
        others = _majority({one for one in statements if one.provider != provider})
        if others is None or others.value != value:
            yield provider
