"""Amazon Bedrock's OpenAI-compatible list: ids, dates, and whether a model is available.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html
"""

import msgspec

from ..domain.capability import Access
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import text, unix_seconds
from .reading import read_list

UNREAD = ("object", "owned_by", "data_retention")


class Record(msgspec.Struct):
    id: str
    created: float | None = None
    status: str | None = None


def claims(record: Record) -> Claims:
    access, note = None, None
    if record.status == "available":
        access = Access.CALLABLE
    elif record.status:
        access, note = Access.NOT_CALLABLE, f"its status is {text(record.status, 40)}"
    return Claims(
        native_id=record.id,
        created=unix_seconds(record.created),
        access=access,
        access_note=note,
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="bedrock_mantle", routes=(Route(name="models", path="models"),), read=read)
