"""Open WebUI's list: the models of all that it is connected to, as this user may see them.

Source: https://docs.openwebui.com/reference/api-endpoints
"""

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import text, unix_seconds
from .reading import read_list

UNREAD = (
    *("object", "owned_by", "info", "ollama", "openai", "connection_type", "tags", "actions"),
    *("filters", "urlIdx", "preset", "direct"),
)


class Pipeline(msgspec.Struct):
    type: str | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    created: float | None = None
    arena: bool | None = None
    pipeline: Pipeline | None = None


def claims(record: Record) -> Claims | None:
    """A filter and an arena are no models."""
    if record.arena or (record.pipeline and record.pipeline.type == "filter"):
        return None
    return Claims(native_id=record.id, name=text(record.name), created=unix_seconds(record.created))


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="open_webui", routes=(Route(name="models", path="models"),), read=read)
