"""What is to be told outside: how far the history was read, every notice ever given, messages on their way.

All of it changes together, so that a killed process leaves an event untold or told, never half.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import msgspec

from ..domain.delivery import Delivery, DeliveryState, Message
from ..domain.notice import Notice
from .encoding import json, time
from .opening import SmallDatabase

_FORMAT = 1
KEPT = timedelta(days=90)
"""So long a message is remembered after it came in, delivered or given up."""
_MARKS = 100
_TABLES = """
-- How far the history of catalogs was read, newest last.
CREATE TABLE IF NOT EXISTS mark (
    id INTEGER PRIMARY KEY,
    catalog TEXT NOT NULL,  -- SHA-256 of the catalog that was read
    key TEXT NOT NULL,  -- key of its newest change; empty: it had none
    at TEXT NOT NULL  -- when that catalog was published
) STRICT;
-- Every notice that was ever given.
CREATE TABLE IF NOT EXISTS notice (
    key TEXT PRIMARY KEY,
    document TEXT NOT NULL,  -- JSON object
    shown INTEGER NOT NULL  -- whether a terminal has shown it, or was about to
) STRICT, WITHOUT ROWID;
-- A message to one receiver.
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    body TEXT NOT NULL,  -- empty once it is delivered
    at TEXT NOT NULL,
    state TEXT NOT NULL,  -- waiting, delivered, failed
    attempts INTEGER NOT NULL,
    next_at TEXT,
    problem TEXT NOT NULL,
    UNIQUE (channel, message)
) STRICT;
"""
_PUT = """
INSERT OR IGNORE INTO delivery (channel, message, body, at, state, attempts, next_at, problem)
VALUES (?, ?, ?, ?, 'waiting', 0, ?, '')
"""
_COLUMNS = "channel, message, body, at, state, attempts, next_at, problem"
_DELAY = """
UPDATE delivery SET next_at = max(next_at, ?) WHERE channel = ? AND state = 'waiting'
"""


class Mark(NamedTuple):
    """A catalog that was read to its end."""

    catalog: str
    key: str
    """The key of the change that was written to it last; empty when it had none."""
    at: datetime
    """When it was published."""


class Due(NamedTuple):
    """A notice and the messages that carry it."""

    notice: Notice
    messages: Sequence[Message] = ()


class Outbox:
    """The file `outbox.db` of a folder; made when there is somebody to tell."""

    def __init__(self, folder: Path) -> None:
        self.file = SmallDatabase(folder / "outbox.db", _TABLES, _FORMAT)
        self.lock = folder / "sending.lock"

    def marks(self) -> tuple[Mark, ...]:
        """How far the history was read, newest first; empty when nobody has begun to."""

        def read(db: apsw.Connection) -> tuple[Mark, ...]:
            rows = db.execute("SELECT catalog, key, at FROM mark ORDER BY id DESC")
            return tuple(Mark(name, key, datetime.fromisoformat(at)) for name, key, at in rows)

        return self.file.read(read) if self.file.exists else ()

    def put(
        self, mark: Mark, messages: Iterable[Message] = (), due: Iterable[Due] = ()
    ) -> tuple[Notice, ...]:
        """Take all of this in, whatever of it is there already only once; gives the new notices."""

        def write(db: apsw.Connection) -> tuple[Notice, ...]:
            db.execute("DELETE FROM mark WHERE catalog = ?", (mark.catalog,))
            row = (mark.catalog, mark.key, time(mark.at))
            db.execute("INSERT INTO mark (catalog, key, at) VALUES (?, ?, ?)", row)
            db.execute("DELETE FROM mark WHERE id <= last_insert_rowid() - ?", (_MARKS,))
            _put(db, messages)
            return tuple(_new(db, due))

        return self.file.write(write)

    def forget_marks(self) -> None:
        """Nobody is to be told any more: what happens until somebody is will be no news."""
        if self.file.exists:
            self.file.write(lambda db: db.execute("DELETE FROM mark").get)

    def notices(self) -> tuple[Notice, ...]:
        """Every notice that was ever given, the newest first."""

        def read(db: apsw.Connection) -> list[Notice]:
            return _notices(db.execute("SELECT document FROM notice"))

        found = self.file.read(read) if self.file.exists else []
        return tuple(sorted(found, key=lambda one: (one.at, one.key), reverse=True))

    def show(self) -> tuple[Notice, ...]:
        """The notices that no terminal has shown: from now on they count as shown."""

        def take(db: apsw.Connection) -> list[Notice]:
            found = _notices(db.execute("SELECT document FROM notice WHERE NOT shown"))
            db.execute("UPDATE notice SET shown = 1 WHERE NOT shown")
            return found

        found = self.file.write(take) if self.file.exists else []
        return tuple(sorted(found, key=lambda one: (one.at, one.key)))

    def deliveries(self, *states: DeliveryState) -> tuple[Delivery, ...]:
        """The messages in these states, or in any, in the order in which they came in."""
        wanted = states or tuple(DeliveryState)
        sql = f"SELECT {_COLUMNS} FROM delivery WHERE state IN ({_places(wanted)}) ORDER BY id"  # noqa: S608

        def read(db: apsw.Connection) -> tuple[Delivery, ...]:
            return tuple(map(_delivery, db.execute(sql, wanted)))

        return self.file.read(read) if self.file.exists else ()

    def record(self, delivery: Delivery, *, others_wait: bool = False) -> None:
        """Remember what became of a message; where it waits, the others to its receiver may too."""
        message, next_at = delivery.message, time(delivery.next_at)
        body = "" if delivery.state is DeliveryState.DELIVERED else message.body
        row = (body, delivery.state, delivery.attempts, next_at, delivery.problem)

        def write(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE delivery SET body = ?, state = ?, attempts = ?, next_at = ?, problem = ?"
                " WHERE channel = ? AND message = ?",
                (*row, message.channel, message.id),
            )
            if others_wait and next_at is not None:
                db.execute(_DELAY, (next_at, message.channel))

        self.file.write(write)

    def prune(self, now: datetime) -> None:
        """Forget messages that came in long ago and are not waiting; notices stay for ever."""
        if self.file.exists:
            before = time(now - KEPT)
            sql = "DELETE FROM delivery WHERE state <> 'waiting' AND at < ?"
            self.file.write(lambda db: db.execute(sql, (before,)).get)


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _put(db: apsw.Connection, messages: Iterable[Message]) -> None:
    rows = ((one.channel, one.id, one.body, time(one.at), time(one.at)) for one in messages)
    db.executemany(_PUT, rows)


def _new(db: apsw.Connection, due: Iterable[Due]) -> Iterable[Notice]:
    for notice, messages in due:
        db.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, 0)", (notice.key, json(notice)))
        if db.changes():
            _put(db, messages)
            yield notice


def _notices(rows: Iterable[tuple[Any, ...]]) -> list[Notice]:
    return [msgspec.json.decode(document, type=Notice) for (document,) in rows]


def _delivery(row: tuple[Any, ...]) -> Delivery:
    channel, message, body, at, state, attempts, next_at, problem = row
    return Delivery(
        message=Message(id=message, channel=channel, body=body, at=datetime.fromisoformat(at)),
        state=DeliveryState(state),
        attempts=attempts,
        next_at=datetime.fromisoformat(next_at) if next_at else None,
        problem=problem,
    )
