"""One recorded list: its records one by one, what stands around them, and new pages made of both."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Raw

from .paging import ABSENT

Level = dict[str, Any]


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A list taken apart; each record keeps its bytes."""

    body: bytes
    at: str
    """Where the list stands, such as `data` or `output.models`; empty for a bare array."""
    id_key: str
    records: tuple[Raw, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._id(record) for record in self.records)

    def render(self, records: Iterable[Raw] | None, marks: Level | None = None) -> bytes:
        """A page of `records` (`None` writes a null there), with `marks` beside the list."""
        listed = None if records is None else list(records)
        if not self.at:
            return msgspec.json.encode(listed)
        outer: Level = msgspec.json.decode(self.body, type=dict[str, Raw])
        *way, last = self.at.split(".")
        level = outer
        for step in way:
            level[step] = msgspec.json.decode(level[step], type=dict[str, Raw])
            level = level[step]
        level.update({last: listed, **(marks or {})})
        for name in [name for name, value in level.items() if value is ABSENT]:
            del level[name]
        return msgspec.json.encode(outer)

    def renamed(self, name: str) -> Raw:
        """The first record under another id."""
        record = msgspec.json.decode(self.records[0])
        prefix = "models/" if self._id(self.records[0]).startswith("models/") else ""
        return Raw(msgspec.json.encode({**record, self.id_key: f"{prefix}{name}"}))

    def with_records(self, records: Iterable[Raw]) -> "Feed":
        return msgspec.structs.replace(self, records=tuple(records))

    def _id(self, record: Raw) -> str:
        """A record's id; empty for a record that is no JSON."""
        try:
            return str(msgspec.json.decode(record, type=Level)[self.id_key])
        except msgspec.DecodeError:
            return ""


def feed(body: bytes, *, at: str, id_key: str) -> Feed:
    """A recorded body as a feed."""
    level: Any = msgspec.json.decode(body, type=list[Raw] if not at else dict[str, Raw])
    *way, last = at.split(".")
    for step in way:
        level = msgspec.json.decode(level[step], type=dict[str, Raw])
    records = level if not at else msgspec.json.decode(level[last], type=list[Raw])
    return Feed(body=body, at=at, id_key=id_key, records=tuple(records))
