"""What is taken of a field about which no two origins state the very same, or whether it is left open.

Mostly it is the word of the most believed. Four words are not enough by themselves:

`chat`, and text that comes out, also stand where nobody looked, or where the endpoint was meant.
Against a name that states another job, or vectors, they do not count. Anything else does not count
where several who serve the same base elsewhere say `chat` or text, and none repeats it.

A name that moves (`-latest`) is what it was on the day on which somebody looked. A word about it
counts when those who serve the newest dated name of its line elsewhere say the same, or when none
of them speaks. Of a name that is the only one of its line, and so leads to other lines, it never
does.

Closed weights are served by their lab, and resold by all others. A word about their context that
none of those repeat is somebody's slip.

Structured output is each host's own decision, and often copied from the model's page. A word about
a host counts when nearly all who serve the same model say the same; a no needs one who does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..rules.classify import classify
from . import patterns
from .elsewhere import MOVES_SUFFIX, Listings

LIMITS: frozenset[str] = frozenset({"context_window", "max_output"})
_MOVING: frozenset[str] = LIMITS | {
    "input_modalities",
    "output_modalities",
    "vision",
    "reasoning",
}
"""Fields that may be other ones for the next model of a line. Abilities are seldom lost."""
_RESOLD = "context_window"
_HOSTED = "structured_output"
OF_BASE: frozenset[str] = frozenset({"open_weights", "released"})
_NEARLY_ALL = 0.75
_FOR_WANT: Mapping[str, Any] = {"kind": Kind.CHAT, "output_modalities": (Modality.TEXT,)}
"""By field what datasets say for want of a better word."""
_SEVERAL = 3
_NEAR = 0.9
"""Limits so near to each other are one limit, rounded or less what is kept back."""

Settle: TypeAlias = Callable[[str, Sequence[Any], int], int | None]
"""Field, what is said of it, the most believed first, and by how many origins → the position of
what is taken; `None` leaves the field open."""


def first(field: str, values: Sequence[Any], origins: int) -> int | None:
    """The word of the most believed."""
    return 0


def settling(provider: str, native_id: str, listings: Listings) -> Settle:
    """How the fields of one model are settled where no two origins state the very same."""
    moves = native_id.endswith(MOVES_SUFFIX)
    said = classify(native_id, patterns.packaged(), provider)
    resold, hosted = listings.resold(provider, native_id), listings.hosted(provider, native_id)
    of_base = _of_base(provider, native_id, listings)

    def settle(field: str, values: Sequence[Any], origins: int) -> int | None:
        others = listings.others(provider, native_id, field)
        if field in _FOR_WANT and (stated := _named(field, said)) != values[0]:
            if stated is not None and values[0] == _FOR_WANT[field]:
                return values.index(stated) if stated in values else None
            if values[0] not in others and others.count(_FOR_WANT[field]) >= _SEVERAL:
                return None
        if field in OF_BASE:
            return of_base(field, values)
        doubted = field in _MOVING if moves else resold and field == _RESOLD
        if hosted and field == _HOSTED:
            return _undisputed(values, others)
        alike = all(_same(field, values[0], value) for value in values)
        if not doubted or (alike and origins > 1):
            return 0
        if (at := _repeated(field, values, others)) is not None:
            return at
        if not moves:
            return None if others and alike else 0
        lonely = listings.leads_elsewhere(provider, native_id)
        return None if others or lonely or not alike else 0

    return settle


def _of_base(
    provider: str, native_id: str, listings: Listings
) -> Callable[[str, Sequence[Any]], int | None]:
    weights = listings.weights(provider, native_id)
    release = listings.release(provider, native_id)

    def first_right(field: str, values: Sequence[Any]) -> int | None:
        for at, value in enumerate(values):
            if field == "open_weights":
                right = weights is None or value is weights.open
            else:
                right = release is None or release.may_be(value)
            if right:
                return at
        return None

    return first_right


def _repeated(field: str, values: Sequence[Any], others: Sequence[Any]) -> int | None:
    """The first value that at least half of the others state."""
    for at, value in enumerate(values if others else ()):
        if 2 * sum(_same(field, value, other) for other in others) >= len(others):
            return at
    return None


def _named(field: str, said: Claims | None) -> Any:
    """What the name states; of what comes out only that it is vectors."""
    if said is None or (field != "kind" and said.kind is not Kind.EMBEDDING):
        return None
    return getattr(said, field)


def _undisputed(values: Sequence[bool], others: Sequence[bool]) -> int | None:
    """The first value that nearly all of the others state; a yes needs none."""
    for at, value in enumerate(values):
        if others.count(value) > _NEARLY_ALL * len(others) or (value and not others):
            return at
    return None


def _same(field: str, one: Any, other: Any) -> bool:
    if field not in LIMITS:
        return bool(one == other)
    return bool(min(one, other) >= _NEAR * max(one, other))
