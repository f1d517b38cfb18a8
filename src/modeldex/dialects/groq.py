"""Groq's list: limits, and since 2026 modalities, features and prices.

Prices are USD per token; those of speech models are USD per character and stand under `prompt`.
A reasoning model takes `reasoning_effort`.
Source: https://console.groq.com/docs/api-reference#models, https://groq.com/pricing
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price
from .fields import (
    charged,
    count,
    has,
    modalities,
    price,
    reasoning,
    text,
    unix_seconds,
    usd_per_million,
    usd_per_token,
)
from .reading import read_list

UNREAD = ("object", "public_apps", "supported_sampling_parameters")
_KINDS = {"speech": Kind.SPEECH, "transcription": Kind.TRANSCRIPTION}


class Pricing(msgspec.Struct):
    prompt: Decimal | None = None
    completion: Decimal | None = None
    input_cache_read: Decimal | None = None
    image: Decimal | None = None
    request: Decimal | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    created: float | None = None
    owned_by: str | None = None
    active: bool | None = None
    context_window: float | None = None
    context_length: float | None = None
    max_completion_tokens: float | None = None
    max_output_length: float | None = None
    hugging_face_id: str | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    supported_features: list[str] | None = None
    pricing: Pricing | None = None


def claims(record: Record) -> Claims:
    features = record.supported_features
    taken = modalities(record.input_modalities)
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=_kind(record.output_modalities),
        context_window=count(record.context_window) or count(record.context_length),
        max_output=count(record.max_completion_tokens) or count(record.max_output_length),
        input_modalities=taken,
        output_modalities=modalities(record.output_modalities),
        vision=has(taken, Modality.IMAGE),
        tools=has(features, "tools"),
        structured_output=has(features, "structured_outputs"),
        json_mode=has(features, "json_mode"),
        reasoning=reasoning(has(features, "reasoning")),
        created=unix_seconds(record.created),
        price=_price(record),
        lifecycle=_lifecycle(record),
        hugging_face_id=text(record.hugging_face_id),
    )


def _kind(output: list[str] | None) -> Kind | None:
    """Text comes from guards and routers as well as from chat models, and says nothing."""
    return next((_KINDS[word] for word in output or () if word in _KINDS), None)


def _price(record: Record) -> Price | None:
    said = record.pricing
    if said is None:
        return None
    if "speech" in (record.output_modalities or ()):
        return price(character=charged(usd_per_million(said.prompt)))
    return price(
        input=usd_per_token(said.prompt),
        output=usd_per_token(said.completion),
        cache_read=charged(usd_per_token(said.input_cache_read)),
        image=charged(usd_per_million(said.image)),
        request=charged(usd_per_million(said.request)),
    )


def _lifecycle(record: Record) -> Lifecycle | None:
    if record.active is None:
        return None
    return Lifecycle.ACTIVE if record.active else Lifecycle.REMOVED


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="groq", routes=(Route(name="models", path="/openai/v1/models"),), read=read)
