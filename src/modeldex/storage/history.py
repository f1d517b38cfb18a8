"""Write the history inside a catalog file: carried on from the earlier catalog, and told anew."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import apsw

from ..domain.catalog import History, Step
from ..domain.change import Change
from ..domain.model import Model
from .decoding import model as decoded
from .encoding import json, time
from .layout import FACTS

Tell = Callable[[Model, Model], Iterable[Change]]
"""From two versions of one model, the older first, to what changed."""

_CARRY = """
INSERT INTO step SELECT * FROM earlier.step;
INSERT INTO subject SELECT * FROM earlier.subject;
INSERT INTO change SELECT * FROM earlier.change;
INSERT INTO alias_span SELECT * FROM earlier.alias_span;
INSERT INTO tombstone SELECT * FROM earlier.tombstone WHERE id NOT IN (SELECT id FROM main.model);
"""
_BURY = """
INSERT OR REPLACE INTO tombstone
SELECT id, provider, json_set(document, '$.lifecycle', 'removed') FROM earlier.model_json
WHERE id = ?
"""
_DIFFERING = f"""
SELECT was.document, now.document
FROM main.model AS new JOIN earlier.model AS old ON old.id = new.id
JOIN earlier.model_json AS was ON was.place = old.place
JOIN main.model_json AS now ON now.place = new.place
WHERE ({", ".join(f"new.{name}" for name in FACTS)})
IS NOT ({", ".join(f"old.{name}" for name in FACTS)})
ORDER BY new.id
"""  # noqa: S608 (our own names)


def attach(db: apsw.Connection, earlier: Path) -> None:
    """Open the earlier catalog beside the new one; before the transaction that writes."""
    db.execute("ATTACH ? AS earlier", (f"{earlier.absolute().as_uri()}?immutable=1&mode=ro",))


def write(db: apsw.Connection, history: History, tell: Tell | None, *, carried: bool) -> None:
    """Write a catalog's history beside its models, which are there already.

    With an earlier catalog attached its history is `carried` on: the facts that differ from its
    models are handed to `tell`, and what that says is written behind the changes of `history`.
    """
    told: list[Change] = list(history.changes)
    if carried:
        db.execute(_CARRY)
        db.executemany(_BURY, ((one,) for one in history.removed))
        if tell is not None:
            told += _told(db, tell)
    _write_now(db, history)
    _write_names(db, history)
    _write_picks(db, history)
    _write_changes(db, history.steps, told)


def _told(db: apsw.Connection, tell: Tell) -> Iterator[Change]:
    for was, now in db.execute(_DIFFERING):
        yield from tell(decoded(was), decoded(now))


def _write_now(db: apsw.Connection, history: History) -> None:
    db.executemany(
        "INSERT INTO remembering VALUES (?,?,?)",
        (
            (one.provider, one.connection, time(one.memory.counted_at))
            for one in history.remembering
        ),
    )
    db.executemany(
        "INSERT INTO remembered VALUES (?,?,?)",
        (
            (model, one.provider, json(state))
            for one in history.remembering
            for model, state in one.memory.models.items()
        ),
    )
    db.executemany(
        "INSERT INTO held VALUES (?,?,?)",
        ((one.connection, one.provider, json(one)) for one in history.held),
    )


def _write_names(db: apsw.Connection, history: History) -> None:
    db.executemany(
        "UPDATE alias_span SET until = ? WHERE alias = ? AND since = ?",
        ((time(one.until), one.alias, time(one.since)) for one in history.ended),
    )
    db.executemany(
        "INSERT INTO alias_span VALUES (?,?,?,?)",
        ((one.alias, one.id, time(one.since), time(one.until)) for one in history.given),
    )


def _write_picks(db: apsw.Connection, history: History) -> None:
    db.executemany(
        "INSERT INTO pick VALUES (?,?,?)",
        (
            (bucket, place, one)
            for bucket, ids in history.picks.items()
            for place, one in enumerate(ids, 1)
        ),
    )


def _write_changes(db: apsw.Connection, steps: Iterable[Step], changes: list[Change]) -> None:
    numbers: dict[str, int] = {}
    telling = {_provider(change) for change in changes}
    for step in steps:
        if step.provider in telling:
            db.execute(
                "INSERT INTO step (provider, at, before, snapshot) VALUES (?,?,?,?)",
                (step.provider, time(step.at), step.before, step.snapshot),
            )
            numbers[step.provider] = db.last_insert_rowid()
    db.executemany(
        "INSERT OR IGNORE INTO subject (name) VALUES (?)", ((change.id,) for change in changes)
    )
    db.executemany(
        "INSERT INTO change (step, subject, kind, field, old, new, source)"
        " VALUES (?, (SELECT id FROM subject WHERE name = ?), ?,?,?,?,?)",
        (
            (
                numbers[_provider(change)],
                change.id,
                change.kind,
                change.field,
                json(change.old),
                json(change.new),
                change.source,
            )
            for change in changes
        ),
    )


def _provider(change: Change) -> str:
    return change.id.partition("/")[0]
