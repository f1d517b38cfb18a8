"""Volcengine's Ark list: foundation models with token limits, features and a status.

It lists models whether or not the account has activated them. A reasoning limit marks a model
that reasons. Nobody has documented what its states mean, so none of them closes a model.
Source: https://www.volcengine.com/docs/82379
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, modalities, reasoning, text, unix_seconds
from .reading import read_list

_KINDS = {
    "LLM": Kind.CHAT,
    "VLM": Kind.CHAT,
    "Embedding": Kind.EMBEDDING,
    "ImageGeneration": Kind.IMAGE,
    "VideoGeneration": Kind.VIDEO,
}
_ENDING = {"Retiring": Lifecycle.DEPRECATED, "Shutdown": Lifecycle.DEPRECATED}
_SHUT_DOWN = "its list says Shutdown, and what that means for a call is not documented"


class Media(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class Tools(msgspec.Struct):
    function_calling: bool | None = None


class Schemas(msgspec.Struct):
    json_object: bool | None = None
    json_schema: bool | None = None


class Features(msgspec.Struct):
    tools: Tools | None = None
    structured_outputs: Schemas | None = None


class Limits(msgspec.Struct):
    context_window: float | None = None
    max_output_token_length: float | None = None
    max_reasoning_token_length: float | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    created: float | None = None
    domain: str | None = None
    status: str | None = None
    modalities: Media | None = None
    features: Features | None = None
    token_limits: Limits | None = None


def claims(record: Record) -> Claims:
    limits, media = record.token_limits or Limits(), record.modalities or Media()
    able = record.features or Features()
    schemas = able.structured_outputs or Schemas()
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=_KINDS.get(record.domain or ""),
        context_window=count(limits.context_window),
        max_output=count(limits.max_output_token_length),
        input_modalities=modalities(media.input_modalities),
        output_modalities=modalities(media.output_modalities),
        tools=able.tools.function_calling if able.tools else None,
        structured_output=schemas.json_schema,
        json_mode=schemas.json_object,
        reasoning=reasoning(True if count(limits.max_reasoning_token_length) else None),
        created=unix_seconds(record.created),
        lifecycle=_ENDING.get(record.status or ""),
        access_note=_SHUT_DOWN if record.status == "Shutdown" else None,
    )


def read(page: Page) -> Reading:
    unread = ("object", "owned_by", "version", "task_type")
    return read_list(page, record=Record, claims=claims, unread=unread)


DIALECT = Dialect(name="volcengine", routes=(Route(name="models", path="models"),), read=read)
