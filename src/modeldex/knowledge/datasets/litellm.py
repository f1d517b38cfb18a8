"""LiteLLM's price and limits map: USD per token as JSON numbers, `mode`, `supports_*` flags.

`max_input_tokens` is a limit of the prompt; it is the only window that the map states, and is
taken as the context window. OpenAI's models from GPT-5 on take less in than they hold, and there
the answer is added: 272,000 and 128,000 are the 400,000 that OpenAI states. `max_tokens` is an old
mixture of limits and is not read.

Source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
"""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from ...dialects.fields import count, day, modalities, reasoning
from ...domain.capability import Capability, Kind, Modality, Reasoning
from ...domain.claims import Claims
from ..naming import Names, Naming, native_id
from ..patterns import reasons_always
from .litellm_price import price
from .records import Losses, whole

KINDS = {
    "chat": Kind.CHAT,
    "responses": Kind.CHAT,
    "completion": Kind.COMPLETION,
    "embedding": Kind.EMBEDDING,
    "rerank": Kind.RERANK,
    "image_generation": Kind.IMAGE,
    "image_edit": Kind.IMAGE,
    "video_generation": Kind.VIDEO,
    "audio_transcription": Kind.TRANSCRIPTION,
    "audio_speech": Kind.SPEECH,
    "realtime": Kind.REALTIME,
    "moderation": Kind.MODERATION,
    "guardrail": Kind.MODERATION,
    "search": Kind.OTHER,
    "ocr": Kind.OTHER,
    "evaluation": Kind.OTHER,
    "extraction": Kind.OTHER,
    "vector_store": Kind.OTHER,
    "decisions": Kind.OTHER,
}
_LESS_THE_ANSWER = frozenset({111_616, 272_000, 922_000})
"""Prompt limits that stand for contexts of 128,000, 400,000 and 1,050,000 tokens.
Source: https://platform.openai.com/docs/models"""
_EFFORTS = ("none", "minimal", "low", "xhigh", "max")
_MEDIA_FLAGS = (
    ("vision", Modality.IMAGE),
    ("pdf_input", Modality.PDF),
    ("audio_input", Modality.AUDIO),
    ("video_input", Modality.VIDEO),
)


class Entry(msgspec.Struct):
    litellm_provider: str | None = None
    mode: str | None = None
    max_input_tokens: int | float | str | None = None
    max_output_tokens: int | float | str | None = None
    deprecation_date: str | None = None
    supported_endpoints: tuple[str, ...] | None = None
    supported_modalities: tuple[str, ...] | None = None
    supported_output_modalities: tuple[str, ...] | None = None
    supports_function_calling: bool | None = None
    supports_response_schema: bool | None = None
    supports_vision: bool | None = None
    supports_pdf_input: bool | None = None
    supports_audio_input: bool | None = None
    supports_video_input: bool | None = None
    supports_prompt_caching: bool | None = None
    supports_native_streaming: bool | None = None
    supports_reasoning: bool | None = None
    supports_adaptive_thinking: bool | None = None
    supports_none_reasoning_effort: bool | None = None
    supports_minimal_reasoning_effort: bool | None = None
    supports_low_reasoning_effort: bool | None = None
    supports_xhigh_reasoning_effort: bool | None = None
    supports_max_reasoning_effort: bool | None = None
    reasoning_effort_levels: tuple[str, ...] | None = None


_Known = Mapping[str | None, tuple[str, Naming]]
"""Our provider id and naming, by `litellm_provider`."""


def read(
    body: bytes, names: Names, on: date, lost: Losses | None = None
) -> Iterator[tuple[str, Claims]]:
    """Claims per model; the map has no dated prices, so that `on` plays no part."""
    known: _Known = {
        word: (provider, naming) for provider, naming in names.items() for word in naming.litellm
    }
    for key, raw in msgspec.json.decode(body, type=dict[str, msgspec.Raw]).items():
        said = whole(lost, key, _read, known, key, raw)
        if said is not None:
            yield said


def _read(known: _Known, key: str, raw: msgspec.Raw) -> tuple[str, Claims] | None:
    entry = msgspec.json.decode(raw, type=Entry)
    if entry.litellm_provider not in known:
        return None
    provider, naming = known[entry.litellm_provider]
    native = _native(naming, key)
    return None if native is None else (provider, _claims(native, entry, raw))


def _native(naming: Naming, key: str) -> str | None:
    bare = key.removeprefix(naming.litellm_prefix)
    if bare == key and naming.litellm_prefix and not naming.litellm_bare:
        return None
    return native_id(naming, bare)


def _claims(native: str, entry: Entry, raw: msgspec.Raw) -> Claims:
    return Claims(
        native_id=native,
        kind=KINDS.get(entry.mode or ""),
        context_window=_context(entry),
        max_output=count(entry.max_output_tokens),
        input_modalities=_goes_in(entry),
        output_modalities=modalities(entry.supported_output_modalities),
        tools=entry.supports_function_calling,
        structured_output=entry.supports_response_schema,
        vision=entry.supports_vision,
        streaming=entry.supports_native_streaming,
        prompt_caching=entry.supports_prompt_caching,
        batch=_batch(entry),
        reasoning=_reasoning(native, entry),
        price=price(raw),
        retires_on=day(entry.deprecation_date),
    )


def _context(entry: Entry) -> int | None:
    prompt, answer = count(entry.max_input_tokens), count(entry.max_output_tokens)
    if prompt not in _LESS_THE_ANSWER or prompt is None:
        return prompt
    return None if answer is None else prompt + answer


def _goes_in(entry: Entry) -> tuple[Modality, ...] | None:
    """The stated media, and those that a flag adds; flags alone are no complete list."""
    stated = modalities(entry.supported_modalities)
    if stated is None:
        return None
    flagged = {medium for flag, medium in _MEDIA_FLAGS if getattr(entry, f"supports_{flag}")}
    return tuple(medium for medium in Modality if medium in flagged or medium in stated)


def _batch(entry: Entry) -> Capability:
    """Only its presence is telling: the list of endpoints is seldom complete."""
    return True if "/v1/batch" in (entry.supported_endpoints or ()) else None


def _reasoning(native: str, entry: Entry) -> Reasoning | None:
    """A yes is read as a provider's own would be, save of weights that always think.

    Where an effort can be named there is a choice, whatever the name.
    """
    efforts = any(getattr(entry, f"supports_{effort}_reasoning_effort") for effort in _EFFORTS)
    chosen = efforts or entry.supports_adaptive_thinking or entry.reasoning_effort_levels
    fixed = entry.supports_reasoning and not chosen and reasons_always(native)
    return Reasoning.FIXED if fixed else reasoning(entry.supports_reasoning)
