"""A catalog's models, read once in the few columns that every shape needs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

import msgspec

from ...domain.capability import Access
from ...domain.errors import BadQuery
from ...domain.price import Price
from ...domain.query import Query
from ...service.reading import Catalog

COLUMNS: tuple[str, ...] = (
    *("id", "provider", "native_id", "name", "base", "lab", "kind", "context_window", "max_output"),
    *("input_modalities", "output_modalities", "tools", "vision", "structured_output", "json_mode"),
    *("reasoning", "streaming", "prompt_caching", "price", "released", "created", "first_seen"),
    *("lifecycle", "retires_on", "access", "hugging_face_id", "maybe_chat", "callable"),
)
_price = msgspec.json.Decoder(Price)
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class Source(NamedTuple):
    """A provider, as far as a list of models tells of it."""

    name: str
    available: bool
    local: bool
    key_url: str | None
    key_env: tuple[str, ...]


class Listed(NamedTuple):
    """One model."""

    facts: Mapping[str, Any]
    """Columns of the table `model` by name; truths are 0, 1 or `None`."""
    price: Price | None
    source: Source
    ready: bool
    """Whether this user can call it now."""
    created: datetime
    """The epoch where nothing is known."""
    created_from: str | None
    """The fact that `created` is: `created`, `released`, `first_seen`; `None` where it is none."""

    @property
    def id(self) -> str:
        """`provider/native-id`."""
        return str(self.facts["id"])

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.facts["name"] or self.facts["native_id"])


def read(catalog: Catalog) -> list[Listed]:
    """Every model: those of this machine first, then what this user can call, then the others."""
    sources = _sources(catalog)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in catalog.rows(Query(), COLUMNS)]
    asked = {row["provider"] for row in rows if row["callable"]}
    found = [_listed(row, sources, asked) for row in rows]
    found.sort(key=lambda one: (not one.source.local, not one.ready))
    return found


def _sources(catalog: Catalog) -> dict[str, Source]:
    found, rows = {}, catalog.provider_rows()
    for line in catalog.provider_lines():
        row = rows.get(line.provider)
        found[line.provider] = Source(
            name=line.name,
            available=line.available,
            local=row is not None and row.local,
            key_url=line.key_url,
            key_env=row.key_env if row is not None else (),
        )
    return found


def _listed(row: dict[str, Any], sources: Mapping[str, Source], asked: set[str]) -> Listed:
    source = sources[row["provider"]]
    opened = bool(row["callable"]) or row["provider"] not in asked
    at, known_by = created_of(row)
    return Listed(
        facts=row,
        price=_price.decode(row["price"]) if row["price"] else None,
        source=source,
        ready=source.available and opened and row["access"] != Access.NOT_CALLABLE,
        created=at,
        created_from=known_by,
    )


def created_of(row: Mapping[str, Any]) -> tuple[datetime, str | None]:
    """When a model was made, and the fact that says so; the epoch where nothing does."""
    for field in ("created", "released", "first_seen"):
        if text := row[field]:
            return _moment(text), field
    return _UNKNOWN, None


def _moment(text: str) -> datetime:
    if len(text) == len("2026-11-20"):
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    return datetime.fromisoformat(text)


def truth(value: int | None) -> bool | None:
    """A truth of the table: `None` stays unknown."""
    return None if value is None else bool(value)


def split(value: str | None) -> Sequence[str] | None:
    """A set of the table; `None` stays unknown."""
    return None if value is None else [one for one in value.split(",") if one]


def page(
    every: Sequence[Listed],
    ready: bool | None,
    after: str | None,
    before: str | None,
    limit: int | None,
) -> tuple[list[Listed], bool]:
    """The models behind or before an id, and whether there are more that way.

    `ready` keeps those that can be called now, or cannot; `None` keeps all. The id may be one that
    is not kept. Raises `BadQuery` for an id that is not there at all: from the beginning anew,
    who reads page by page would meet the same models twice.
    """
    first, end = 0, len(every)
    if before is not None:
        end = _place(every, before, "before_id")
    elif after is not None:
        first = _place(every, after, "after") + 1
    found = [one for one in every[first:end] if ready is None or one.ready is ready]
    if limit is None or len(found) <= limit:
        return found, False
    return (found[-limit:] if before is not None else found[:limit]), True


def _place(every: Sequence[Listed], id: str, asked: str) -> int:
    for at, one in enumerate(every):
        if one.id == id:
            return at
    raise BadQuery(
        f"no model has the id that stands in {asked}",
        hint=f"it may have gone since: begin again without {asked}",
    )
