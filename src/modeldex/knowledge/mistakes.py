"""Mistakes in a row that a person wrote, each told with what may have been meant."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..domain.claims import JUDGED, Claims, Endpoint
from ..domain.price import ConditionalRates, Price, PriceCondition
from ..rules.sanity import screened

_INSIDE: Mapping[str, tuple[str, ...]] = {
    "price": Price.__struct_fields__,
    "tiers": ConditionalRates.__struct_fields__,
    "when": PriceCondition.__struct_fields__,
    "endpoints": Endpoint.__struct_fields__,
}
"""What may stand in a field that has fields of its own."""
_OF_AMOUNTS = ("price", "tiers")


def in_what_is_said(said: Mapping[str, Any]) -> str | None:
    """What is wrong with the fields of a row as they were read, before they are converted;
    `None` when each is one that there is."""
    if not said:
        return "it decides nothing"
    return next(_strange(said, JUDGED), None)


def in_what_is_claimed(claims: Claims) -> str | None:
    """A value that cannot be right, or a price without any amount; `None` when there is neither.

    Nothing would be made of it later, without a word.
    """
    _, flags = screened(claims)
    if flags:
        return f"{flags[0].field} cannot be right: {flags[0].reason}"
    prices = (claims.price, *(endpoint.price for endpoint in claims.endpoints or ()))
    return "its price has no amount" if Price() in prices else None


def _strange(said: Mapping[str, Any], known: Collection[str], within: str = "") -> Iterator[str]:
    where = f" in {within}" if within else ""
    for key, value in said.items():
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield f"there is no field {key!r}{where}{hint}"
        if within in _OF_AMOUNTS and isinstance(value, float):
            yield 'write amounts as text, such as "0.15"'
        if inner := _INSIDE.get(key):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from _strange(one, inner, key)
