"""Poe's list of bots, with limits, prices in USD and the parameters each bot takes.

Source: https://creator.poe.com/api-reference/listModels
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ..domain.capability import Kind, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price
from .fields import (
    charged,
    count,
    has,
    modalities,
    price,
    text,
    unix_milliseconds,
    usd_per_million,
    usd_per_token,
)
from .reading import read_list


class Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class Metadata(msgspec.Struct):
    display_name: str | None = None


class Pricing(msgspec.Struct):
    """USD per token, `request` per message. `image` is left unread: its unit is not documented."""

    prompt: Decimal | None = None
    completion: Decimal | None = None
    request: Decimal | None = None
    input_cache_read: Decimal | None = None
    input_cache_write: Decimal | None = None


class Limits(msgspec.Struct):
    context_length: int | None = None
    max_output_tokens: int | None = None


class Budget(msgspec.Struct):
    max_tokens: int | None = None


class Effort(msgspec.Struct):
    budget: Budget | None = None
    required: bool | None = None
    supports_reasoning_effort: bool | None = None


class Parameter(msgspec.Struct):
    name: str | None = None


class Record(msgspec.Struct):
    id: str
    created: int | None = None
    """Milliseconds since 1970."""
    architecture: Architecture | None = None
    context_length: int | None = None
    context_window: Limits | None = None
    metadata: Metadata | None = None
    parameters: list[Parameter] | None = None
    pricing: Pricing | None = None
    reasoning: Effort | None = None
    supported_features: list[str] | None = None


_UNREAD = ("description", "object", "owned_by", "parent", "permission", "root")


def claims(record: Record) -> Claims:
    shape = record.architecture or Architecture()
    limits = record.context_window or Limits()
    outputs = modalities(shape.output_modalities)
    return Claims(
        native_id=record.id,
        name=text(record.metadata.display_name) if record.metadata else None,
        kind=_kind(outputs),
        context_window=count(limits.context_length) or count(record.context_length),
        max_output=count(limits.max_output_tokens),
        input_modalities=modalities(shape.input_modalities),
        output_modalities=outputs,
        tools=has(record.supported_features, "tools"),
        prompt_caching=_caches(record.pricing),
        reasoning=_reasoning(record),
        created=unix_milliseconds(record.created),
        price=_price(record.pricing),
    )


_KINDS: Mapping[Modality, Kind] = {
    Modality.TEXT: Kind.CHAT,
    Modality.IMAGE: Kind.IMAGE,
    Modality.VIDEO: Kind.VIDEO,
    Modality.AUDIO: Kind.AUDIO,
}


def _kind(outputs: tuple[Modality, ...] | None) -> Kind | None:
    if not outputs:
        return None
    if Modality.TEXT in outputs:
        return Kind.CHAT
    return _KINDS.get(outputs[0]) if len(outputs) == 1 else None


def _caches(pricing: Pricing | None) -> bool | None:
    return True if pricing is not None and charged(pricing.input_cache_read) else None


_CHOICES = frozenset({"enable_thinking", "reasoning_effort", "thinking_budget", "thinking_level"})


def _reasoning(record: Record) -> Reasoning | None:
    effort = record.reasoning
    if effort is None:
        named = {parameter.name for parameter in record.parameters or ()}
        return Reasoning.CONFIGURABLE if named & _CHOICES else None
    budget = effort.budget.max_tokens if effort.budget else None
    free = not effort.required or effort.supports_reasoning_effort or budget
    return Reasoning.CONFIGURABLE if free else Reasoning.FIXED


def _price(pricing: Pricing | None) -> Price | None:
    rates = pricing or Pricing()
    return price(
        input=usd_per_token(rates.prompt),
        output=usd_per_token(rates.completion),
        cache_read=charged(usd_per_token(rates.input_cache_read)),
        cache_write=charged(usd_per_token(rates.input_cache_write)),
        request=usd_per_million(rates.request),
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(
    name="poe", routes=(Route(name="models", path="models", sends_key=False),), read=read
)
