"""Hugging Face's router: chat models, each with the backends that serve it.

A call names the backend behind the model's id (`openai/gpt-oss-120b:groq`), or leaves the choice
to the router. So what one live backend can do, the model can do here: an ability is a yes when
any of them has it, and each endpoint keeps its own answer. The documents do not say that the
router looks at what a call needs when it chooses, so that such a call is to name its backend.

What it adds to a caller's models are models of open weights, each under the id of its repository.

Source: https://huggingface.co/docs/inference-providers/hub-api (the list),
https://huggingface.co/docs/inference-providers/index (the suffix, and that the weights are open)
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from ..domain.capability import Capability, Kind, Modality
from ..domain.claims import Claims, Endpoint
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price
from .fields import count, modalities, price, text, unix_seconds, usd_per_million
from .reading import read_list


class Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class Pricing(msgspec.Struct):
    """USD per million tokens."""

    input: Decimal | None = None
    output: Decimal | None = None


class Offer(msgspec.Struct):
    provider: str | None = None
    status: str | None = None
    context_length: int | None = None
    pricing: Pricing | None = None
    is_free: bool | None = None
    supports_tools: bool | None = None
    supports_structured_output: bool | None = None


class Record(msgspec.Struct):
    id: str
    created: int | None = None
    architecture: Architecture | None = None
    providers: list[Offer] | None = None


_UNREAD = ("object", "owned_by")


def claims(record: Record) -> Claims:
    """The context is what holds wherever the router may send a call; abilities are what any has."""
    shape = record.architecture or Architecture()
    outputs = modalities(shape.output_modalities)
    endpoints = _endpoints(record.providers)
    live = [endpoint for endpoint in endpoints if endpoint.status == "live"]
    return Claims(
        native_id=record.id,
        kind=Kind.CHAT if outputs and Modality.TEXT in outputs else None,
        context_window=min(_stated(endpoint.context_window for endpoint in live), default=None),
        input_modalities=modalities(shape.input_modalities),
        output_modalities=outputs,
        tools=_somewhere(endpoint.tools for endpoint in live),
        structured_output=_somewhere(endpoint.structured_output for endpoint in live),
        open_weights=True if "/" in record.id else None,
        created=unix_seconds(record.created),
        price=_cheapest(live),
        endpoints=endpoints or None,
        hugging_face_id=record.id if "/" in record.id else None,
    )


def _endpoints(offers: Iterable[Offer] | None) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            name=name,
            status=text(offer.status),
            context_window=count(offer.context_length),
            price=_price(offer),
            tools=offer.supports_tools,
            structured_output=offer.supports_structured_output,
        )
        for offer in offers or ()
        if (name := text(offer.provider)) is not None
    )


def _price(offer: Offer) -> Price | None:
    if offer.is_free:
        return price(input=Decimal(0), output=Decimal(0))
    rates = offer.pricing or Pricing()
    return price(input=usd_per_million(rates.input), output=usd_per_million(rates.output))


def _stated(limits: Iterable[int | None]) -> list[int]:
    return [limit for limit in limits if limit is not None]


def _somewhere(answers: Iterable[Capability]) -> Capability:
    """Yes when one backend says yes, no when each says no; `None` when there is none, or one
    leaves it open and the others say no."""
    stated = set(answers)
    if True in stated:
        return True
    return False if stated == {False} else None


def _cheapest(live: Iterable[Endpoint]) -> Price | None:
    """The one offer with the lowest sum of input and output: `:cheapest` in a call."""
    priced = [
        (offer.input + offer.output, offer)
        for endpoint in live
        if (offer := endpoint.price) and offer.input is not None and offer.output is not None
    ]
    return min(priced, key=lambda entry: entry[0])[1] if priced else None


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(
    name="huggingface",
    routes=(Route(name="models", path="models", sends_key=False),),
    read=read,
)
