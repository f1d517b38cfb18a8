"""One catalog, open, with what was worked out from it: searches, documents, facets, answers."""

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from ..domain.query import Query
from ..service.reading import Catalog
from .conditional import tag
from .facets import Facets
from .shapes import listed
from .shapes.listed import Listed
from .stored import MOST_BYTES, Shelf

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_LONGEST_SEARCH = 20_000
"""Longer answers are not remembered: they would take more memory than they save time."""


class Most(NamedTuple):
    """How much of its answers a catalog remembers."""

    bytes: int
    documents: int
    searches: int


_WHOLE = Most(MOST_BYTES, 16_384, 512)
_OF_A_VIEW = Most(MOST_BYTES // 16, 1024, 64)
_VIEWS = 16
"""Sets of keys for which answers are remembered."""


class _Recent(Generic[K, V]):
    """The values asked for last, so many of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if (found := self._values.get(key)) is not None:
                self._values.move_to_end(key)
            return found

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)


class Opened:
    """A catalog as the service works with it; used by many threads at once."""

    def __init__(self, catalog: Catalog, most: Most | None = None) -> None:
        most = most or _WHOLE
        self._catalog = catalog = catalog.held_by(self)
        self.stamp = catalog.stamp
        self.path = catalog.path
        self.mark = tag(self.stamp.hash)
        """Names all that answers which are the same for everybody depend on."""
        keys = [f"{line.provider}={line.available}={line.key}" for line in catalog.provider_lines()]
        self.personal_mark = tag(self.stamp.hash, *keys)
        """The same for answers that depend on who asks."""
        self.shelf = Shelf(most.bytes)
        self._views: OrderedDict[frozenset[str], Opened] = OrderedDict()
        self._searches: _Recent[Hashable, Sequence[int]] = _Recent(most.searches)
        self._documents: _Recent[int, tuple[str, bool]] = _Recent(most.documents)
        self._once: dict[str, Any] = {}
        self._lock = threading.RLock()

    def seen_by(self, providers: frozenset[str]) -> "Opened":
        """The same catalog for those who keep keys of exactly these providers."""
        with self._lock:
            found = self._views.pop(providers, None)
            if found is None:
                keys = dict.fromkeys(sorted(providers))
                found = Opened(self._catalog.with_keys(keys), _OF_A_VIEW)
            self._views[providers] = found
            if len(self._views) > _VIEWS:
                self._views.popitem(last=False)
        return found

    def at(self, now: datetime) -> Catalog:
        """The catalog, its ages told as at `now`."""
        return self._catalog.as_at(now)

    def once(self, name: str, make: Callable[[], V]) -> V:
        """What `make` gives, worked out for the first who asks and kept as long as the catalog."""
        if (found := self._once.get(name)) is None:
            with self._lock:
                if (found := self._once.get(name)) is None:
                    found = self._once[name] = make()
        return found

    @property
    def facets(self) -> Facets:
        """What the models can be told apart by."""
        return self.once("facets", lambda: Facets(self._catalog))

    @property
    def listed(self) -> list[Listed]:
        """Every model, as the lists of other services show them."""
        return self.once("listed", lambda: listed.read(self._catalog))

    def warm(self) -> None:
        """Work out now what the first caller would wait for; raises `StorageError` for a damaged file."""
        _ = self.facets, self.listed

    def search(self, query: Query) -> Sequence[int]:
        """The places of all models that meet the query, in its order."""
        if (found := self._searches.get(query)) is None:
            # Four bytes each, where a list would take forty.
            found = array("I", (place for (place,) in self._catalog.rows(query, ("place",))))
            if len(found) <= _LONGEST_SEARCH:
                self._searches.put(query, found)
        return found

    def documents(self, places: Sequence[int]) -> Iterable[str]:
        """The models at these places, each as the JSON that is promised outside."""
        for place in places:
            if (found := self._documents.get(place)) is None:
                found = next(iter(self._catalog.at((place,))))
                self._documents.put(place, found)
            document, available = found
            yield f'{document[:-1]},"available":{"true" if available else "false"}}}'
