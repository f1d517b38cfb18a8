"""What can be made of an unknown list: which fields are read as what, and what stays unknown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ..domain.price import PriceUnit

READ_AS: Mapping[str, str] = {
    "name": "name",
    "display_name": "name",
    "created": "created",
    "mode": "kind",
    "type": "kind",
    "context_length": "context window",
    "context_window": "context window",
    "context_size": "context window",
    "max_context_length": "context window",
    "max_model_len": "context window",
    "max_output_length": "max output",
    "max_output_tokens": "max output",
    "max_completion_tokens": "max output",
    "input_modalities": "input modalities",
    "output_modalities": "output modalities",
    "architecture": "modalities",
    "supported_features": "abilities",
    "features": "abilities",
    "structured_outputs": "structured output",
    "supports_chat": "kind",
    "supports_tools": "tools",
    "supports_image_input": "vision",
    "quantization": "quantization",
    "hugging_face_id": "base",
    "deprecation_date": "retirement",
    "shutdown_date": "retirement",
}
"""A field of an OpenAI-compatible list that means one thing everywhere, and what it means."""

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


def fields_read(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The fields that some record has and that are read, with what each is read as."""
    present = Counter(
        field for record in records for field, value in record.items() if value is not None
    )
    return {field: READ_AS[field] for field, _ in present.most_common() if field in READ_AS}


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
