"""Names in a catalog file: which model each leads to, now and in former days; point lookups."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

from ..domain.alias import AliasSpan
from .layout import JOINED
from .past import All

_LIFE = "SELECT lifecycle, retires_on FROM model WHERE id = ?"
_TOMBSTONE = "SELECT 1 FROM tombstone WHERE id = ?"
_NATIVE = "SELECT id FROM model WHERE native_id = ? ORDER BY place"
_ALIASED = """
SELECT model.id FROM alias JOIN model ON model.place = alias.model
WHERE alias.alias = ? ORDER BY model.place
"""
_OF_BASE = "SELECT id FROM model WHERE base = ? ORDER BY place"
_CALLABLE = """
SELECT model.id FROM model JOIN opened ON opened.model = model.place
JOIN listing ON listing.id = opened.listing
WHERE listing.callable AND model.id = ?
"""
_SPAN = "SELECT alias, id, since, until FROM alias_span"
_LED = "SELECT id FROM alias_span WHERE alias = ? AND until IS NULL"
_JOINED = """
SELECT model.id, model.native_id FROM search JOIN model ON model.place = search.rowid
WHERE search MATCH ? ORDER BY model.place
"""


class Life(NamedTuple):
    """What a listed model's row says of its end."""

    lifecycle: str | None
    retires_on: str | None


class Names:
    """The names in one catalog. Raises `StorageError` when the file is damaged."""

    def __init__(self, rows: All, reading: Callable[[], AbstractContextManager[None]]) -> None:
        self._rows = rows
        self._reading = reading

    def life(self, id: str) -> Life | None:
        """What is known of a listed model's end; `None` when no listed model has the id."""
        return next((Life(*row) for row in self._rows(_LIFE, (id,))), None)

    def is_gone(self, id: str) -> bool:
        """Whether a model of that id was removed and a tombstone kept."""
        return any(self._rows(_TOMBSTONE, (id,)))

    def native(self, name: str) -> list[str]:
        """Ids of the models that their provider calls `name`."""
        return [found for (found,) in self._rows(_NATIVE, (name,))]

    def also_native(self, name: str) -> list[str]:
        """Ids of the models for which their provider accepts `name` too."""
        return [found for (found,) in self._rows(_ALIASED, (name,))]

    def of_base(self, base: str) -> list[str]:
        """Ids of the models of a base."""
        return [found for (found,) in self._rows(_OF_BASE, (base,))]

    def is_opened(self, id: str) -> bool:
        """Whether a list of a connection that can call it holds the model."""
        return any(self._rows(_CALLABLE, (id,)))

    def joined(self, word: str) -> list[tuple[str, str]]:
        """Id and native id of the models one of whose path parts is `word`, separators aside."""
        quoted = f'joined : "{JOINED}{word}"'
        return [tuple(row) for row in self._rows(_JOINED, (quoted,))] if word.isalnum() else []

    def led(self, alias: str) -> str | None:
        """The id to which an alias leads now; `None` when it leads nowhere."""
        return next((one for (one,) in self._rows(_LED, (alias,))), None)

    def span(self, alias: str) -> AliasSpan | None:
        """The newest stretch of an alias; `None` when it was never given."""
        return next(self._spans("WHERE alias = ? ORDER BY since DESC LIMIT 1", (alias,)), None)

    def spans(self) -> Iterator[AliasSpan]:
        """Every stretch of every alias, by alias, the oldest first."""
        return self._spans("ORDER BY alias, since")

    def spans_of(self, id: str) -> list[AliasSpan]:
        """Every stretch in which an alias led to the model, the oldest first."""
        return list(self._spans("WHERE id = ? ORDER BY since, alias", (id,)))

    def _spans(self, which: str, values: tuple[str, ...] = ()) -> Iterator[AliasSpan]:
        with self._reading():
            yield from map(_span, self._rows(f"{_SPAN} {which}", values))


def newest(spans: Iterable[AliasSpan]) -> dict[str, AliasSpan]:
    """Alias → its newest stretch; `spans` come oldest first."""
    return {span.alias: span for span in spans}


def _span(row: tuple[str, str, str, str | None]) -> AliasSpan:
    alias, model, since, until = row
    return AliasSpan(
        alias=alias,
        id=model,
        since=datetime.fromisoformat(since),
        until=datetime.fromisoformat(until) if until else None,
    )
