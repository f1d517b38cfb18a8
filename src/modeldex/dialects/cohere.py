"""Cohere's list: which endpoints each model serves, its context and its features.

`features` is null for many models: that is unknown, not none.
A reasoning model takes `thinking`, which switches it off or sets a budget.
Source: https://docs.cohere.com/reference/list-models
"""

import msgspec

from ..domain.capability import Capability, Kind, Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, deprecation, has, reasoning, text_and
from .reading import envelope, following, read_list

UNREAD = ("default_endpoints", "finetuned", "tokenizer_url", "sampling_defaults")
_KINDS = (
    (("chat",), Kind.CHAT),
    (("embed", "embed_image"), Kind.EMBEDDING),
    (("rerank",), Kind.RERANK),
    (("transcriptions",), Kind.TRANSCRIPTION),
    (("generate", "summarize"), Kind.COMPLETION),
    (("classify", "rate"), Kind.OTHER),
)


class Record(msgspec.Struct):
    name: str
    endpoints: list[str] | None = None
    features: list[str] | None = None
    context_length: float | None = None
    is_deprecated: bool | None = None
    supports_vision: bool | None = None


class Paging(msgspec.Struct):
    next_page_token: str | None = None


def claims(record: Record) -> Claims:
    features = record.features
    kind = next((kind for names, kind in _KINDS if has(record.endpoints, *names)), None)
    vision = _vision(record)
    return Claims(
        native_id=record.name,
        kind=kind,
        context_window=count(record.context_length),
        input_modalities=_input(kind, vision),
        vision=vision,
        tools=has(features, "tools", "strict_tools", "tool_choice"),
        structured_output=has(features, "json_schema"),
        json_mode=has(features, "json_mode"),
        reasoning=reasoning(has(features, "reasoning")),
        lifecycle=deprecation(record.is_deprecated),
    )


def _vision(record: Record) -> Capability:
    """`supports_vision` was sent until 2025, and is false for image embedders too."""
    seen = has(record.features, "vision")
    return True if record.supports_vision or has(record.endpoints, "embed_image") else seen


def _input(kind: Kind | None, vision: Capability) -> tuple[Modality, ...] | None:
    return text_and(image=vision) if kind is Kind.CHAT and vision is not None else None


def read(page: Page) -> Reading:
    around = envelope(page.body, Paging)
    follow, cut_short = following(page, "page_token", around.next_page_token)
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("models",),
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD,
    )


DIALECT = Dialect(
    name="cohere",
    routes=(Route(name="models", path="/v1/models", params={"page_size": "1000"}),),
    read=read,
)
