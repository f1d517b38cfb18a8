"""Read the history inside a catalog file: what is remembered, set aside, removed, and what changed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from ..domain.catalog import HeldListing, Remembering
from ..domain.change import Change, ChangeKind
from ..domain.memory import Memory, Remembered
from ..domain.model import Model
from ..domain.source import Source
from .decoding import model as decoded
from .encoding import time

All: TypeAlias = Callable[..., Iterator[Any]]
"""Runs SQL with values and gives the rows."""

_REMEMBERED = "SELECT id, provider, state FROM remembered ORDER BY id"
_CHANGES = """
SELECT step.at, subject.name, change.kind, change.field, change.old, change.new, change.source,
    step.before, step.snapshot
FROM change JOIN step ON step.id = change.step JOIN subject ON subject.id = change.subject
"""
_TOMBSTONE = "SELECT document FROM tombstone WHERE id = ?"
_remembered = msgspec.json.Decoder(Remembered)
_held = msgspec.json.Decoder(HeldListing)


def remembering(rows: All) -> dict[str, Remembering]:
    """Provider id → what is remembered of it."""
    models: dict[str, dict[str, Remembered]] = {}
    for model, provider, state in rows(_REMEMBERED):
        models.setdefault(provider, {})[model] = _remembered.decode(state)
    return {
        provider: Remembering(
            provider=provider,
            connection=connection,
            memory=Memory(
                counted_at=datetime.fromisoformat(counted_at) if counted_at else None,
                models=models.get(provider, {}),
            ),
        )
        for provider, connection, counted_at in rows("SELECT * FROM remembering")
    }


def remembered(rows: All, id: str) -> Remembered | None:
    """What is remembered of one model; `None` for one that was never listed."""
    for (state,) in rows("SELECT state FROM remembered WHERE id = ?", (id,)):
        return _remembered.decode(state)
    return None


def held(rows: All) -> dict[str, HeldListing]:
    """Connection → the list that is set aside for it."""
    return {name: _held.decode(said) for name, said in rows("SELECT connection, listing FROM held")}


def tombstones(rows: All, provider: str | None = None) -> list[Model]:
    """The models that are listed no more, with their last facts."""
    where, values = ("WHERE provider = ?", (provider,)) if provider else ("", ())
    found = rows(f"SELECT document FROM tombstone {where} ORDER BY id", values)  # noqa: S608
    return [decoded(document) for (document,) in found]


def first_seen(rows: All) -> dict[str, datetime]:
    """When each model was first listed, those that are gone too."""
    found = rows("SELECT id, state ->> 'first_seen' FROM remembered")
    return {model: datetime.fromisoformat(at) for model, at in found}


def removed(rows: All) -> frozenset[str]:
    """Ids of the models that are listed no more."""
    return frozenset(model for (model,) in rows("SELECT id FROM tombstone"))


def tombstone(rows: All, id: str) -> Model | None:
    """One model that is listed no more; `None` when none of that id was removed."""
    document = tombstone_document(rows, id)
    return decoded(document) if document else None


def tombstone_document(rows: All, id: str) -> str | None:
    """The same model as the text of its JSON document, without `available`."""
    return next((said for (said,) in rows(_TOMBSTONE, (id,))), None)


def changes(
    rows: All,
    *,
    since: datetime | None = None,
    after: datetime | None = None,
    id: str | None = None,
    provider: str | None = None,
    kinds: Iterable[str] = (),
    limit: int | None = None,
    newest_first: bool = True,
    as_written: bool = False,
) -> Iterator[Change]:
    """The changes that meet every condition given; `since` is inclusive, `after` is not.

    They come by their times, or `as_written`: what a later catalog added is always newer then,
    whatever its clock said.
    """
    conditions: list[tuple[str, tuple[Any, ...]]] = []
    if since is not None:
        conditions.append(("step.at >= ?", (time(since),)))
    if after is not None:
        conditions.append(("step.at > ?", (time(after),)))
    if id is not None:
        conditions.append(("subject.name = ?", (id,)))
    if provider is not None:
        conditions.append(("step.provider = ?", (provider,)))
    if wanted := tuple(kinds):
        conditions.append((f"change.kind IN ({', '.join('?' * len(wanted))})", wanted))
    where = " AND ".join(sql for sql, _ in conditions) or "1"
    order = "DESC" if newest_first else "ASC"
    by = "" if as_written else f"step.at {order}, "
    sql = f"{_CHANGES} WHERE {where} ORDER BY {by}change.id {order} LIMIT ?"
    values = [value for _, given in conditions for value in given]
    for row in rows(sql, [*values, -1 if limit is None else limit]):
        yield _change(row)


def _change(row: tuple[str, ...]) -> Change:
    at, model, kind, field, old, new, source, before, snapshot = row
    return Change(
        at=datetime.fromisoformat(at),
        id=model,
        kind=ChangeKind(kind),
        field=field,
        old=msgspec.json.decode(old),
        new=msgspec.json.decode(new),
        source=Source(source) if source else None,
        before=before,
        snapshot=snapshot,
    )
