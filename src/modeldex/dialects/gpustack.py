"""GPUStack's list with `meta`, asked once more per category, as its records do not say what they are.

Source: https://docs.gpustack.ai, gpustack/routes/openai.py
"""

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from .fields import count, reasoning, unix_seconds
from .reading import read_list

CATEGORIES = {
    "llm": Kind.CHAT,
    "embedding": Kind.EMBEDDING,
    "image": Kind.IMAGE,
    "reranker": Kind.RERANK,
    "speech_to_text": Kind.TRANSCRIPTION,
    "text_to_speech": Kind.SPEECH,
}
_META = {"with_meta": "true"}


class Meta(msgspec.Struct):
    n_ctx: int | None = None
    max_model_len: int | None = None
    support_tool_calls: bool | None = None
    support_vision: bool | None = None
    support_reasoning: bool | None = None


class Record(msgspec.Struct):
    id: str
    created: float | None = None
    meta: Meta | None = None


def claims(record: Record) -> Claims:
    meta = record.meta or Meta()
    return Claims(
        native_id=record.id,
        context_window=count(meta.n_ctx or meta.max_model_len),
        tools=meta.support_tool_calls,
        vision=meta.support_vision,
        reasoning=reasoning(meta.support_reasoning),
        created=unix_seconds(record.created),
    )


def read(page: Page) -> Reading:
    kind = CATEGORIES.get(page.ask.params.get("categories", ""))
    return read_list(
        page,
        record=Record,
        claims=lambda record: msgspec.structs.replace(claims(record), kind=kind),
        unread=("object", "owned_by"),
    )


DIALECT = Dialect(
    name="gpustack",
    routes=(
        Route(name="models", path="models", params=_META),
        *(
            Route(name=name, path="models", params={**_META, "categories": name}, role=Role.ADDS)
            for name in CATEGORIES
        ),
    ),
    read=read,
)
