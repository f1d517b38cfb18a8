"""What one of many users sees while nothing of theirs can be read: the catalog that everybody shares."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NoReturn

from ..domain.errors import StorageError
from ..domain.query import Query
from ..service.reading import Catalog
from .facets import Count
from .opened import Opened
from .theirs import Keys, Theirs

_MINE = "mine"


class Unread(Theirs):
    """Whether they can call a model is unknown, which is not no. Whatever depends on what they keep
    raises `StorageError`, also a model that is not in the catalog: it may be one of theirs."""

    mark = "unread"

    def __init__(self, opened: Opened, why: str, now: datetime) -> None:
        """`why` nothing can be read, for the log; `opened` is as those see it whose keys are not
        known."""
        self._opened, self._why, self._now = opened, why, now

    @property
    def keys(self) -> Keys:
        """Cannot be read."""
        self._refuse()

    def vouch(self) -> None:
        """It is not."""
        self._refuse()

    @property
    def beside(self) -> Catalog | None:
        """Cannot be read."""
        self._refuse()

    def beside_of(self, id: str) -> Catalog | None:
        """As `Theirs.beside_of`."""
        return self._refuse() if "/" in id else None

    def catalogs(self) -> Iterator[Catalog]:
        """Cannot be read."""
        self._refuse()

    def readable(self) -> Iterator[Catalog]:
        """As `Theirs.readable`: none."""
        return iter(())

    def search(self, query: Query) -> Sequence[int]:
        """As `Theirs.search`."""
        if query.mine:
            self._refuse()
        return self._opened.search(query)

    def count(self, query: Query) -> int:
        """As `Theirs.count`."""
        return len(self.search(query)) if query.mine else self._opened.count(query)

    def repaired(self, query: Query) -> Query:
        """As `Theirs.repaired`."""
        return self._opened.repaired(query)

    def counts(self, places: Sequence[int]) -> dict[str, list[Count]]:
        """As `Theirs.counts`, without what is theirs."""
        found = self._opened.counts(places)
        return {field: few for field, few in found.items() if field != _MINE}

    def _refuse(self) -> NoReturn:
        raise StorageError(self._why)
