"""LM Studio's lists: its own of two generations, else the bare OpenAI one.

What a loaded model was started with is its context; the others show what they were trained for.
Source: https://lmstudio.ai/docs/developer/rest/list, https://lmstudio.ai/docs/developer/rest/endpoints
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from . import openai
from .fields import count, has, reasoning, text
from .reading import read_list

_KINDS = {
    "llm": Kind.CHAT,
    "vlm": Kind.CHAT,
    "embedding": Kind.EMBEDDING,
    "embeddings": Kind.EMBEDDING,
}
UNREAD = (
    *("publisher", "architecture", "size_bytes", "params_string", "format", "description"),
    *("variants", "selected_variant"),
)
UNREAD_OF_V0 = ("object", "arch", "compatibility_type", "publisher")


class Started(msgspec.Struct):
    context_length: int | None = None


class Instance(msgspec.Struct):
    config: Started | None = None


class Thinking(msgspec.Struct):
    allowed_options: list[str] = []


class Able(msgspec.Struct):
    vision: bool | None = None
    trained_for_tool_use: bool | None = None
    reasoning: Thinking | None = None


class Quantization(msgspec.Struct):
    name: str | None = None


class Record(msgspec.Struct):
    key: str
    type: str | None = None
    display_name: str | None = None
    max_context_length: int | None = None
    loaded_instances: list[Instance] = []
    capabilities: Able | None = None
    quantization: Quantization | None = None


class RecordV0(msgspec.Struct):
    id: str
    type: str | None = None
    state: str | None = None
    max_context_length: int | None = None
    loaded_context_length: int | None = None
    quantization: str | None = None
    capabilities: list[str] | None = None


def claims(record: Record) -> Claims:
    able = record.capabilities or Able()
    started = [one.config.context_length for one in record.loaded_instances if one.config]
    return Claims(
        native_id=record.key,
        name=text(record.display_name),
        kind=_KINDS.get(record.type or ""),
        context_window=count(next(filter(None, started), record.max_context_length)),
        tools=able.trained_for_tool_use,
        vision=able.vision,
        reasoning=reasoning(True if able.reasoning else None),
        quantization=text(record.quantization.name) if record.quantization else None,
    )


def claims_v0(record: RecordV0) -> Claims:
    return Claims(
        native_id=record.id,
        kind=_KINDS.get(record.type or ""),
        context_window=count(record.loaded_context_length or record.max_context_length),
        tools=has(record.capabilities, "tool_use"),
        vision=True if record.type == "vlm" else None,
        quantization=text(record.quantization),
    )


def read(page: Page) -> Reading:
    if page.ask.route == "models":
        return read_list(page, record=Record, claims=claims, at=("models",), unread=UNREAD)
    if page.ask.route == "v0":
        return read_list(page, record=RecordV0, claims=claims_v0, unread=UNREAD_OF_V0)
    return openai.read(page)


DIALECT = Dialect(
    name="lmstudio",
    routes=(
        Route(name="models", path="/api/v1/models"),
        Route(name="v0", path="/api/v0/models", role=Role.FALLBACK),
        Route(name="openai", path="/v1/models", role=Role.FALLBACK),
    ),
    read=read,
)
