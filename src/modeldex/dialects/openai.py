"""OpenAI's list, and the bare shape that most others copy: an id, a time stamp, an owner.

Source: https://platform.openai.com/docs/api-reference/models/list
"""

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import day, unix_seconds
from .reading import read_list


class Record(msgspec.Struct):
    id: str
    object: str | None = None
    created: int | None = None
    owned_by: str | None = None
    shutdown_date: str | None = None


def claims(record: Record) -> Claims:
    return Claims(
        native_id=record.id,
        created=unix_seconds(record.created),
        retires_on=day(record.shutdown_date),
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, at=("data", "models"))


DIALECT = Dialect(name="openai", routes=(Route(name="models", path="models"),), read=read)
