"""Helicone's gateway: a bare list of ids, and a public registry with the upstreams of every model.

Rates are USD per million tokens. A feature that is not named is unknown.
Source: https://docs.helicone.ai/gateway/overview and the registry that https://helicone.ai/models shows
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from ..domain.claims import Claims, Endpoint
from ..domain.listing import Dialect, Page, Reading, Role, Route
from ..domain.price import Price, offer_order
from . import openai
from .additions import abilities, named
from .fields import charged, count, cutoff, modalities, price, reasoning, text, usd_per_million
from .reading import read_list


class Pricing(msgspec.Struct, rename="camel"):
    """USD per million tokens."""

    prompt: Decimal | None = None
    completion: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


class Offer(msgspec.Struct):
    provider: str | None = None
    pricing: Pricing | None = None


class Record(msgspec.Struct, rename="camel"):
    id: str
    name: str | None = None
    author: str | None = None
    context_length: float | None = None
    max_output: float | None = None
    training_date: str | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    supported_parameters: list[str] | None = None
    endpoints: list[Offer] | None = None


_UNREAD = ("description", "pinned", "tags")


def claims(record: Record) -> Claims:
    able = abilities(record.supported_parameters or ())
    endpoints = _endpoints(record.endpoints)
    return Claims(
        native_id=record.id,
        name=text(record.name),
        context_window=count(record.context_length),
        max_output=count(record.max_output),
        input_modalities=modalities(record.input_modalities),
        output_modalities=modalities(record.output_modalities),
        tools=named(able, ("tools",)),
        structured_output=named(able, ("structured-outputs",)),
        reasoning=reasoning(named(able, ("reasoning", "include-reasoning"))),
        knowledge_cutoff=cutoff(record.training_date),
        price=_offer(record.author, endpoints),
        endpoints=endpoints or None,
    )


def _endpoints(offers: Iterable[Offer] | None) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(name=name, price=_price(offer.pricing or Pricing()))
        for offer in offers or ()
        if (name := text(offer.provider)) is not None
    )


def _price(rates: Pricing) -> Price | None:
    return price(
        input=usd_per_million(rates.prompt),
        output=usd_per_million(rates.completion),
        cache_read=charged(usd_per_million(rates.cache_read)),
        cache_write=charged(usd_per_million(rates.cache_write)),
    )


def _offer(author: str | None, endpoints: Iterable[Endpoint]) -> Price | None:
    """One real offer: the one of who made the model, else the cheapest."""
    priced = [endpoint for endpoint in endpoints if endpoint.price]
    own = [endpoint for endpoint in priced if endpoint.name == author]
    return min((one.price for one in own or priced), key=offer_order, default=None)


def read(page: Page) -> Reading:
    if page.ask.route == "models":
        return openai.read(page)
    return read_list(page, record=Record, claims=claims, at=("data.models",), unread=_UNREAD)


DIALECT = Dialect(
    name="helicone",
    routes=(
        Route(name="models", path="models", sends_key=False),
        Route(name="registry", path="models", role=Role.ADDS, public=True),
    ),
    read=read,
)
