"""Snowflake Cortex: the models that the current session may use.

Only the address is documented, not the answer: names are read as text or from the usual keys.
Source: https://docs.snowflake.com/en/developer-guide/snowflake-rest-api/cortex-inference/cortex-inference-introduction
"""

import msgspec
from msgspec import Raw

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.outcome import Unreadable
from .fields import text
from .reading import read_list

UNREAD = ("object", "owned_by", "created")


class Record(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    model: str | None = None
    display_name: str | None = None


def claims(record: Record) -> Claims:
    native_id = record.id or record.model or record.name
    if native_id is None:
        raise ValueError("it has no name")
    return Claims(native_id=native_id, name=text(record.display_name))


def read(page: Page) -> Reading:
    whole = msgspec.structs.replace(page, body=_as_records(page.body))
    return read_list(whole, record=Record, claims=claims, at=("data", "models"), unread=UNREAD)


def _as_records(body: bytes) -> bytes:
    """A list of bare names as a list of records; any other body as it is."""
    try:
        found = msgspec.json.decode(body, type=list[Raw] | dict[str, Raw])
        inner = found.get("models") or found.get("data") if isinstance(found, dict) else None
        names = msgspec.json.decode(inner if inner is not None else body, type=list[str])
    except (ValueError, RecursionError):
        return body
    if not names:
        raise Unreadable("it names no model")
    return msgspec.json.encode([{"name": name} for name in names])


DIALECT = Dialect(
    name="snowflake", routes=(Route(name="models", path="/api/v2/cortex/models"),), read=read
)
