"""Nebius Token Factory's verbose list; the record rests on two independent clients, not on docs.

Source: https://docs.tokenfactory.nebius.com/api-reference/models/list-models
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price
from .fields import charged, count, has, modalities, price, reasoning, text, usd_per_token
from .reading import read_list


class Architecture(msgspec.Struct):
    modality: str | None = None
    """`text+image->text`."""


class Pricing(msgspec.Struct):
    """USD per token."""

    prompt: Decimal | None = None
    completion: Decimal | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    context_length: int | None = None
    architecture: Architecture | None = None
    supported_features: list[str] | None = None
    pricing: Pricing | None = None
    quantization: str | None = None


_UNREAD = (
    "created",
    "description",
    "object",
    "owned_by",
    "per_request_limits",
    "regions",
)


def claims(record: Record) -> Claims:
    """`created` is left out: it is the moment of the answer, another one for every record."""
    inputs, outputs = _sides(record.architecture)
    able = record.supported_features
    return Claims(
        native_id=record.id,
        name=text(record.name),
        context_window=count(record.context_length),
        input_modalities=inputs,
        output_modalities=outputs,
        tools=has(able, "tools"),
        reasoning=reasoning(has(able, "reasoning")),
        price=_price(record.pricing, tokens=outputs == (Modality.TEXT,)),
        quantization=text(record.quantization),
    )


def _sides(
    shape: Architecture | None,
) -> tuple[tuple[Modality, ...] | None, tuple[Modality, ...] | None]:
    taken, arrow, given = (shape.modality or "" if shape else "").partition("->")
    if not arrow:
        return None, None
    return modalities(taken.split("+")), modalities(given.split("+"))


def _price(pricing: Pricing | None, *, tokens: bool) -> Price | None:
    """A zero is a price only where tokens come out: pictures are not paid for by the token."""
    rates = pricing or Pricing()
    given, taken = usd_per_token(rates.prompt), usd_per_token(rates.completion)
    if not tokens:
        given, taken = charged(given), charged(taken)
    return price(input=given, output=taken)


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(
    name="nebius",
    routes=(Route(name="models", path="models", params={"verbose": "true"}),),
    read=read,
)
