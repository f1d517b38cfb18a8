"""One value per field out of several datasets: agreement of two origins first, then precedence.

Two adjustments are made to precedence, each by what the statement itself shows. A name that ends
in `-latest` moves, so that the newest edition is asked first. A limit that is the decimal reading
of a binary one stated elsewhere (128,000 beside 131,072: "128K") was rounded on its way, and the
exact one is taken.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.price import UNITS, Price
from ..rules.sanity import doubt
from .datasets.rates import is_zero
from .doubting import LIMITS, Settle, first
from .elsewhere import MOVES_SUFFIX

_FREE_SUFFIX = ":free"


NOBODY = ""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The value that one field of one model gets."""

    field: str
    value: Any
    """`None` where what is said is not enough, and the field is left open."""
    dataset: str
    """Whose value it is; a price is one dataset's offer, never put together from two. `NOBODY`
    where it is left open."""
    agrees: tuple[str, ...]
    """Other datasets that say the same, sorted."""
    others: Mapping[str, Any]
    """What was said instead, by dataset; empty when nobody dissents."""

    @property
    def open(self) -> bool:
        """Whether nothing that was said of it is taken."""
        return self.dataset == NOBODY


class Judge(msgspec.Struct, frozen=True, kw_only=True):
    """What reconciling rests on."""

    origins: Mapping[str, str]
    """Origin by dataset; copies of one another share one and count once."""
    orders: Mapping[str, Sequence[str]]
    """Datasets by field, the most believed first."""
    days: Mapping[str, date]
    """When the edition of each dataset was published."""


def reconcile(
    said: Mapping[str, Claims],
    judge: Judge,
    *,
    free: bool = False,
    copies: frozenset[str] = frozenset(),
    settle: Settle = first,
) -> list[Taken]:
    """The fields of one model of which any dataset speaks.

    `free` says that this provider charges nothing, so that a price of zero is meant. Elsewhere
    a zero counts when the id says so or when two origins state it. A price whose unit must be
    mistaken never counts. `copies` are the datasets that copy another id's price to this one:
    their price agrees with others, and else comes last. `settle` says what is taken where no
    two origins agree.
    """
    moves = any(claims.native_id.endswith(MOVES_SUFFIX) for claims in said.values())
    taken = []
    for field in JUDGED:
        values = {
            name: value
            for name, claims in said.items()
            if (value := getattr(claims, field)) is not None
        }
        if field == "price":
            values = _meant(values, judge, free or _says_free(said))
        if values:
            order = _order(field, values, judge, moves, copies if field == "price" else _NONE)
            taken.append(_take(field, values, order, judge, settle))
    return taken


def _says_free(said: Mapping[str, Claims]) -> bool:
    return any(claims.native_id.endswith(_FREE_SUFFIX) for claims in said.values())


def _meant(prices: Mapping[str, Price], judge: Judge, free: bool) -> dict[str, Price]:
    """Prices without mistaken units and without zeros that only fill a gap."""
    prices = {name: price for name, price in prices.items() if doubt(price) is None}
    zeros = {name for name, price in prices.items() if is_zero(price)}
    if free or len({judge.origins[name] for name in zeros}) > 1:
        return prices
    return {name: price for name, price in prices.items() if name not in zeros}


_NONE: frozenset[str] = frozenset()


def _order(
    field: str, values: Mapping[str, Any], judge: Judge, moves: bool, copies: frozenset[str]
) -> list[str]:
    """The datasets that speak, the most believed first."""

    def belief(name: str) -> tuple[bool, bool, int, int]:
        rounded = field in LIMITS and any(is_rounded(values[name], v) for v in values.values())
        age = -judge.days[name].toordinal() if moves else 0
        return name in copies, rounded, age, judge.orders[field].index(name)

    return sorted(values, key=belief)


def is_rounded(limit: int, exact: int) -> bool:
    """Whether a limit is what "K" of another means to those who count in thousands.

    >>> is_rounded(128_000, 131_072), is_rounded(131_072, 128_000), is_rounded(100_000, 131_072)
    (True, False, False)
    """
    return limit % 1000 == 0 and limit // 1000 * 1024 == exact


def _take(
    field: str, values: Mapping[str, Any], names: Sequence[str], judge: Judge, settle: Settle
) -> Taken:
    supporters = {
        name: [other for other in names if agree(values[name], values[other])] for name in names
    }
    voices = {name: _voices(supporters[name], judge) for name in names}
    most = max(voices.values())
    if most < 2:
        at = settle(field, [values[name] for name in names], _voices(names, judge))
        if at is None:
            return Taken(field=field, value=None, dataset=NOBODY, agrees=(), others=dict(values))
        best = names[at]
    else:
        best = _fullest([name for name in names if voices[name] == most], values)
    return Taken(
        field=field,
        value=values[best],
        dataset=best,
        agrees=tuple(sorted(name for name in supporters[best] if name != best)),
        others={name: values[name] for name in names if name not in supporters[best]},
    )


def _voices(names: Sequence[str], judge: Judge) -> int:
    return len({judge.origins[name] for name in names})


def _fullest(names: Sequence[str], values: Mapping[str, Any]) -> str:
    """Of prices that agree the one that states most; of other values the first."""
    return max(names, key=lambda name: _fullness(values[name]))


def _fullness(value: Any) -> tuple[int, int]:
    if not isinstance(value, Price):
        return 0, 0
    return sum(getattr(value, unit) is not None for unit in UNITS), len(value.tiers)


def agree(one: Any, other: Any) -> bool:
    """Whether two values say the same; prices do when no unit that both state differs."""
    if not isinstance(one, Price) or not isinstance(other, Price):
        return bool(one == other)
    shared = [unit for unit in UNITS if _both(one, other, unit)]
    return bool(shared) and all(getattr(one, unit) == getattr(other, unit) for unit in shared)


def _both(one: Price, other: Price, unit: str) -> bool:
    return getattr(one, unit) is not None and getattr(other, unit) is not None
