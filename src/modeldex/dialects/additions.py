"""What OpenAI-compatible servers add to OpenAI's list under names that mean the same everywhere.

Names that mean different things in different places (`max_tokens`, `max_input_tokens`) are not
read here. A feature that is not named is unknown and not missing: many lists name a few only.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import Raw

from ..domain.capability import Access, Capability, Kind
from ..domain.claims import Claims
from ..domain.price import Price, PriceUnit
from .fields import (
    charged,
    count,
    cutoff,
    deprecation,
    modalities,
    price,
    reasoning,
    retirement,
    text,
    usd,
)
from .nested import Able, Limits, first

UNREAD = (
    *("object", "owned_by", "permission", "root", "parent", "description", "max_tokens"),
    *("supported_sampling_parameters", "supported_parameters", "datacenters", "is_ready"),
    *("family", "status", "supported_endpoints", "openrouter", "confidential_compute"),
    *("model_class", "is_gated", "number_of_inference_nodes"),
)

_KINDS: Mapping[str, Kind] = {
    "chat": Kind.CHAT,
    "chat_completion": Kind.CHAT,
    "language": Kind.CHAT,
    "llm": Kind.CHAT,
    "completion": Kind.COMPLETION,
    "embedding": Kind.EMBEDDING,
    "embeddings": Kind.EMBEDDING,
    "rerank": Kind.RERANK,
    "reranker": Kind.RERANK,
    "reranking": Kind.RERANK,
    "image": Kind.IMAGE,
    "image_generation": Kind.IMAGE,
    "video": Kind.VIDEO,
    "video_generation": Kind.VIDEO,
    "audio_transcription": Kind.TRANSCRIPTION,
    "transcription": Kind.TRANSCRIPTION,
    "speech": Kind.SPEECH,
    "audio_speech": Kind.SPEECH,
    "text_to_speech": Kind.SPEECH,
    "tts": Kind.SPEECH,
    "moderation": Kind.MODERATION,
    "moderations": Kind.MODERATION,
    "realtime": Kind.REALTIME,
}
_TOOLS = frozenset(
    {"tools", "tool-use", "tool-calling", "tool-calls", "tool", "function-calling", "functions"}
)
_SCHEMAS = frozenset({"structured-outputs", "structured-output", "json-schema"})
_JSON = frozenset({"json-mode", "json-object"})
_THINKING = frozenset({"reasoning", "thinking"})
_NOT_ON_PLAN = "the plan of this account does not include it"
_INPUT = ("prompt", "input")
_OUTPUT = ("completion", "output")
_CACHE_READ = ("input_cache_read", "input_cache_reads", "cache_read", "cached_input")
_CACHE_WRITE = ("input_cache_write", "input_cache_writes", "cache_write")


class Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class Additions(msgspec.Struct, kw_only=True):
    """The fields, all of them optional. A record of a dialect may inherit from it."""

    name: str | None = None
    display_name: str | None = None
    type: str | None = None
    mode: str | None = None
    context_length: float | str | None = None
    context_window: float | str | None = None
    context_size: float | str | None = None
    max_context_length: float | str | None = None
    max_model_len: float | str | None = None
    max_output_length: float | str | None = None
    max_output_tokens: float | str | None = None
    max_completion_tokens: float | str | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    architecture: Architecture | None = None
    limits: Limits | None = None
    capabilities: Able | list[str] | None = None
    supported_features: list[str] | None = None
    features: list[str] | None = None
    structured_outputs: bool | None = None
    supports_chat: bool | None = None
    supports_tools: bool | None = None
    supports_image_input: bool | None = None
    quantization: str | None = None
    hugging_face_id: str | None = None
    knowledge_cutoff: str | None = None
    deprecated: bool | None = None
    deprecation_date: str | None = None
    available_on_current_plan: bool | None = None
    pricing: dict[str, Raw] | None = None


def added(native_id: str, said: Additions, unit: PriceUnit | None) -> Claims:
    """The claims of one record; its price only when the unit is known."""
    shape, limits = said.architecture or Architecture(), said.limits or Limits()
    flags, words = _capabilities(said.capabilities)
    able = abilities([*(said.supported_features or ()), *(said.features or ()), *words])
    access, note = _access(said.available_on_current_plan)
    return Claims(
        native_id=native_id,
        name=text(said.name) or text(said.display_name),
        kind=kind(said.mode) or kind(said.type) or _chats(said.supports_chat),
        context_window=count(
            said.context_length
            or said.context_window
            or said.context_size
            or said.max_context_length
            or said.max_model_len
            or limits.context
        ),
        max_output=count(
            said.max_output_length
            or said.max_completion_tokens
            or said.max_output_tokens
            or limits.output
        ),
        input_modalities=modalities(said.input_modalities or shape.input_modalities),
        output_modalities=modalities(said.output_modalities or shape.output_modalities),
        tools=first(said.supports_tools, flags.calls_tools, named(able, _TOOLS)),
        structured_output=first(
            said.structured_outputs, flags.structured_outputs, named(able, _SCHEMAS)
        ),
        json_mode=first(flags.json_mode, named(able, _JSON)),
        reasoning=reasoning(first(flags.reasoning, named(able, _THINKING))),
        vision=first(said.supports_image_input, flags.vision, named(able, {"vision"})),
        streaming=flags.streaming,
        knowledge_cutoff=cutoff(said.knowledge_cutoff),
        quantization=text(said.quantization),
        hugging_face_id=text(said.hugging_face_id),
        lifecycle=deprecation(said.deprecated),
        retires_on=retirement(said.deprecation_date),
        access=access,
        access_note=note,
        price=token_price(said.pricing, unit),
    )


def _capabilities(said: Able | list[str] | None) -> tuple[Able, list[str]]:
    """Flags by name, or a list of what is there."""
    return (Able(), said) if isinstance(said, list) else (said or Able(), [])


def _chats(said: Capability) -> Kind | None:
    """What does not chat has another job, which this flag does not name."""
    if said is None:
        return None
    return Kind.CHAT if said else Kind.OTHER


def _access(on_plan: Capability) -> tuple[Access | None, str | None]:
    if on_plan is None:
        return None, None
    return (Access.CALLABLE, None) if on_plan else (Access.NOT_CALLABLE, _NOT_ON_PLAN)


def kind(word: str | None) -> Kind | None:
    """A kind by the word that most lists have for it; `None` for any other word."""
    return _KINDS.get((word or "").strip().lower().replace("-", "_"))


def abilities(words: Iterable[str]) -> frozenset[str]:
    """The words in one spelling: small letters, hyphens."""
    return frozenset(word.strip().lower().replace("_", "-").replace(" ", "-") for word in words)


def named(able: frozenset[str], wanted: Iterable[str]) -> Capability:
    """Yes when an ability is named; unknown when it is not."""
    return True if not able.isdisjoint(wanted) else None


def token_price(said: Mapping[str, Raw] | None, unit: PriceUnit | None) -> Price | None:
    """The price of input, output and cache tokens; `None` without a unit or without a number."""
    if not said or unit is None:
        return None

    def rate(*names: str) -> Decimal | None:
        found = (decimal(said.get(name)) for name in names)
        return next((usd(value, unit) for value in found if value is not None), None)

    return price(
        input=rate(*_INPUT),
        output=rate(*_OUTPUT),
        cache_read=charged(rate(*_CACHE_READ)),
        cache_write=charged(rate(*_CACHE_WRITE)),
    )


def decimal(value: Raw | None) -> Decimal | None:
    """A JSON number, or a string that holds one, exactly as written; a `$` before it is let go."""
    if value is None:
        return None
    try:
        said: Any = bytes(value).decode()
        if said.startswith('"'):
            said = msgspec.json.decode(value, type=str).strip().removeprefix("$")
        number = Decimal(said)
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() else None
