"""What can be made of an unknown list: which fields are read as what, and what stays unknown."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ..domain.claims import Claims
from ..domain.price import PriceUnit

_WORDS: Mapping[str, str] = {"retires_on": "retirement", "hugging_face_id": "base"}
_LOOKED_AT = 50
_PRICED = ("prompt", "input", "completion", "output")
_PER_MILLION: Mapping[PriceUnit, int] = {
    PriceUnit.USD_PER_TOKEN: 6,
    PriceUnit.USD_PER_MILLION: 0,
    PriceUnit.CENTS_PER_TOKEN: 4,
    PriceUnit.CENTS_PER_MILLION: -2,
    PriceUnit.MICRO_USD_PER_MILLION: -6,
}


class Example(NamedTuple):
    """One price of an unknown list as it stands there, and what it would be in each unit."""

    model: str
    field: str
    raw: str
    meanings: Mapping[PriceUnit, Decimal]
    """USD per million tokens, by the unit that would make it so."""


def fields_read(
    records: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Claims | None]
) -> dict[str, str]:
    """The fields of which `read` makes something, the most frequent first, with what it makes.

    Every field is read beside the id alone, so that this is what the dialect does and not a list
    of what it may do.
    """
    having: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        for field, value in record.items():
            if field != "id" and _says(value):
                having.setdefault(field, []).append(record)
    found = {}
    for field, those in sorted(having.items(), key=lambda one: -len(one[1])):
        made = dict.fromkeys(word for one in those[:_LOOKED_AT] for word in _made(one, field, read))
        if made:
            found[field] = ", ".join(made)
    return found


def fields_unread(records: Iterable[Mapping[str, Any]], known: Collection[str]) -> dict[str, int]:
    """The fields that say something and are not `known`, with the number of records that have each."""
    present = Counter(
        field for record in records for field, value in record.items() if _says(value)
    )
    return {field: number for field, number in present.items() if field not in known}


def _says(value: Any) -> bool:
    """Whether a value is more than a place kept for one."""
    return value is False or bool(value)


def _made(
    record: Mapping[str, Any], field: str, read: Callable[[Mapping[str, Any]], Claims | None]
) -> Iterator[str]:
    alone = {"id": record.get("id")}
    without, with_it = read(alone), read({**alone, field: record[field]})
    if without is None or with_it is None:
        return
    for name in Claims.__struct_fields__:
        if getattr(with_it, name) != getattr(without, name):
            yield _WORDS.get(name, name.replace("_", " "))


def price_example(records: Iterable[Mapping[str, Any]]) -> Example | None:
    """The first price that is no zero; `None` when no record has one. Nothing is guessed of it."""
    for record in records:
        pricing = record.get("pricing")
        if not isinstance(pricing, Mapping):
            continue
        for field in _PRICED:
            raw = str(pricing.get(field, "")).strip()
            if amount := _number(raw):
                meanings = {unit: _scaled(amount, shift) for unit, shift in _PER_MILLION.items()}
                return Example(str(record.get("id", "")), f"pricing.{field}", raw, meanings)
    return None


def _number(raw: str) -> Decimal | None:
    try:
        number = Decimal(raw.removeprefix("$"))
    except ArithmeticError:
        return None
    return number if number.is_finite() and number > 0 else None


def _scaled(amount: Decimal, shift: int) -> Decimal:
    return amount.scaleb(shift).normalize()
