"""Mistral's list: capabilities, context and announced ends, once per alias of a model.

`created` is the second of the answer, the same in every record, and so says nothing of a model.
A reasoning model takes `reasoning_effort` or `prompt_mode`.
Source: https://docs.mistral.ai/api/endpoint/models
"""

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, day, reasoning, text, text_and
from .reading import read_list

UNREAD = (
    "object",
    "created",
    "owned_by",
    "description",
    "default_model_temperature",
    "type",
    "job",
    "root",
    "internal",
    "billing_model_name",
    "audio_transcription_capabilities",
    "audio_speech_capabilities",
)
_KINDS = (
    ("completion_chat", Kind.CHAT),
    ("audio_speech", Kind.SPEECH),
    ("audio_transcription", Kind.TRANSCRIPTION),
    ("audio_transcription_realtime", Kind.TRANSCRIPTION),
    ("moderation", Kind.MODERATION),
    ("ocr", Kind.OTHER),
    ("completion_fim", Kind.COMPLETION),
)


class Capabilities(msgspec.Struct):
    completion_chat: bool | None = None
    completion_fim: bool | None = None
    function_calling: bool | None = None
    reasoning: bool | None = None
    vision: bool | None = None
    audio: bool | None = None
    audio_speech: bool | None = None
    audio_transcription: bool | None = None
    audio_transcription_realtime: bool | None = None
    moderation: bool | None = None
    ocr: bool | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    max_context_length: float | None = None
    aliases: list[str] | None = None
    deprecation: str | None = None
    deprecation_replacement_model: str | None = None
    archived: bool | None = None
    capabilities: Capabilities | None = None


def claims(record: Record) -> Claims:
    able = record.capabilities or Capabilities()
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=next((kind for name, kind in _KINDS if getattr(able, name)), None),
        context_window=count(record.max_context_length),
        input_modalities=_input(able),
        tools=able.function_calling,
        vision=able.vision,
        reasoning=reasoning(able.reasoning),
        aliases=tuple(record.aliases) if record.aliases else None,
        lifecycle=_lifecycle(record),
        retires_on=day(record.deprecation),
        successor=text(record.deprecation_replacement_model),
    )


def _input(able: Capabilities) -> tuple[Modality, ...] | None:
    return text_and(image=able.vision, audio=able.audio) if able.completion_chat else None


def _lifecycle(record: Record) -> Lifecycle | None:
    if record.archived:
        return Lifecycle.REMOVED
    return Lifecycle.DEPRECATED if record.deprecation else None


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="mistral", routes=(Route(name="models", path="/v1/models"),), read=read)
