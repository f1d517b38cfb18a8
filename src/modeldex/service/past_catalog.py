"""The catalog as it was at an earlier moment, worked out from the one in force and its changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..domain.alias import AliasSpan
from ..domain.catalog import CatalogContent, History, How, Resolution
from ..domain.change import Change, ChangeKind
from ..domain.errors import BadQuery
from ..domain.model import Model
from ..domain.price import offer_order
from ..domain.query import Condition, Op, Query, check_text
from ..rules.undoing import undone
from ..storage.catalog_file import CatalogFile

if TYPE_CHECKING:
    from .reading import Catalog

_COMINGS = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RENAMED)
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class PastCatalog:
    """What was listed at `moment`, and what was known of it then.

    Only models whose lists were recorded at that moment are in it: what a packaged manifest
    names has no history. It says nothing of keys (`available` is unknown), of who said what
    (`explain`) and of scores (`picks`): that is not recorded.
    """

    def __init__(self, file: CatalogFile, moment: datetime) -> None:
        self._file = file
        self.moment = moment
        """Aware UTC; changes of this very moment have happened."""

    def find(self, query: str | Query = "", **filters: Any) -> list[Model]:
        """The models that met a query then, as `Catalog.find` has it; `is:new` and ages are told
        as at that moment. The first call takes about as long as writing the models down.

        Raises `BadQuery`, also for `mine`: which models a key opened then is not recorded.
        """
        then, file = self._written
        asked = then.repaired(self._question(query, filters))
        return file.models(asked)

    def count(self, query: str | Query = "", **filters: Any) -> int:
        """How many models met the query then, whatever its limit; raises `BadQuery`."""
        return self._written[1].count(self._question(query, filters))

    def base(self, name: str) -> tuple[Model, ...]:
        """Every model of a base then, the cheapest real offer first; empty when there was none."""
        found = self.find(Query(conditions=(Condition(field="base", op=Op.EQ, values=(name,)),)))
        return tuple(sorted(found, key=lambda model: (*offer_order(model.price), model.id)))

    def get(self, name: str) -> Model | None:
        """The model of that id as it was; `None` when none was listed by that id. Raises `BadQuery`
        for what is no text."""
        check_text(name)
        return self._as_it_was(name, list(self._later(id=name)))

    def resolve(self, name: str) -> Resolution:
        """Where a name led then: an id, an alias of that time, what a provider calls a model.

        What stood in for a model that was gone already is not recorded: its name passes through.
        Raises `BadQuery` for what is no text.
        """
        found = self._written[0].resolve(name)
        if found.how is How.PASSED_THROUGH and self._had_come(name):
            return replace(found, reasons=("it was listed no more at that time",))
        return found

    def aliases(self, id: str | None = None) -> Iterator[AliasSpan]:
        """The short names as they stood then, those of days before too (`until`); of one model
        where its id is given. By alias, the oldest first."""
        names = self._file.names
        for span in names.spans_of(id) if id else names.spans():
            if span.since <= self.moment:
                ended = span.until is not None and span.until <= self.moment
                yield span if ended else replace(span, until=None)

    def changes(
        self, *, limit: int | None = None, newest_first: bool = True, **wanted: Any
    ) -> Iterator[Change]:
        """What had changed by then: as `Catalog.changes`."""
        found = self._file.changes(newest_first=newest_first, **wanted)
        return islice((change for change in found if change.at <= self.moment), limit)

    def models(self) -> Iterator[Model]:
        """Every model that was listed, by id."""
        since: dict[str, list[Change]] = {}
        for change in self._later():
            since.setdefault(change.id, []).append(change)
        for name in sorted(self.ids):
            if (model := self._as_it_was(name, since.get(name, []))) is not None:
                yield model

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that were listed, those among them that were missing or deprecated then too."""
        known = {name for name, first_seen in self._first_seen.items() if first_seen <= self.moment}
        back = set[str]()
        for change in self._later(kinds=_COMINGS):
            if change.kind is ChangeKind.ADDED:
                known.discard(change.id)
            else:
                back.add(change.id)
            if change.kind is ChangeKind.RENAMED:
                known.discard(change.new)
        return frozenset(known - (self._file.removed() - back))

    def _later(self, **wanted: Any) -> Iterator[Change]:
        """The changes after the moment, newest first. Times are text in the file, which is in their
        order to the second alone."""
        since = max(self.moment, _BEFORE_ALL) - _SECOND
        found = self._file.changes(since=since, **wanted)
        return (change for change in found if change.at > self.moment)

    def _as_it_was(self, name: str, changes: list[Change]) -> Model | None:
        """The model without these changes, newest first."""
        if name not in self.ids:
            return None
        model = self._file.get(name) or self._file.tombstone(name)
        return None if model is None else undone(model, changes)

    def _had_come(self, name: str) -> bool:
        first_seen = self._first_seen.get(name)
        return first_seen is not None and first_seen <= self.moment

    @cached_property
    def _first_seen(self) -> dict[str, datetime]:
        return self._file.first_seen_ever()

    def _question(self, query: str | Query, filters: dict[str, Any]) -> Query:
        asked = self._written[0].question(query, filters)
        if asked.mine:
            raise BadQuery(
                "which models your keys opened then is not recorded", hint="ask without mine"
            )
        return asked

    @cached_property
    def _written(self) -> "tuple[Catalog, CatalogFile]":
        """The models of that moment as a catalog of their own."""
        from ..storage.in_memory import InMemory
        from .reading import Catalog

        content = CatalogContent(
            published_at=self.moment,
            providers=tuple(self._file.providers()),
            listings=(),
            models=self.models(),
            opened={},
            history=History(given=tuple(self._names())),
        )
        file = InMemory(content)
        return Catalog(file, {}, self.moment), file

    def _names(self) -> Iterator[AliasSpan]:
        return (span for span in self.aliases() if span.id in self.ids)
