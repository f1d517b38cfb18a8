"""DeepSeek's list: OpenAI's shape without a time stamp, lately with limits, media and efforts.

Source: https://api-docs.deepseek.com/api/list-models
"""

import msgspec

from ..domain.capability import Kind, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, modalities, text
from .reading import read_list


class Effort(msgspec.Struct):
    supported_levels: list[str] | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    context_window: int | None = None
    max_output_tokens: int | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    effort: Effort | None = None


_UNREAD = ("api_capabilities", "object", "owned_by")


def claims(record: Record) -> Claims:
    outputs = modalities(record.output_modalities)
    levels = record.effort.supported_levels if record.effort else None
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=Kind.CHAT if outputs and Modality.TEXT in outputs else None,
        context_window=count(record.context_window),
        max_output=count(record.max_output_tokens),
        input_modalities=modalities(record.input_modalities),
        output_modalities=outputs,
        reasoning=Reasoning.CONFIGURABLE if levels else None,
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=_UNREAD)


DIALECT = Dialect(name="deepseek", routes=(Route(name="models", path="models"),), read=read)
