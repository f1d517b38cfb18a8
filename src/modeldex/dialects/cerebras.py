"""Cerebras' two lists: the bare one of a key, and the public one with limits, prices and flags.

The public list says what exists and needs no key; only the bare one says what a key may call.
Prices are USD per token. `created` is 0 in the bare list, which is unknown.
A reasoning model takes `reasoning_effort` or `disable_reasoning`.
Source: https://inference-docs.cerebras.ai/api-reference/models/list-models
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route, When
from .fields import (
    count,
    deprecation,
    modalities,
    price,
    reasoning,
    text,
    unix_seconds,
    usd_per_token,
)
from .reading import read_list

UNREAD = (
    "object",
    "owned_by",
    "description",
    "preview",
    "supported_parameters",
    "datacenter_locations",
)


class Pricing(msgspec.Struct):
    prompt: Decimal | None = None
    completion: Decimal | None = None


class Limits(msgspec.Struct):
    max_context_length: float | None = None
    max_completion_tokens: float | None = None


class Capabilities(msgspec.Struct):
    tools: bool | None = None
    structured_outputs: bool | None = None
    json_mode: bool | None = None
    reasoning: bool | None = None
    vision: bool | None = None
    streaming: bool | None = None


class Architecture(msgspec.Struct):
    modality: str | None = None


class Record(msgspec.Struct):
    id: str
    created: float | None = None
    name: str | None = None
    hugging_face_id: str | None = None
    pricing: Pricing | None = None
    limits: Limits | None = None
    capabilities: Capabilities | None = None
    architecture: Architecture | None = None
    deprecated: bool | None = None
    quantization: str | None = None


def claims(record: Record) -> Claims:
    able = record.capabilities or Capabilities()
    limits = record.limits or Limits()
    said = record.pricing or Pricing()
    return Claims(
        native_id=record.id,
        name=text(record.name),
        context_window=count(limits.max_context_length),
        max_output=count(limits.max_completion_tokens),
        input_modalities=_input(record.architecture),
        tools=able.tools,
        structured_output=able.structured_outputs,
        json_mode=able.json_mode,
        vision=able.vision,
        streaming=able.streaming,
        reasoning=reasoning(able.reasoning),
        created=unix_seconds(record.created),
        price=price(input=usd_per_token(said.prompt), output=usd_per_token(said.completion)),
        lifecycle=deprecation(record.deprecated),
        quantization=text(record.quantization),
        hugging_face_id=text(record.hugging_face_id),
    )


def _input(architecture: Architecture | None) -> tuple[Modality, ...] | None:
    """`text` or `text+vision`; `multimodal` names no medium."""
    words = architecture.modality if architecture else None
    return modalities(words.split("+")) if words else None


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


_PUBLIC = "/public/v1/models"

DIALECT = Dialect(
    name="cerebras",
    routes=(
        Route(name="models", path="/v1/models", when=When.WITH_KEY),
        Route(name="public", path=_PUBLIC, when=When.WITHOUT_KEY, sends_key=False),
        Route(
            name="public-facts",
            path=_PUBLIC,
            role=Role.ADDS,
            when=When.WITH_KEY,
            sends_key=False,
        ),
    ),
    read=read,
)
