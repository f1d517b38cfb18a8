"""Read the catalog: plain synchronous code over one immutable file, with this user's view laid on top."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..domain.catalog import How, Resolution
from ..domain.errors import BadQuery, NotFound
from ..domain.price import offer_order
from ..domain.query import Condition, Op, Query
from ..domain.source import Explanation
from ..rules.query import build, parse, sort
from ..rules.resolve import SOURCED
from ..storage.catalog_file import CatalogFile

if TYPE_CHECKING:
    from ..domain.catalog import HeldListing
    from ..domain.change import Change
    from ..domain.memory import Remembered
    from ..domain.model import Model
    from ..domain.provider import Provider
    from ..domain.report import CatalogStamp
    from ..rules.recommending import Proposal
    from .past_catalog import PastCatalog


class ProviderLine(NamedTuple):
    """What is known of one provider here and now."""

    provider: str
    name: str
    tier: str
    """How the list shown was come by."""
    key: str | None
    """Where the key was found, such as `env:GROQ_API_KEY`; `None` when none is known."""
    available: bool
    """Whether this user can call its models."""
    models: int
    outcome: str
    checked_at: datetime | None
    """When it was last asked; `None` when it never was."""
    age_s: int | None
    """Seconds since the list shown was fetched; `None` for a manifest."""
    message: str
    key_url: str | None
    docs_url: str | None
    recommended: str | None
    """The id of its model to start with; `None` when none is proposed."""


class Catalog:
    """One published catalog as this user sees it. Opening it reads a file and nothing else."""

    def __init__(self, file: CatalogFile, keys: Mapping[str, str | None], now: datetime) -> None:
        self._file = file
        self._keys = keys
        """Provider id → where its key was found, for those that this user can call."""
        self._now = now
        self._callable = frozenset(keys)

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
        asked = self.repaired(self._query(query, filters))
        return [self._mine(model) for model in self._file.models(asked)]

    def repaired(self, query: Query) -> Query:
        """The query itself; when it finds nothing, with misspelt words mended."""
        if not query.words or self._file.count(query):
            return query
        return msgspec.structs.replace(query, words=self._file.repaired(query.words))

    def get(self, name: str) -> "Model | None":
        """The model of that id; `None` when no model has it."""
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

    def explain(self, id: str, field: str) -> Explanation:
        """Why a field of a model has its value: the witness that won, and the claims that lost.

        Raises `NotFound` for an id that no model has, `BadQuery` for a field that models lack.
        """
        for one in self.explanations(id):
            if one.field == field:
                return one
        raise BadQuery(f"a model has no field {field!r} that could be explained")

    def explanations(self, id: str) -> tuple[Explanation, ...]:
        """`explain` for every field that can have a source, in their order."""
        model = self._file.get(id)
        if model is None:
            raise NotFound(f"no model is called {id!r}")
        lost = self._file.losing(id)
        facts = msgspec.to_builtins(model)
        return tuple(
            Explanation(
                field=field,
                value=facts[field],
                evidence=model.sources.get(field),
                losing=tuple(claim for claim in lost if claim.field == field),
            )
            for field in SOURCED
        )

    def resolve(self, name: str) -> Resolution:
        """Where a name leads. An unknown one passes through untouched, with suggestions."""
        if self.get(name) is not None:
            return Resolution(id=name, how=How.EXACT, chain=(name,))
        return Resolution(
            id=name, how=How.PASSED_THROUGH, chain=(name,), alternatives=self.suggest(name)
        )

    def suggest(self, name: str) -> tuple[str, ...]:
        """Ids that may have been meant: the same native id elsewhere first, then close spellings."""
        same = self._file.native(name)
        close = (other for other in self._file.suggest(name, 5) if other not in same)
        return (*same[:5], *close)[:5]

    def changes(self, **wanted: Any) -> "Iterator[Change]":
        """What changed, newest first: `since` (inclusive) and `after` (aware times), `id`,
        `provider`, `kinds`, `limit`, `newest_first`; without any, everything that is recorded."""
        return self._file.changes(**wanted)

    def as_of(self, moment: datetime) -> "PastCatalog":
        """The catalog as it was at an earlier moment (aware), from what is recorded of it."""
        from .past_catalog import PastCatalog

        return PastCatalog(self._file, moment)

    def life(self, id: str) -> "Remembered | None":
        """What is remembered of a model, listed or not; `None` for one that never was."""
        return self._file.remembered(id)

    def row(self, provider: str) -> "Provider | None":
        """The provider row that this catalog was made with; `None` when it has none."""
        return next((row for row in self._file.providers() if row.id == provider), None)

    def held(self) -> "Mapping[str, HeldListing]":
        """Provider id → the list of it that is set aside."""
        return {aside.provider: aside for aside in self._file.held().values()}

    def rows(self, query: Query, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Bare columns of the models found, for tables."""
        return self._file.rows(query, columns)

    def documents(self, query: Query) -> Iterator[str]:
        """The models found, each as the text of its JSON document."""
        return self._file.documents(query, self._callable)

    def count(self, query: Query) -> int:
        """How many models meet the query, whatever its limit."""
        return self._file.count(query)

    @property
    def has_mine(self) -> bool:
        """Whether some list that a callable connection opened is in this catalog."""
        return any(stamp.callable and stamp.hash for stamp in self._file.listings())

    def default(self) -> "Model | None":
        """The one small, fast model to start with of those that this user can call, or `None`."""
        return self.proposal().model

    def proposal(self) -> "Proposal":
        """The model to start with and why, or why there is none.

        Raises `BadReferenceData` when the packaged order of preference is wrong.
        """
        from ..knowledge.curation import packaged
        from ..rules.recommending import default

        preferred = packaged().default
        starting = dict.fromkeys((*preferred, *self._file.recommended().values()))
        opened = self._opened()
        usable = [
            model
            for one in starting
            if (provider := one.partition("/")[0]) in self._callable
            and one in opened.get(provider, (one,))
            and (model := self.get(one))
        ]
        return default(preferred, usable, self._now.date())

    def _opened(self) -> dict[str, frozenset[str]]:
        """The ids that each provider's own list opens to this user, for those that were asked."""
        return {
            stamp.provider: self._file.opened(stamp.connection)
            for stamp in self._file.listings()
            if stamp.callable and stamp.hash
        }

    def provider_lines(self) -> list[ProviderLine]:
        """Every provider with its list, its key and its last outcome, by id."""
        stamps = {stamp.provider: stamp for stamp in self._file.listings()}
        recommended = self._file.recommended()
        lines = []
        for row in self._file.providers():
            stamp = stamps[row.id]
            fetched = stamp.fetched_at
            lines.append(
                ProviderLine(
                    provider=row.id,
                    name=row.name,
                    tier=stamp.tier,
                    key=self._keys.get(row.id),
                    available=row.id in self._callable,
                    models=stamp.models,
                    outcome=stamp.outcome,
                    checked_at=stamp.checked_at,
                    age_s=max(0, int((self._now - fetched).total_seconds())) if fetched else None,
                    message=stamp.message,
                    key_url=row.key_url,
                    docs_url=row.docs_url,
                    recommended=recommended.get(row.id),
                )
            )
        return lines

    def _mine(self, model: "Model") -> "Model":
        return msgspec.structs.replace(model, available=model.provider in self._callable)

    def _query(self, query: str | Query, filters: Mapping[str, Any]) -> Query:
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
