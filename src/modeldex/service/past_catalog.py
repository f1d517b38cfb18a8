"""The catalog as it was at an earlier moment, worked out from the one in force and its changes."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from ..domain.change import Change, ChangeKind
from ..domain.model import Model
from ..rules.undoing import undone
from ..storage.catalog_file import CatalogFile

_COMINGS = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RENAMED)


class PastCatalog:
    """What was listed at `moment`, and what was known of it then.

    Only models whose lists were recorded at that moment are in it: what a packaged manifest
    names has no history. Models that nothing has changed since are read when they are asked for.
    """

    def __init__(self, file: CatalogFile, moment: datetime) -> None:
        self._file = file
        self.moment = moment
        """Aware UTC; changes of this very moment have happened."""

    def get(self, name: str) -> Model | None:
        """The model of that id as it was; `None` when none was listed by that id."""
        return self._as_it_was(name, list(self._file.changes(after=self.moment, id=name)))

    def models(self) -> Iterator[Model]:
        """Every model that was listed, by id."""
        since: dict[str, list[Change]] = {}
        for change in self._file.changes(after=self.moment):
            since.setdefault(change.id, []).append(change)
        for name in sorted(self.ids):
            if (model := self._as_it_was(name, since.get(name, []))) is not None:
                yield model

    def _as_it_was(self, name: str, changes: list[Change]) -> Model | None:
        """The model without these changes, newest first."""
        if name not in self.ids:
            return None
        model = self._file.get(name) or self._file.tombstone(name)
        return None if model is None else undone(model, changes)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that were listed, those among them that were missing or deprecated then too."""
        known = {
            name
            for name, first_seen in self._file.first_seen_ever().items()
            if first_seen <= self.moment
        }
        back = set[str]()
        for change in self._file.changes(after=self.moment, kinds=_COMINGS):
            if change.kind is ChangeKind.ADDED:
                known.discard(change.id)
            else:
                back.add(change.id)
            if change.kind is ChangeKind.RENAMED:
                known.discard(change.new)
        return frozenset(known - (self._file.removed() - back))
