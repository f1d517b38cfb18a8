"""The catalog as it was at an earlier moment, worked out from the one in force and its changes."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from ..domain.change import Change, ChangeKind
from ..domain.model import Model
from ..rules.undoing import undone
from ..storage.catalog_file import CatalogFile


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
        if name not in self.ids:
            return None
        model = self._file.get(name) or self._file.tombstone(name)
        if model is None:
            return None
        return undone(model, self._since.get(name, ()))

    def models(self) -> Iterator[Model]:
        """Every model that was listed, by id."""
        for name in sorted(self.ids):
            if (model := self.get(name)) is not None:
                yield model

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that were listed, those among them that were missing or deprecated then too."""
        known = {
            name
            for name, first_seen in self._file.first_seen_ever().items()
            if first_seen <= self.moment
        }
        for name, changes in self._since.items():
            kinds = {change.kind for change in changes}
            if ChangeKind.ADDED in kinds:
                known.discard(name)
            known -= {change.new for change in changes if change.kind is ChangeKind.RENAMED}
        return frozenset(known - self._removed_by_then)

    @cached_property
    def _removed_by_then(self) -> frozenset[str]:
        """Ids that were tombstones already."""
        back = {
            name
            for name, changes in self._since.items()
            if any(one.kind in (ChangeKind.REMOVED, ChangeKind.RENAMED) for one in changes)
        }
        return self._file.removed() - back

    @cached_property
    def _since(self) -> dict[str, list[Change]]:
        """The changes after the moment by model, newest first."""
        found: dict[str, list[Change]] = {}
        for change in self._file.changes(after=self.moment):
            found.setdefault(change.id, []).append(change)
        return found
