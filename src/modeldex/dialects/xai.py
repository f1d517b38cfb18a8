"""xAI's two lists: every kind of model with context and prices, and language models with modalities.

Token prices are whole US cents per 100 million tokens, prices of pictures and searches per 100
million of them. A zero is a field that was not set, never a price.
Source: https://docs.x.ai/developers/rest-api-reference/inference/models,
https://docs.x.ai/developers/pricing
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from ..domain.price import ConditionalRates, Price, PriceCondition
from .fields import (
    cents_per_hundred_million,
    cents_per_hundred_million_each,
    charged,
    count,
    has,
    modalities,
    price,
    text,
    unix_seconds,
)
from .reading import read_list

UNREAD = ("object", "owned_by", "fingerprint", "version")


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    created: float | None = None
    aliases: list[str] | None = None
    context_length: float | None = None
    max_prompt_length: float | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    prompt_text_token_price: Decimal | None = None
    completion_text_token_price: Decimal | None = None
    cached_prompt_text_token_price: Decimal | None = None
    prompt_image_token_price: Decimal | None = None
    prompt_text_token_price_long_context: Decimal | None = None
    completion_text_token_price_long_context: Decimal | None = None
    cached_prompt_text_token_price_long_context: Decimal | None = None
    long_context_threshold: float | None = None
    image_price: Decimal | None = None
    search_price: Decimal | None = None


def claims(record: Record) -> Claims:
    taken = modalities(record.input_modalities)
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=Kind.IMAGE if record.image_price and not record.completion_text_token_price else None,
        context_window=count(record.context_length) or count(record.max_prompt_length),
        input_modalities=taken,
        output_modalities=modalities(record.output_modalities),
        vision=has(taken, Modality.IMAGE),
        created=unix_seconds(record.created),
        price=_price(record),
        aliases=tuple(record.aliases) if record.aliases else None,
    )


def _price(record: Record) -> Price | None:
    return price(
        input=_tokens(record.prompt_text_token_price),
        output=_tokens(record.completion_text_token_price),
        cache_read=_tokens(record.cached_prompt_text_token_price),
        input_image=_tokens(record.prompt_image_token_price),
        image=_each(record.image_price),
        search=_each(record.search_price),
        tiers=_long_context(record),
    )


def _long_context(record: Record) -> tuple[ConditionalRates, ...]:
    """Dearer rates; xAI counts a prompt of exactly the threshold in, a difference of one token."""
    above = count(record.long_context_threshold)
    rates = {
        "input": _tokens(record.prompt_text_token_price_long_context),
        "output": _tokens(record.completion_text_token_price_long_context),
        "cache_read": _tokens(record.cached_prompt_text_token_price_long_context),
    }
    if above is None or not any(rates.values()):
        return ()
    return (ConditionalRates(when=PriceCondition(above_input_tokens=above), **rates),)


def _tokens(cents: Decimal | None) -> Decimal | None:
    return charged(cents_per_hundred_million(cents))


def _each(cents: Decimal | None) -> Decimal | None:
    return charged(cents_per_hundred_million_each(cents))


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, at=("data", "models"), unread=UNREAD)


DIALECT = Dialect(
    name="xai",
    routes=(
        Route(name="models", path="/v1/models"),
        Route(name="language-models", path="/v1/language-models", role=Role.ADDS),
    ),
    read=read,
)
