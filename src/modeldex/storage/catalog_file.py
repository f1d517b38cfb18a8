"""Read one published catalog: an immutable file, opened without lock, network or server."""

import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from ..domain.errors import StorageError
from . import search
from .layout import FACTS, FORMAT
from .recalls import Recalls
from .search import Value

if TYPE_CHECKING:
    from ..domain.catalog import ListingStamp
    from ..domain.model import Model
    from ..domain.provider import Provider
    from ..domain.query import Query
    from ..domain.report import CatalogStamp
    from ..domain.source import Losing
    from .names import Names

_DOCUMENT_BY_ID = "SELECT document FROM model_json WHERE id = ?"
_DOCUMENT_BY_PLACE = "SELECT document, provider FROM model_json WHERE place = ?"
_OPENED = """
SELECT model.id FROM listing
JOIN opened ON opened.listing = listing.id JOIN model ON model.place = opened.model
WHERE listing.connection = ?
"""
_LOSING = """
SELECT losing.claims FROM losing JOIN model ON model.place = losing.model WHERE model.id = ?
"""
_WITNESSES = """
SELECT id, json_object('source', source, 'evidence', evidence, 'observed_at', observed_at)
FROM evidence WHERE id IN (
    SELECT each.value ->> 2 FROM losing JOIN model ON model.place = losing.model,
    json_each(losing.claims) AS each WHERE model.id = ?
)
"""
_FOUND = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1"
_ESSENCE = f"SELECT id, {', '.join(FACTS)} FROM model"  # noqa: S608 (our own names)
_LARGEST = 2**63 - 1
"""Source: https://www.sqlite.org/datatype3.html (an integer has eight bytes)."""
_DAMAGED = (apsw.Error, ValueError, LookupError, ArithmeticError, TypeError, AttributeError)
"""What reading a damaged file comes to: SQLite notices, or a value is not what it should be."""


class CatalogFile(Recalls):
    """One catalog. Usable from several threads: each has a connection of its own.

    Every method raises `StorageError` when the file turns out to be damaged;
    `publishing.current(folder, thorough=True)` then finds one that is whole.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`; raises `StorageError` when it is no catalog of this format."""
        self.path = path
        self._threads = threading.local()
        with self._reading():
            found = self._db.pragma("user_version")
        if found != FORMAT:
            raise StorageError(
                f"{path} has format {found}, this version of modeldex reads format {FORMAT}:"
                " run `modeldex refresh`, or update modeldex"
            )

    @property
    def stamp(self) -> "CatalogStamp":
        """Which catalog this is; the hash is the file's name."""
        from ..domain.report import CatalogStamp

        said = dict(self._all("SELECT key, value FROM meta"))
        with self._reading():
            return CatalogStamp(
                hash=self.path.stem,
                models=int(said["models"]),
                published_at=datetime.fromisoformat(said["published_at"]),
            )

    def get(self, id: str) -> "Model | None":
        """The model of that id, `available` left unknown; `None` when there is none."""
        for (document,) in self._all(_DOCUMENT_BY_ID, (id,)):
            return self._model(document)
        return None

    def losing(self, id: str) -> "tuple[Losing, ...]":
        """The claims about a model that did not become facts, field by field, strongest first."""
        from .decoding import losing

        witnesses = dict(self._all(_WITNESSES, (id,)))
        for (claims,) in self._all(_LOSING, (id,)):
            with self._reading():
                return losing(claims, witnesses)
        return ()

    def models(self, query: "Query") -> "list[Model]":
        """The models that meet the query, `available` left unknown."""
        return [self._model(document) for document, _ in self._documents(query)]

    def documents(self, query: "Query", available: Container[str] | None = None) -> Iterator[str]:
        """The models that meet the query, each as JSON text in the promised shape.

        `available` holds the ids of the providers that this user can call; without it the
        field is null.
        """
        for document, provider in self._documents(query):
            said = "null" if available is None else "true" if provider in available else "false"
            yield f'{document[:-1]},"available":{said}}}'

    def at(self, places: Iterable[int]) -> Iterator[tuple[str, str]]:
        """The documents at places of the default order, without `available`, each with its provider."""
        for place in places:
            yield from self._all(_DOCUMENT_BY_PLACE, (place,))

    def rows(self, query: "Query", columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The named columns of the table `model`, as `schema.sql` describes them."""
        yield from self._all(*search.selecting(query, columns, self._finds))

    def count(self, query: "Query") -> int:
        """How many models meet the query, leaving out its limit and offset."""
        return int(self._one(*search.counting(query, self._finds)))

    def listings(self) -> "list[ListingStamp]":
        """The connections in this catalog, in the order in which they were given."""
        from .decoding import listing_stamp

        with self._reading():
            return [listing_stamp(row) for row in self._all("SELECT * FROM listing ORDER BY id")]

    def providers(self) -> "list[Provider]":
        """The provider rows that this catalog was made with."""
        from .decoding import provider_row

        with self._reading():
            rows = self._all("SELECT row FROM provider ORDER BY rowid")
            return [provider_row(row) for (row,) in rows]

    def recommended(self) -> dict[str, str]:
        """The id of the model to start with, by provider; one without any is left out."""
        rows = self._all("SELECT id, recommended FROM provider WHERE recommended IS NOT NULL")
        return {provider: f"{provider}/{native}" for provider, native in rows}

    @property
    def names(self) -> "Names":
        """The names in this catalog."""
        from .names import Names

        return Names(self._all, self._reading)

    def suggest(self, name: str, limit: int = 3) -> list[str]:
        """Ids that may have been meant by a name that leads nowhere, the closest first."""
        from .suggestion import candidates, closest

        with self._reading():
            return closest(name, candidates(name, self._all), limit)

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words, those that no model has replaced by the closest one that some model has."""
        from .suggestion import VOCABULARY, repaired

        with self._reading():
            self._db.execute(VOCABULARY)
        return tuple(
            word
            if any(map(self._finds, search.matches(word)))
            else repaired(word, self._all) or word
            for word in words
        )

    def opened(self, connection: str) -> frozenset[str]:
        """Ids of the models that a connection opens; empty for one that is not in the catalog."""
        return frozenset(found for (found,) in self._all(_OPENED, (connection,)))

    def first_seen(self) -> dict[str, datetime]:
        """When each model was first listed; a model that never was is left out."""
        with self._reading():
            rows = self._all("SELECT id, first_seen FROM model WHERE first_seen IS NOT NULL")
            return {model: datetime.fromisoformat(at) for model, at in rows}

    def essence(self) -> dict[str, bytes]:
        """A short hash of each model's facts, whoever stated them and whenever it was seen.

        Two catalogs of one format differ in a model when these differ.
        """
        return {
            row[0]: blake2b(repr(row).encode(), digest_size=16).digest()
            for row in self._all(_ESSENCE)
        }

    def close(self) -> None:
        """Let go of this thread's hold on the file."""
        self._threads.__dict__.clear()

    @property
    def _db(self) -> apsw.Connection:
        db: apsw.Connection | None = getattr(self._threads, "db", None)
        if db is None:
            db = self._threads.db = self._connected()
        return db

    def _connected(self) -> apsw.Connection:
        address = f"{self.path.absolute().as_uri()}?immutable=1&mode=ro"
        return apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)

    def _reading(self) -> AbstractContextManager[None]:
        return whole(self.path)

    def _all(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Any]:
        with self._reading():
            yield from self._db.execute(sql, _sayable(values))

    def _one(self, sql: str, values: Sequence[Value] = ()) -> Any:
        with self._reading():
            return self._db.execute(sql, _sayable(values)).get

    def _finds(self, expression: str) -> bool:
        return self._one(_FOUND, (expression,)) is not None

    def _documents(self, query: "Query") -> Iterator[tuple[str, str]]:
        return self.at(one for (one,) in self.rows(query, ("place",)))

    def _model(self, document: str) -> "Model":
        from .decoding import model

        with self._reading():
            return model(document)


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """For what works on values of the catalog in `path`: raises `StorageError` where they are not
    what they should be."""
    try:
        yield
    except _DAMAGED as error:
        raise StorageError(
            f"{path} cannot be read ({type(error).__name__}): run `modeldex refresh`"
        ) from error


def _sayable(values: Sequence[Value]) -> list[Value]:
    """Values as SQLite takes them: text without lone surrogates, which stand for bytes of a command
    line that are no text, and no number beyond the largest that a column can hold."""
    return [_sayable_one(value) for value in values]


def _sayable_one(value: Value) -> Value:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, int):
        return max(-_LARGEST, min(_LARGEST, value))
    return value
