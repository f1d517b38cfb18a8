"""What is remembered between refreshes: the last attempt at each connection, and who refreshes now."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from ..domain.errors import StorageError
from ..domain.outcome import Outcome
from . import durable
from .encoding import time

T = TypeVar("T")

_FORMAT = 1
_BUSY_MS = 5000
"""So long a write waits for another process to end its own; each takes a few milliseconds."""
_DAMAGED = (
    *(apsw.NotADBError, apsw.CorruptError, apsw.SQLError, apsw.ReadOnlyError),
    *(msgspec.ValidationError, ValueError),
)
"""What a damaged file is known by; a file that only reads as one that must not be written may be
damaged too, in its header."""
_TABLES = """
CREATE TABLE IF NOT EXISTS attempt (
    connection TEXT PRIMARY KEY,  -- reveals neither address nor key
    provider TEXT NOT NULL,
    at TEXT NOT NULL,  -- time of the attempt
    outcome TEXT NOT NULL,  -- what it came to, in one word
    message TEXT NOT NULL,  -- may be empty
    failures INTEGER NOT NULL,  -- failures in a row, this one included
    open_until TEXT,  -- time before which it is not asked again; NULL: it may be asked
    retry_after_s REAL  -- seconds the provider asked to wait; NULL: it did not say
) STRICT;
"""
_RECORD = """
INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection) DO UPDATE SET
    provider = excluded.provider, at = excluded.at, outcome = excluded.outcome,
    message = excluded.message, failures = excluded.failures,
    open_until = excluded.open_until, retry_after_s = excluded.retry_after_s
"""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """The last attempt at one connection, and what follows from it for the next one."""

    connection: str
    """`Connection.id`."""
    provider: str
    at: datetime
    """When it was made, aware UTC."""
    outcome: Outcome
    message: str = ""
    failures: int = 0
    """Failures in a row, this one included; 0 after a success."""
    open_until: datetime | None = None
    """Before this moment it is not asked again; `None`: it may be asked."""
    retry_after_s: float | None = None
    """Seconds the provider asked to wait; `None` when it did not say."""


class State:
    """A folder with `attempts.db` and `refresh.lock`; made at the first write.

    A damaged file is set aside as `<name>.corrupt` and begun anew: all that is lost is the
    memory of failures.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "attempts.db"
        self.lock = folder / "refresh.lock"

    def attempts(self) -> dict[str, Attempt]:
        """The last attempt at each connection, by its id; empty where nothing is remembered."""
        if not self.path.exists():
            return {}
        return self._done(_read)

    def record(self, attempt: Attempt) -> None:
        """Remember an attempt in the place of the connection's earlier one."""
        row = (
            attempt.connection,
            attempt.provider,
            time(attempt.at),
            attempt.outcome,
            attempt.message,
            attempt.failures,
            time(attempt.open_until),
            attempt.retry_after_s,
        )

        def write(db: apsw.Connection) -> None:
            db.execute(_RECORD, row)

        durable.private_folder(self.folder)
        self._done(write)

    @contextmanager
    def only_one_refresh(self, wait_s: float) -> Iterator[bool]:
        """Wait at most `wait_s` for every other refresh to end; yields whether that came true.

        The lock is an exclusive transaction on an empty SQLite file: it needs no code per
        system (`flock` and Windows differ), holds between threads as between processes, waits
        by itself, and the system takes it from a killed process.
        """
        durable.private_folder(self.folder)

        def begin(db: apsw.Connection) -> None:
            db.set_busy_timeout(int(wait_s * 1000))
            with suppress(apsw.BusyError):
                db.execute("BEGIN EXCLUSIVE")

        with closing(_opened(self.lock, begin)) as db:
            yield db.in_transaction

    def _done(self, work: Callable[[apsw.Connection], T]) -> T:
        found: list[T] = []

        def transact(db: apsw.Connection) -> None:
            _prepare(db)
            found.append(work(db))
            db.execute("COMMIT")

        _opened(self.path, transact).close()
        return found[-1]


def _opened(path: Path, use: Callable[[apsw.Connection], None]) -> apsw.Connection:
    """A connection after its first `use`; a file that proves damaged is replaced, once."""
    try:
        return _used(path, use)
    except _DAMAGED as error:
        if isinstance(error, apsw.ReadOnlyError) and not os.access(path, os.W_OK):
            raise StorageError(durable.cannot_write(path, str(error))) from error
        for ending in ("-wal", "-shm", ""):
            durable.set_aside(path.with_name(path.name + ending))
    try:
        return _used(path, use)
    except _DAMAGED as error:
        raise StorageError(durable.cannot_write(path, str(error))) from error


def _used(path: Path, use: Callable[[apsw.Connection], None]) -> apsw.Connection:
    db: apsw.Connection | None = None
    try:
        db = apsw.Connection(str(path))
        use(db)
    except BaseException as error:
        if db is not None:
            db.close(True)
        if isinstance(error, apsw.Error) and not isinstance(error, _DAMAGED):
            raise StorageError(durable.cannot_write(path, str(error))) from error
        raise
    return db


def _prepare(db: apsw.Connection) -> None:
    """Begin to write in a file that has our tables; raises `ValueError` for another format."""
    db.set_busy_timeout(_BUSY_MS)
    with suppress(apsw.BusyError):  # another process opens it too, and sets the same
        db.pragma("journal_mode", "wal")
    db.execute("BEGIN IMMEDIATE")
    if db.pragma("user_version") not in (0, _FORMAT):
        raise ValueError("another format")
    if db.execute("PRAGMA integrity_check").get != "ok":
        raise ValueError("its table and its index disagree")
    db.execute(_TABLES)
    db.pragma("user_version", _FORMAT)


def _read(db: apsw.Connection) -> dict[str, Attempt]:
    fields = Attempt.__struct_fields__
    rows = db.execute(f"SELECT {', '.join(fields)} FROM attempt")  # noqa: S608 (our own names)
    found = [msgspec.convert(dict(zip(fields, row, strict=True)), Attempt) for row in rows]
    return {attempt.connection: attempt for attempt in found}
