"""Read the catalog: plain synchronous code over one immutable file, with this user's view laid on top."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..domain.catalog import Resolution
from ..domain.errors import BadQuery
from ..domain.price import offer_order
from ..domain.query import Condition, Op, Query, check_text
from ..rules.query import build, parse, sort
from ..storage.catalog_file import CatalogFile
from .provider_lines import ProviderLine, provider_lines

if TYPE_CHECKING:
    from ..domain.alias import AliasSpan
    from ..domain.catalog import HeldListing
    from ..domain.change import Change
    from ..domain.memory import Remembered
    from ..domain.model import Model
    from ..domain.provider import Provider
    from ..domain.report import CatalogStamp
    from ..domain.shortlist import Measured, Shortlist
    from ..domain.source import Explanation
    from ..rules.recommending import Proposal
    from .past_catalog import PastCatalog
    from .resolving import CatalogNames


_LED = 10_000
"""So many names are remembered with where they lead: the catalog never changes."""


class Catalog:
    """One published catalog as this user sees it. Opening it reads a file and nothing else."""

    def __init__(
        self, file: CatalogFile, keys: Mapping[str, str | None] | None, now: datetime
    ) -> None:
        self._file = file
        self._keys = keys
        """Provider id → where its key was found, for those that this user can call; `None`: nobody
        knows whom they can call."""
        self._now = now
        self._callable = frozenset(keys or ())
        self._led: dict[str, Resolution] = {}

    @property
    def path(self) -> Path:
        """The catalog file, an ordinary SQLite database."""
        return self._file.path

    @property
    def stamp(self) -> "CatalogStamp":
        """Which catalog this is."""
        return self._file.stamp

    def find(self, query: str | Query = "", **filters: Any) -> "list[Model]":
        """The models that meet a query (see `docs/reference/query.md`) and all `filters`.

        Filters are those of `modeldex list`: `provider`, `kind`, `tools`, `vision`,
        `reasoning`, `structured_output`, `min_context`, `max_price`, `free`, `mine`, `sort`,
        `limit`. A model whose field is unknown meets no condition on that field.
        When no model has a word of the query, the closest word is looked for instead. Raises
        `BadQuery` for an operator, a filter or a value that means nothing.
        """
        asked = self.repaired(self.question(query, filters))
        return [self._mine(model) for model in self._file.models(asked)]

    def repaired(self, query: Query) -> Query:
        """The query itself; when it finds nothing, with misspelt words mended."""
        if not query.words or self._file.count(query):
            return query
        return msgspec.structs.replace(query, words=self._file.repaired(query.words))

    def get(self, name: str) -> "Model | None":
        """The model of that id; `None` when no model has it. Raises `BadQuery` for what is no text."""
        check_text(name)
        found = self._file.get(name)
        return self._mine(found) if found else None

    def base(self, name: str) -> "tuple[Model, ...]":
        """Every model of a base (`lab/name`), the cheapest real offer first; empty when none is.

        The order is by what a token in and a token out cost together; an offer whose price is
        not known, or varies, comes after those that can be compared.
        """
        served = Condition(field="base", op=Op.EQ, values=(name,))
        found = self.find(Query(conditions=(served,)))
        return tuple(sorted(found, key=lambda model: (*offer_order(model.price), model.id)))

    def explain(self, id: str, field: str) -> "Explanation":
        """Why a field of a model has its value: the witness that won, and the claims that lost.

        Of a model that is gone only who won is kept. Raises `NotFound` for an id that no model
        has or had, `BadQuery` for a field that models lack.
        """
        for one in self.explanations(id):
            if one.field == field:
                return one
        raise BadQuery(f"a model has no field {field!r} that could be explained")

    def explanations(self, id: str) -> "tuple[Explanation, ...]":
        """`explain` for every field that can have a source, in their order."""
        from .explaining import explanations

        return explanations(self._file, id)

    def resolve(self, name: str) -> Resolution:
        """Where a name leads: an id, an alias, what a provider or LiteLLM calls a model, an id of
        former days. An id of the catalog is never rewritten; an unknown name passes through
        untouched, with suggestions. Raises `BadQuery` for what is no text."""
        check_text(name)
        if (known := self._led.get(name)) is not None:
            return known
        from ..knowledge.prefixes import packaged
        from ..rules.ladder import lead

        if len(self._led) >= _LED:
            self._led.clear()
        found = self._led[name] = lead(name, self._names, packaged())
        return found

    @cached_property
    def _names(self) -> "CatalogNames":
        from .resolving import CatalogNames

        return CatalogNames(self._file, self._callable, self.default, self._now.date())

    def aliases(self, id: str | None = None) -> "Iterator[AliasSpan]":
        """The short names, each with the model it leads to and since when, those of former days
        too (`until`); of one model where its id is given. By alias, the oldest first."""
        return iter(self._file.names.spans_of(id)) if id else self._file.names.spans()

    def suggest(self, name: str) -> tuple[str, ...]:
        """Ids that may have been meant: the same native id elsewhere first, then close spellings."""
        return tuple(self._names.suggest(name))

    def changes(self, **wanted: Any) -> "Iterator[Change]":
        """What changed, newest first: `since` (inclusive) and `after` (aware times), `id`,
        `provider`, `kinds`, `limit`, `newest_first`; without any, everything that is recorded."""
        return self._file.changes(**wanted)

    def as_of(self, moment: date | datetime | str) -> "PastCatalog":
        """The catalog as it was, from what is recorded of it.

        `moment` is a day (its end, UTC), an aware time, or the ISO 8601 text of either. One that is
        still to come gives what is known now. Raises `BadQuery` for a time without a time zone and
        for what is neither.
        """
        from ..rules.spans import instant
        from .past_catalog import PastCatalog

        return PastCatalog(self._file, instant(moment))

    def tombstone(self, id: str) -> "Model | None":
        """A model that is listed no more as it was shown last; `None` when none of that id is gone."""
        found = self._file.tombstone(id)
        return self._mine(found) if found else None

    def tombstone_document(self, id: str) -> str | None:
        """The same as the text of its JSON document."""
        found = self._file.tombstone_document(id)
        mine = msgspec.json.encode(self.can_call(id.partition("/")[0])).decode()
        return f'{found[:-1]},"available":{mine}}}' if found else None

    def life(self, id: str) -> "Remembered | None":
        """What is remembered of a model, listed or not; `None` for one that never was."""
        return self._file.remembered(id)

    def row(self, provider: str) -> "Provider | None":
        """The provider row that this catalog was made with; `None` when it has none."""
        return self.provider_rows().get(provider)

    def gave(self, provider: str, connection: str) -> tuple[str, ...] | None:
        """The fields that the list of a connection gave; `None` when it gave none of this catalog."""
        from .giving import gave

        return gave(self._file, provider, connection)

    def provider_rows(self) -> "dict[str, Provider]":
        """Every provider row that this catalog was made with, by id."""
        return {row.id: row for row in self._file.providers()}

    def held(self) -> "Mapping[str, HeldListing]":
        """Provider id → the list of it that is set aside."""
        return {aside.provider: aside for aside in self._file.held().values()}

    def rows(self, query: Query, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Bare columns of the models found, for tables."""
        return self._file.rows(query, columns)

    def documents(self, query: Query) -> Iterator[str]:
        """The models found, each as the text of its JSON document."""
        return self._file.documents(query, None if self._keys is None else self._callable)

    def at(self, places: Iterable[int]) -> Iterator[tuple[str, str]]:
        """Models by their `place`: each one's JSON without `available`, and its provider."""
        return self._file.at(places)

    def can_call(self, provider: str) -> bool | None:
        """Whether this user can call a provider; `None` where nobody knows."""
        return None if self._keys is None else provider in self._callable

    def held_by(self, holder: object) -> "Catalog":
        """The same catalog from a file that stays for as long as `holder` does."""
        from ..storage.pinning import pinned

        return Catalog(CatalogFile(pinned(self.path, holder)), self._keys, self._now)

    def with_keys(self, keys: Mapping[str, str | None] | None) -> "Catalog":
        """The same catalog as it is with other keys: provider id → where its key is; `None`: with
        those of somebody whose keys are not known."""
        return Catalog(self._file, keys, self._now)

    def as_at(self, now: datetime) -> "Catalog":
        """The same catalog, its ages and what is new told as at `now` (aware)."""
        return Catalog(self._file, self._keys, now)

    def count(self, query: Query) -> int:
        """How many models meet the query, whatever its limit."""
        return self._file.count(query)

    @property
    def has_mine(self) -> bool:
        """Whether some list that a callable connection opened is in this catalog."""
        return any(stamp.callable and stamp.hash for stamp in self._file.listings())

    @property
    def can_call_any(self) -> bool:
        """Whether this user can call any provider at all."""
        return bool(self._callable)

    def picks(
        self,
        *,
        mine: bool | None = None,
        measured: "Mapping[str, Measured] | None" = None,
        among: "Iterable[Model] | None" = None,
    ) -> "Shortlist":
        """The few models to look at first, by what they are for, each with its reasons.

        `mine` has only models that this user can call; `None` has it so where there are any.
        What was picked when the catalog was published keeps its place unless another is well
        ahead, so that small noise changes nothing. A bucket that could not be filled says why.
        `measured` is what calls showed, by model id. `among` are the models to pick from instead,
        such as those that somebody's own keys open.
        """
        from .picking import picks

        if among is not None:
            return picks(among, self._now.date(), self._file.picks(), measured)
        wanted = self.can_call_any if mine is None else mine
        found = self.find() if wanted else self._file.models(Query())
        closed = {row.id for row in self._file.providers() if row.retired}
        models = (m for m in found if m.available is not False and m.provider not in closed)
        return picks(models, self._now.date(), self._file.picks(), measured)

    def default(self) -> "Model | None":
        """The one small, fast model to start with of those that this user can call, or `None`."""
        return self.proposal().model

    def proposal(self) -> "Proposal":
        """The model to start with and why, or why there is none.

        Raises `BadReferenceData` when the packaged order of preference is wrong.
        """
        from .starting import proposal

        return proposal(self._file, self._callable, self.get, self._now.date())

    def provider_lines(self) -> list[ProviderLine]:
        """Every provider with its list, its key and its last outcome, by id."""
        return provider_lines(self._file, self._keys or {}, self._now)

    def _mine(self, model: "Model") -> "Model":
        return msgspec.structs.replace(model, available=self.can_call(model.provider))

    def question(self, query: str | Query, filters: Mapping[str, Any]) -> Query:
        """What `find` asks for; raises `BadQuery`."""
        parsed = parse(query, self._now.date()) if isinstance(query, str) else query
        asked = dict(filters)
        order, limit = asked.pop("sort", None), asked.pop("limit", None)
        mine = asked.pop("mine", False)
        return Query(
            words=parsed.words,
            conditions=parsed.conditions + build(**asked),
            sort=sort(order) if order else parsed.sort,
            limit=parsed.limit if limit is None else limit,
            offset=parsed.offset,
            mine=parsed.mine or bool(mine),
        )
