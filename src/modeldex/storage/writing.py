"""Write a whole catalog into a new file, in one go."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import pairwise, takewhile
from operator import attrgetter
from pathlib import Path

import apsw

from ..domain.catalog import CatalogContent, ListingStamp
from ..domain.model import Model
from ..domain.provider import Provider
from ..domain.source import Evidence
from . import history
from .encoding import Row, json, newest, plain, row, sources_json, time
from .layout import COLUMNS, FORMAT, JOINED

_UNSAFE = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
"""
"""Fast and without any protection: the file is nobody's until it is whole and named."""

_NEW = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
_NAMES, _MARKS = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
_INSERT_MODEL = f"INSERT INTO model ({_NAMES}) VALUES ({_MARKS})"  # noqa: S608 (our own names)
_FILL_ALIASES = """
INSERT INTO alias
SELECT DISTINCT each.value, model.place
FROM model, json_each(model.aliases) AS each WHERE model.aliases IS NOT NULL ORDER BY 1, 2
"""
_FILL_SEARCH = """
INSERT INTO search (rowid, id, name, lab, family, base, aliases, joined)
SELECT place, id, name, lab, family, base, aliases,
       :mark || replace(
           replace(replace(replace(replace(native_id, '-', ''), '.', ''), '_', ''), ':', ''),
           '/', '/' || :mark
       )
FROM model ORDER BY place
"""
_SEARCH_HASH_BYTES = 64 * 2**20
"""So much of the word index is gathered in memory before a part of it is written."""


def write(
    path: Path,
    content: CatalogContent,
    earlier: Path | None = None,
    tell: history.Tell | None = None,
) -> int:
    """Write `content` to `path`, an empty or missing file, and return the number of models.

    The history of `earlier`, a catalog of the same format, is carried on; `tell` says what
    changed between its version of a model and the new one.
    Nothing is waited for: the caller syncs and names the file. Raises `ValueError` when two
    models have one id, and `apsw.Error` when the disk refuses.
    """
    db = apsw.Connection(str(path), flags=_NEW)
    try:
        db.execute(_UNSAFE)
        if earlier is not None:
            history.attach(db, earlier)
        with db:
            db.execute(_sql("schema.sql"))
            db.execute(f"PRAGMA user_version = {FORMAT:d}")
            shelf = _Models(db, content)
            models = shelf.write()
            db.execute(_FILL_ALIASES)
            db.execute(
                "INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_SEARCH_HASH_BYTES,)
            )
            db.execute(_FILL_SEARCH, {"mark": JOINED})
            db.execute("INSERT INTO search (search) VALUES ('optimize')")
            db.execute(_sql("indexes.sql"))
            db.executemany(
                "INSERT INTO provider VALUES (?,?,?,?,?,?,?,?,?)",
                _providers(content.providers, shelf.recommended()),
            )
            db.executemany("INSERT INTO meta VALUES (?, ?)", _meta(content, models))
            history.write(db, content.history, tell, carried=earlier is not None)
    finally:
        db.close()
    return models


class _Models:
    """The models on their way into the file, with what connections open of them."""

    def __init__(self, db: apsw.Connection, content: CatalogContent) -> None:
        self.db = db
        self.models = _in_default_order(content.models)
        self.listings = content.listings
        self.provenance = _Provenance()
        self.losing = content.losing
        self.witnesses = _Witnesses()
        self.openings: dict[str, list[tuple[int, bool, Collection[str]]]] = {}
        for number, stamp in enumerate(content.listings, 1):
            ids = content.opened.get(stamp.connection, frozenset())
            opening = (number, stamp.callable, ids)
            self.openings.setdefault(stamp.provider, []).append(opening)

    def write(self) -> int:
        self.db.executemany(
            "INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", _listings(self.listings)
        )
        self.db.executemany(_INSERT_MODEL, self._rows())
        self.db.executemany("INSERT INTO provenance VALUES (?, ?)", self.provenance.rows())
        self.db.executemany("INSERT INTO opened VALUES (?, ?)", self._opened())
        self.db.executemany("INSERT INTO losing VALUES (?, ?)", self._losing())
        self.db.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?)", self.witnesses.rows())
        return len(self.models)

    def recommended(self) -> dict[str, str]:
        """The native id to start with of each provider that has one."""
        found: dict[str, str] = {}
        for model in takewhile(lambda model: model.recommended, self.models):
            found.setdefault(model.provider, model.native_id)
        return found

    def _rows(self) -> Iterator[Row]:
        number = self.provenance.number
        callable_ids = {
            provider: frozenset[str]().union(*(ids for _, called, ids in openings if called))
            for provider, openings in self.openings.items()
        }
        for place, model in enumerate(self.models, 1):
            can_call = model.id in callable_ids.get(model.provider, ())
            yield row(model, place, can_call, number(model.sources))

    def _losing(self) -> Iterator[tuple[int, str]]:
        number = self.witnesses.number
        for place, model in enumerate(self.models, 1):
            if lost := self.losing.get(model.id):
                claims = [
                    (one.field, plain(one.value), number(one.evidence), one.reason) for one in lost
                ]
                yield place, json(claims)

    def _opened(self) -> Iterator[tuple[int, int]]:
        for place, model in enumerate(self.models, 1):
            for listing, _, ids in self.openings.get(model.provider, ()):
                if model.id in ids:
                    yield listing, place


class _Witnesses:
    """Each witness once, by its number; equal ones are mostly one object."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Evidence]] = {}

    def number(self, evidence: Evidence) -> int:
        known = self._known.get(id(evidence))
        if known is None:
            known = self._known[id(evidence)] = (len(self._known) + 1, evidence)
        return known[0]

    def rows(self) -> Iterator[Row]:
        for number, one in self._known.values():
            yield number, one.source, one.evidence, time(one.observed_at)


class _Provenance:
    """Each different set of sources once, by its number."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Mapping[str, Evidence]]] = {}
        self._numbers: dict[str, int] = {}

    def number(self, sources: Mapping[str, Evidence]) -> int:
        """The row of `sources`; a mapping seen before is told by identity, without encoding it."""
        known = self._known.get(id(sources))
        if known is None:
            text = sources_json(sources)
            number = self._numbers.setdefault(text, len(self._numbers) + 1)
            known = self._known[id(sources)] = (number, sources)
        return known[0]

    def rows(self) -> Iterator[tuple[int, str]]:
        return ((number, text) for text, number in self._numbers.items())


def _in_default_order(models: Iterable[Model]) -> list[Model]:
    """Recommended first, then newest, then by id: `model.place`."""
    ordered = sorted(models, key=attrgetter("id"))
    for one, other in pairwise(ordered):
        if one.id == other.id:
            raise ValueError(f"two models are called {one.id}")
    ordered.sort(key=lambda model: newest(model) or "", reverse=True)
    ordered.sort(key=attrgetter("recommended"), reverse=True)
    return ordered


def _listings(stamps: Iterable[ListingStamp]) -> Iterator[Row]:
    for number, stamp in enumerate(stamps, 1):
        yield (
            number,
            stamp.provider,
            stamp.connection,
            stamp.tier,
            stamp.callable,
            stamp.hash,
            time(stamp.fetched_at),
            time(stamp.checked_at),
            stamp.outcome,
            stamp.message,
            stamp.complete,
            stamp.models,
            json(stamp.pages),
        )


def _providers(rows: Iterable[Provider], recommended: Mapping[str, str]) -> Iterator[Row]:
    for provider in rows:
        yield (
            provider.id,
            provider.name,
            provider.key,
            json(provider.key_env),
            provider.key_url,
            provider.docs_url,
            recommended.get(provider.id),
            provider.local,
            json(provider),
        )


def _meta(content: CatalogContent, models: int) -> Iterator[tuple[str, str]]:
    yield "format", str(FORMAT)
    yield "published_at", time(content.published_at) or ""
    yield "models", str(models)


def _sql(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
