"""Venice's list: all it says stands in `model_spec`; prices are USD per million tokens beside its own credit.

The `extended` price is of the whole request once the prompt is longer than its threshold.
Source: https://docs.venice.ai/api-reference/endpoint/models/list
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ..domain.capability import Access, Kind, Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import ConditionalRates, Price, PriceCondition
from .fields import (
    charged,
    count,
    price,
    reasoning,
    retirement,
    text,
    text_and,
    unix_seconds,
    usd_per_million,
)
from .reading import read_list

_KINDS: Mapping[str, Kind] = {
    "text": Kind.CHAT,
    "code": Kind.CHAT,
    "image": Kind.IMAGE,
    "inpaint": Kind.IMAGE,
    "upscale": Kind.IMAGE,
    "embedding": Kind.EMBEDDING,
    "tts": Kind.SPEECH,
    "asr": Kind.TRANSCRIPTION,
    "video": Kind.VIDEO,
    "music": Kind.AUDIO,
}
_HUGGING_FACE = "https://huggingface.co/"


class Usd(msgspec.Struct):
    usd: Decimal | None = None


class Rates(msgspec.Struct):
    input: Usd | None = None
    output: Usd | None = None
    cache_input: Usd | None = None
    cache_write: Usd | None = None
    generation: Usd | None = None


class Extended(Rates):
    context_token_threshold: int | None = None


class Pricing(Rates):
    extended: Extended | None = None


class Able(msgspec.Struct, rename="camel"):
    supports_function_calling: bool | None = None
    supports_response_schema: bool | None = None
    supports_reasoning: bool | None = None
    supports_vision: bool | None = None
    supports_audio_input: bool | None = None
    supports_video_input: bool | None = None
    quantization: str | None = None


class Ends(msgspec.Struct, rename="camel"):
    date: str | None = None
    removes_at: str | None = None
    replacement_model_id: str | None = None


class Spec(msgspec.Struct, rename="camel"):
    name: str | None = None
    available_context_tokens: float | None = None
    max_completion_tokens: float | None = None
    capabilities: Able | None = None
    pricing: Pricing | None = None
    deprecation: Ends | None = None
    model_source: str | None = None
    offline: bool | None = None


class Record(msgspec.Struct):
    id: str
    type: str | None = None
    created: float | None = None
    model_spec: Spec | None = None


def claims(record: Record) -> Claims:
    spec = record.model_spec or Spec()
    able, ends = spec.capabilities, spec.deprecation or Ends()
    source = spec.model_source or ""
    known = able or Able()
    level = known.quantization
    return Claims(
        native_id=record.id,
        name=text(spec.name),
        kind=_KINDS.get(record.type or ""),
        context_window=count(spec.available_context_tokens),
        max_output=count(spec.max_completion_tokens),
        input_modalities=_taken(able) if able else None,
        tools=known.supports_function_calling,
        structured_output=known.supports_response_schema,
        vision=known.supports_vision,
        reasoning=reasoning(known.supports_reasoning),
        quantization=None if level == "not-available" else text(level),
        created=unix_seconds(record.created),
        price=_price(spec.pricing or Pricing()),
        retires_on=retirement(ends.removes_at or ends.date),
        successor=text(ends.replacement_model_id),
        access=Access.NOT_CALLABLE if spec.offline else None,
        access_note="its provider says that it is offline now" if spec.offline else None,
        hugging_face_id=source.removeprefix(_HUGGING_FACE)
        if source.startswith(_HUGGING_FACE)
        else None,
    )


def _taken(able: Able) -> tuple[Modality, ...]:
    return text_and(
        image=able.supports_vision,
        audio=able.supports_audio_input,
        video=able.supports_video_input,
    )


def _price(said: Pricing) -> Price | None:
    more = said.extended
    longer: tuple[ConditionalRates, ...] = ()
    if more is not None and more.context_token_threshold:
        when = PriceCondition(above_input_tokens=more.context_token_threshold)
        longer = (ConditionalRates(when=when, input=_usd(more.input), output=_usd(more.output)),)
    return price(
        tiers=longer,
        input=_usd(said.input),
        output=_usd(said.output),
        cache_read=charged(_usd(said.cache_input)),
        cache_write=charged(_usd(said.cache_write)),
        image=_usd(said.generation),
    )


def _usd(said: Usd | None) -> Decimal | None:
    return usd_per_million(said.usd) if said else None


def read(page: Page) -> Reading:
    return read_list(
        page, record=Record, claims=claims, unread=("object", "owned_by", "context_length")
    )


DIALECT = Dialect(
    name="venice",
    routes=(Route(name="models", path="models", params={"type": "all"}),),
    read=read,
)
