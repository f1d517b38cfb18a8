"""One catalog, open, with what was worked out from it: searches, documents, facets, answers."""

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from pathlib import Path
from sys import getsizeof
from typing import Any, Generic, NamedTuple, TypeVar

from ..domain.query import Query
from ..service.many.recent import Recent
from ..service.reading import Catalog
from ..storage.catalog_file import whole
from ..storage.in_memory import InMemory
from .conditional import tag
from .facets import Count, Facets
from .shapes import listed
from .shapes.listed import Listed
from .stored import MOST_BYTES, Shelf

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_JSON = {True: "true", False: "false", None: "null"}
_LONGEST_SEARCH = 20_000
"""Longer answers are not remembered: they would take more memory than they save time."""
_SEARCHES, _DOCUMENTS = 512, 16_384
"""So many answers to questions, and so many documents of models, are remembered of a catalog."""
_BYTES_OF_LISTS = 32 * 1024 * 1024
"""Lists that keys opened are remembered in so much memory: some ten thousand of the usual ones."""
MOST_BESIDE = 2000
"""So many models of one user that a catalog lacks are asked for beside it, the first by id."""
_BYTES_OF_A_LIST = 512
"""With its name, and whatever it holds."""
_BESIDE, _BARE = 32_000, 350
"""So many of all users' are remembered, at 2 kB each; a catalog without any takes the room of `_BARE`."""
_USERS = 256
"""So many users are remembered with what their keys come to: an eighth of a byte for each model."""
_VIEWS = 128
"""Sets of keys for which answers are remembered; each takes little, as what is large is everybody's."""
_BYTES_OF_A_VIEW = MOST_BYTES // _VIEWS


class _Recent(Generic[K, V]):
    """The values asked for last, of so much weight; used by many threads at once."""

    def __init__(self, most: int, weight: Callable[[V], int] = lambda _: 1) -> None:
        self._values: Recent[K, V] = Recent(most, weight)
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._values.put(key, value)


class Placed(NamedTuple):
    """What one list of models comes to in a catalog."""

    places: "array[int]"
    """Of those that the catalog has."""
    beside: frozenset[str]
    """The ids of those that it lacks, the first `MOST_BESIDE` of them."""

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return _BYTES_OF_A_LIST + self.places.itemsize * len(self.places) + _bytes(self.beside)

    @classmethod
    def of(cls, ids: Iterable[str], places: Mapping[str, int]) -> "Placed":
        """The models of these ids in a catalog with these `places`."""
        names = frozenset(ids)
        lacking = nsmallest(MOST_BESIDE, names - places.keys())
        return cls(array("I", (places[one] for one in names & places.keys())), frozenset(lacking))


def _bytes(names: frozenset[str]) -> int:
    return getsizeof(names) + sum(map(getsizeof, names))


class Mine(NamedTuple):
    """What all keys of one user come to in a catalog."""

    bits: int
    """The places of those that the catalog has, as `Facets.bits` has them."""
    lacking: tuple[tuple[str, str, str, str], ...]
    """The names of the lists that have others, which it lacks."""


class _Once:
    """What is worked out once from a catalog."""

    path: Path

    def __init__(self) -> None:
        self._once: dict[str, Any] = {}
        self._lock = threading.RLock()

    def once(self, name: str, make: Callable[[], V]) -> V:
        """What `make` gives, worked out for the first who asks and kept as long as the catalog.
        Raises `StorageError` for a damaged file."""
        if (found := self._once.get(name)) is None:
            with self._lock:
                if (found := self._once.get(name)) is None:
                    with whole(self.path):
                        found = self._once[name] = make()
        return found


class Everybodys(_Once):
    """What is worked out from a catalog and depends on nobody's keys."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog.held_by(self)
        self.path = self.catalog.path
        self.searches: _Recent[Hashable, Sequence[int]] = _Recent(_SEARCHES)
        self.documents: _Recent[int, tuple[str, str]] = _Recent(_DOCUMENTS)
        """By place: the JSON without `available`, and the provider."""
        self.placed: _Recent[Hashable, Placed] = _Recent(_BYTES_OF_LISTS, lambda one: one.bytes)
        """By what decides which models there are: lists that keys opened."""
        self.mine: _Recent[Hashable, Mine] = _Recent(_USERS)
        """By what one user keeps and what that showed."""
        self.beside: _Recent[Hashable, InMemory] = _Recent(_BESIDE, lambda one: _BARE + one.holds)
        """Likewise, by several lists: those of their models that the catalog lacks."""


class Opened(_Once):
    """A catalog as the service works with it; used by many threads at once."""

    def __init__(self, catalog: Catalog, everybodys: Everybodys | None = None) -> None:
        """`everybodys` is there already where this is the view of some."""
        super().__init__()
        self.everybodys = everybodys or Everybodys(catalog)
        self._catalog = catalog = catalog if everybodys else self.everybodys.catalog
        self.stamp = catalog.stamp
        self.path = catalog.path
        self.mark = tag(self.stamp.hash)
        """Names all that answers which are the same for everybody depend on."""
        with whole(self.path):
            lines = catalog.provider_lines()
        keys = [f"{line.provider}={line.available}={line.key}" for line in lines]
        self.personal_mark = tag(self.stamp.hash, *keys)
        """The same for answers that depend on who asks."""
        self.shelf = Shelf(_BYTES_OF_A_VIEW if everybodys else MOST_BYTES)
        self._views: OrderedDict[frozenset[str] | None, Opened] = OrderedDict()

    def seen_by(self, providers: frozenset[str] | None) -> "Opened":
        """The same catalog for those who keep keys of exactly these providers; `None`: for those of
        whom nobody knows which they keep."""
        with self._lock:
            found = self._views.pop(providers, None)
            if found is None:
                keys = None if providers is None else dict.fromkeys(sorted(providers))
                found = Opened(self._catalog.with_keys(keys), self.everybodys)
            self._views[providers] = found
            if len(self._views) > _VIEWS:
                self._views.popitem(last=False)
        return found

    def at(self, now: datetime) -> Catalog:
        """The catalog, its ages told as at `now`."""
        return self._catalog.as_at(now)

    @property
    def facets(self) -> Facets:
        """What the models can be told apart by."""
        return self.everybodys.once("facets", lambda: Facets(self._catalog))

    @property
    def listed(self) -> list[Listed]:
        """Every model, as the lists of other services show them."""
        return self.once("listed", lambda: listed.read(self._catalog))

    def warm(self) -> None:
        """Work out now what the first caller would wait for; raises `StorageError` for a damaged file."""
        _ = self.facets, self.listed

    def search(self, query: Query) -> Sequence[int]:
        """The places of all models that meet the query, in its order."""
        searches = self.everybodys.searches
        if (found := searches.get(query)) is None:
            # Four bytes each, where a list would take forty.
            found = array("I", (place for (place,) in self._catalog.rows(query, ("place",))))
            if len(found) <= _LONGEST_SEARCH:
                searches.put(query, found)
        return found

    def count(self, query: Query) -> int:
        """How many models meet the query, whatever its limit."""
        return self._catalog.count(query)

    def repaired(self, query: Query) -> Query:
        """The query itself; when it finds nothing, with misspelt words mended."""
        return self._catalog.repaired(query)

    def counts(self, places: Sequence[int]) -> dict[str, list[Count]]:
        """As `Facets.counts`."""
        return self.facets.counts(places)

    def documents(self, places: Sequence[int]) -> Iterable[str]:
        """The models at these places, each as the JSON that is promised outside."""
        documents = self.everybodys.documents
        for place in places:
            if (found := documents.get(place)) is None:
                found = next(iter(self._catalog.at((place,))))
                documents.put(place, found)
            document, provider = found
            available = _JSON[self._catalog.can_call(provider)]
            yield f'{document[:-1]},"available":{available}}}'
