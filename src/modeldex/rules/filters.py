"""Filters by keyword, for Python programs and command-line options, on the table of the operators."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from ..domain.errors import BadQuery
from ..domain.query import Condition
from .operators import OPERATORS, conditions, is_condition
from .spelling import closest

Filter: TypeAlias = object
"""A filter's value: text, number, bool, day, or several of them."""

_FILTERS: Mapping[str, tuple[str, str]] = {
    **{operator.field: (name, "") for name, operator in OPERATORS.items() if not operator.read},
    "modality": ("modality", ""),
    "min_context": ("context", ">="),
    "min_output": ("max-output", ">="),
    "max_price": ("price", "<="),
    "max_output_price": ("output-price", "<="),
    "max_cache_read_price": ("cache-read-price", "<="),
    "cutoff_since": ("cutoff", ">="),
    "released_since": ("released", ">="),
    "released_before": ("released", "<"),
}
FILTERS: tuple[str, ...] = ("free", *sorted(_FILTERS))
"""The keywords of `build`."""


def build(**filters: Filter) -> tuple[Condition, ...]:
    """The conditions that keyword filters ask; `None` asks nothing.

    `tools=True`, `provider="groq"`, `provider=("groq", "openai")`, `min_context=200_000`,
    `max_price="0.15"` (USD per million input tokens), `free=True`. Raises `BadQuery` for a
    keyword or a value that means nothing.
    """
    found: list[Condition] = []
    for name, value in filters.items():
        if value is None:
            continue
        if name == "free":
            free = _texts(value) == ["yes"]
            found.append(is_condition(["free"], negated=not free, today=date.max))
            continue
        if name not in _FILTERS:
            raise _unknown_filter(name)
        operator, sign = _FILTERS[name]
        texts = [sign + text for text in _texts(value)]
        found += conditions(operator, texts or [""], negated=False)
    return tuple(found)


def _texts(value: Filter) -> list[str]:
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return [format(value, "f")]
    if isinstance(value, date):
        return [value.isoformat()[:10]]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for one in value for text in _texts(one)]
    return [str(value)]


def _unknown_filter(name: str) -> BadQuery:
    close = closest(name, FILTERS)
    hint = f"did you mean {close}?" if close else f"filters are {', '.join(FILTERS)}"
    return BadQuery(f"there is no filter {name!r}", hint=hint)
