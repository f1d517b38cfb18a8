"""Moonshot's list: OpenAI's shape with a context length and what goes in.

Source: https://platform.kimi.ai/docs/api/list-models
"""

import msgspec

from ..domain.capability import Modality
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, reasoning, text_and, unix_seconds
from .reading import read_list


class Record(msgspec.Struct):
    id: str
    created: int | None = None
    context_length: int | None = None
    supports_image_in: bool | None = None
    supports_video_in: bool | None = None
    supports_reasoning: bool | None = None


_UNREAD = ("object", "owned_by", "parent", "permission", "root")


def claims(record: Record) -> Claims:
    return Claims(
        native_id=record.id,
        context_window=count(record.context_length),
        input_modalities=_inputs(record),
        vision=record.supports_image_in,
        reasoning=reasoning(record.supports_reasoning),
        created=unix_seconds(record.created),
    )


def _inputs(record: Record) -> tuple[Modality, ...] | None:
    """What goes in, when it is stated of pictures and of film; one alone would be half a list."""
    if record.supports_image_in is None or record.supports_video_in is None:
        return None
    return text_and(image=record.supports_image_in, video=record.supports_video_in)


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(name="moonshot", routes=(Route(name="models", path="models"),), read=read)
