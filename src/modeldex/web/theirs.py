"""What one of many users sees: what their own keys open, laid over the catalog that everybody shares."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from heapq import nsmallest
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from ..domain.account import KeptConnection, View
from ..domain.catalog import CatalogContent
from ..domain.errors import StorageError
from ..domain.model import Model
from ..domain.provider import Provider
from ..domain.query import Condition, Op, Query, Sort
from ..service.many.asking import Showing
from ..service.many.standing import Standing
from ..service.many.views import Lost, Shelf, Shelved, shelved
from ..service.reading import Catalog
from ..storage.in_memory import InMemory
from ..storage.search import sorted_by
from .facets import Count, Facets
from .opened import MOST_BESIDE, Mine, Opened, Placed

_Name: TypeAlias = tuple[str, str, str, str]
"""Provider, listing, knowledge and day: what decides which models there are."""


class Keys(NamedTuple):
    """The connections that one user keeps, and what they showed, at one moment."""

    standing: Standing
    row_of: Callable[[KeptConnection], Provider | None]
    shelf: Shelf
    renew: Callable[[KeptConnection, View], None] = lambda kept, view: None
    """Has what shows a lost list asked anew, in the background."""

    def shelved(self, kept: KeptConnection, view: View, row: Provider) -> Shelved:
        """What one connection can call; a list that is lost is asked for anew. May block, and raises
        `StorageError`."""
        try:
            return shelved(Showing(kept, view), row, self.shelf)
        except Lost:
            self.renew(kept, view)
            raise

    def showings(self) -> Iterator[tuple[KeptConnection, View | None, Provider | None]]:
        """Each connection, what it showed (`None`: it was never asked), and its provider's row."""
        for kept in self.standing.connections:
            yield kept, self.standing.views.get(kept.id), self.row_of(kept)


class Theirs:
    """One user at one moment. What it finds belongs to them alone: nobody else is to be given it.

    Models are named by their place in the catalog; those that the catalog lacks, such as fine-tunes,
    by their place in `beside` with a minus. What reads lists that keys opened may block, and raises
    `StorageError` where one cannot be read at the moment.
    """

    def __init__(self, opened: Opened, keys: Keys, now: datetime) -> None:
        """`opened` is as those see it who keep keys of the same providers; `now` is aware."""
        self._opened, self._keys, self._now = opened, keys, now
        self._catalog = opened.at(now)

    @property
    def keys(self) -> Keys:
        """What they keep."""
        return self._keys

    def vouch(self) -> None:
        """Raise `StorageError` where it is not known which providers they keep keys of."""

    @property
    def mark(self) -> str:
        """Differs with anything of theirs on which an answer depends."""
        return self.keys.standing.mark

    @cached_property
    def beside(self) -> Catalog | None:
        """Their models that the catalog lacks, the first `MOST_BESIDE` by id, as a catalog of its own;
        `None` where there are none."""
        lacking, edition = self._mine.lacking, self.keys.shelf.edition
        if not lacking:
            return None
        file = self._opened.everybodys.beside.get(lacking)
        if file is not None and all(known == edition for _, _, known, _ in lacking):
            return self._seen(file)  # to make a large list anew takes seconds
        return self._lacking(self._shelves)

    def beside_of(self, id: str) -> Catalog | None:
        """Where the model of that id may be that the catalog lacks; `None`: nowhere. Raises
        `StorageError` where that is a list which cannot be read, and for no other list."""
        provider, slash, _ = id.partition("/")
        try:
            return self.beside if slash else None
        except StorageError:
            found, unread = self._read
            if provider in unread or not unread:
                raise
        return self._lacking(found.items())

    def readable(self) -> Iterator[Catalog]:
        """As `catalogs`, without the lists that cannot be read at the moment."""
        try:
            beside = self.beside
        except StorageError:
            beside = self._lacking(self._read[0].items())
        if beside is not None:
            yield beside

    def _lacking(self, shelves: Iterable[tuple[_Name, Shelved]]) -> Catalog | None:
        """Of what these lists open all that the catalog lacks."""
        lacking = [(name, shelf) for name, shelf in shelves if self._placed(name, shelf).beside]
        if not lacking:
            return None
        kept, name = self._opened.everybodys.beside, tuple(name for name, _ in lacking)
        if (file := kept.get(name)) is None:
            models: dict[str, Model] = {}
            for one, shelf in lacking:
                ids = self._placed(one, shelf).beside
                for model in shelf.models:
                    if model.id in ids:
                        models.setdefault(model.id, model)
            file = InMemory(self._content([models[one] for one in nsmallest(MOST_BESIDE, models)]))
            kept.put(name, file)
        return self._seen(file)

    def _seen(self, file: InMemory) -> Catalog:
        return Catalog(file, dict.fromkeys(self.keys.standing.providers), self._now)

    def catalogs(self) -> Iterator[Catalog]:
        """Where a model may be that the catalog lacks."""
        if self.beside is not None:
            yield self.beside

    def search(self, query: Query) -> Sequence[int]:
        """The places of all models that meet the query, in its order, whatever its limit; with `mine`
        what their keys open, else what the catalog has."""
        asked = replace(query, mine=False, limit=None)
        if not query.mine:
            return self._opened.search(asked)
        opens = self._opens()
        if self.beside is None or not self.beside.count(asked):
            return list(filter(opens, self._opened.search(asked)))
        columns, rank = _ranking(query.sort)
        shared = (
            (rank(*values), place)
            for place, *values in self._catalog.rows(asked, ("place", *columns))
            if opens(place)
        )
        own = (
            (rank(*values), -place)
            for place, *values in self.beside.rows(asked, ("place", *columns))
        )
        return [place for _, place in heapq.merge(shared, own, key=itemgetter(0))]

    def count(self, query: Query) -> int:
        """How many models meet the query."""
        return len(self.search(query)) if query.mine else self._catalog.count(query)

    def repaired(self, query: Query) -> Query:
        """The query itself; when it finds nothing, with misspelt words mended."""
        if not query.words or self.search(query):
            return query
        mended = self._catalog.repaired(replace(query, mine=False))
        return replace(mended, mine=query.mine)

    def documents(self, places: Iterable[int]) -> Iterator[str]:
        """The models at these places, each as the JSON that is promised outside."""
        for place in places:
            if place > 0:
                yield from self._opened.documents((place,))
            elif self.beside is not None:
                ((document, _),) = self.beside.at((-place,))
                yield f'{document[:-1]},"available":true}}'

    def counts(self, places: Sequence[int]) -> dict[str, list[Count]]:
        """As `Facets.counts`; `mine` is what their keys open."""
        shared = [place for place in places if place > 0]
        own = [-place for place in places if place < 0]
        found = self._opened.facets.counts(shared)
        if own and self.beside is not None:
            more = Facets(self.beside).counts(own)
            found = {field: _summed((*few, *more[field])) for field, few in found.items()}
        mine = len(own) + (self._opened.facets.bits(shared) & self._mine.bits).bit_count()
        told = (Count(True, mine), Count(False, len(places) - mine))
        return {**found, "mine": _summed(one for one in told if one.count)}

    @property
    def _shelves(self) -> list[tuple[_Name, Shelved]]:
        """Once each: what their connections open; raises `StorageError` unless all can be read."""
        found, unread = self._read
        for met in unread.values():
            raise met
        return list(found.items())

    @cached_property
    def _read(self) -> tuple[dict[_Name, Shelved], dict[str, StorageError]]:
        """What their connections open, and by provider why a list of theirs cannot be read."""
        keys, found, unread = self.keys, dict[_Name, Shelved](), dict[str, StorageError]()
        edition, day = keys.shelf.edition, self._now.date().isoformat()
        for kept, view, row in keys.showings():
            if view is not None and row is not None:
                try:
                    shelf = keys.shelved(kept, view, row)
                except StorageError as met:
                    unread[row.id] = met
                    continue
                if shelf.models:
                    found[row.id, view.listing, edition, day] = shelf
        return found, unread

    @cached_property
    def _mine(self) -> Mine:
        """What their keys come to; worked out once for as long as they stand, and the day."""
        name = self.mark, self._now.date()
        if (found := self._opened.everybodys.mine.get(name)) is None:
            placed = {each: self._placed(each, shelf) for each, shelf in self._shelves}
            bits = self._opened.facets.bits(
                place for one in placed.values() for place in one.places
            )
            found = Mine(bits, tuple(each for each, one in placed.items() if one.beside))
            self._opened.everybodys.mine.put(name, found)
        return found

    def _opens(self) -> Callable[[int], int]:
        """What says whether their keys open the model at a place: 0 is no."""
        bits = self._mine.bits.to_bytes(self._opened.stamp.models // 8 + 2, "little")
        return lambda place: bits[place >> 3] & 1 << (place & 7)

    def _placed(self, name: _Name, shelf: Shelved) -> Placed:
        placed = self._opened.everybodys.placed
        if (found := placed.get(name)) is None:
            served = Condition(field="provider", op=Op.EQ, values=(name[0],))
            rows = self._catalog.rows(Query(conditions=(served,)), ("id", "place"))
            found = Placed.of((model.id for model in shelf.models), dict(rows))
            placed.put(name, found)
        return found

    def _content(self, models: Iterable[Model]) -> CatalogContent:
        rows = {row.id: row for _, _, row in self.keys.showings() if row is not None}
        return CatalogContent(
            published_at=self._opened.stamp.published_at,
            providers=tuple(rows.values()),
            listings=(),
            models=tuple(models),
            opened={},
        )


class _Down:
    """A value that comes first where it is larger."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: "_Down") -> bool:
        return bool(other.value < self.value)


def _ranking(sort: Sort | None) -> tuple[tuple[str, ...], Callable[..., tuple[Any, ...]]]:
    """The columns that decide about the order, and what of their values is compared."""
    if sort is None:
        return (
            ("recommended", "newest", "id"),
            lambda first, newest, name: (not first, _Down(newest or ""), name),
        )
    column, down = sorted_by(sort)

    def rank(value: Any, name: str) -> tuple[Any, ...]:
        if value is None:
            return True, 0, name
        said = value.lower() if isinstance(value, str) else value
        return False, _Down(said) if down else said, name

    return (column, "id"), rank


def _summed(counts: Iterable[Count]) -> list[Count]:
    """Each value once, the most frequent first."""
    found: dict[tuple[type, object], Count] = {}
    for value, number in ((one.value, one.count) for one in counts):
        before = found.get((type(value), value))
        found[type(value), value] = Count(value, number + (before.count if before else 0))
    return sorted(found.values(), key=lambda one: (-one.count, str(one.value)))
