"""A few of the values that a held list would change, so that a person can judge it by looking."""

from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import Any

import msgspec

from ..domain.claims import Claims
from ..domain.hold import Example
from ..domain.price import Price, exact, price_json

_A_FEW = 5
_A_FEW_OF_EACH = 2
_LONGEST = 120

_Models = Mapping[str, Claims]


def repriced(old: _Models, new: _Models, moved: Iterable[str]) -> tuple[Example, ...]:
    """Input prices of some of the models `moved`, of which both lists state one."""
    return tuple(
        Example(model=name, field="price.input", old=_input(old[name]), new=_input(new[name]))
        for name in nsmallest(_A_FEW, moved)
    )


def no_longer_stated(old: _Models, new: _Models, fields: Iterable[str]) -> tuple[Example, ...]:
    """Values of some models that the old list states and the new one does not, for each field."""
    return tuple(
        Example(model=name, field=field, old=_words(getattr(old[name], field)), new=None)
        for field in fields
        for name in nsmallest(_A_FEW_OF_EACH, _without(field, old, new))
    )


def _without(field: str, old: _Models, new: _Models) -> list[str]:
    return [
        name
        for name in old.keys() & new.keys()
        if getattr(old[name], field) is not None and getattr(new[name], field) is None
    ]


def _input(said: Claims) -> str:
    amount = said.price.input if said.price else None
    return "" if amount is None else exact(amount)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = price_json(value) if isinstance(value, Price) else msgspec.to_builtins(value)
    if isinstance(plain, Mapping):
        text = ", ".join(f"{key} {part}" for key, part in plain.items() if isinstance(part, str))
    elif isinstance(plain, (list, tuple, set, frozenset)):
        text = ", ".join(sorted(map(str, plain)))
    else:
        text = str(plain)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
