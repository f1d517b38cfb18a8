"""The accounts database as the rest of this folder uses it: transactions that join one another."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry

from ...domain.errors import StorageError
from .engines import BEGIN, WAIT_MS, engine_for
from .patience import current
from .refusals import refusals

_ALONE = int.from_bytes(b"modeldex")
"""The number of the advisory lock by which processes agree who migrates."""
_SCRUB_MS = 200
"""So long readers may keep a log from being emptied: meanwhile nobody can write."""


class Database:
    """One database and its pool; safe to share between threads."""

    def __init__(self, address: str) -> None:
        self._engine, self.place = engine_for(address)
        self.lite = self._engine.dialect.name == "sqlite"
        self._here = threading.local()
        self._unscrubbed = False
        self._closed = False
        event.listen(self._engine, "checkin", self._given_back)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to read with; within a transaction of this thread, that one's."""
        return self._joined(self._engine)

    @contextmanager
    def writing(self, wait_ms: int | None = None) -> Iterator[Connection]:
        """A transaction, or the one of this thread that is under way: it ends as a whole.

        `wait_ms` bounds how long it waits for what others write, then it raises `StorageError`;
        `None`: as long as the database is set to, some seconds.
        """
        # A SQLite transaction that reads first and writes later fails when another wrote between.
        options: dict[str, Any] = {BEGIN: "IMMEDIATE"}
        if wait_ms is not None:
            options[WAIT_MS] = wait_ms
        with self._joined(self._engine.execution_options(**options)) as connection:
            if wait_ms is not None and not self.lite:
                connection.execute(select(func.set_config("lock_timeout", str(wait_ms), True)))
            yield connection
        if self._unscrubbed and self._current() is None:
            self.scrub()

    @contextmanager
    def alone(self, wait_s: float) -> Iterator[Connection]:
        """A transaction that no other process has beside its own of this kind.

        Waits at most `wait_s` for the others, then raises `StorageError`.
        """
        wait_ms = int(wait_s * 1000)
        engine = self._engine.execution_options(**{BEGIN: "EXCLUSIVE", WAIT_MS: wait_ms})
        with refusals(self.place), engine.begin() as connection, self.at_length(connection):
            if not self.lite:
                connection.execute(select(func.set_config("lock_timeout", str(wait_ms), True)))
                connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))
            yield connection

    @contextmanager
    def at_length(self, connection: Connection) -> Iterator[None]:
        """Let statements of this connection take as long as they need; elsewhere than in PostgreSQL
        they may already."""
        raw: Any = None if self.lite else connection.connection.dbapi_connection
        if raw is None:
            yield
            return
        before, raw.patience_s = raw.patience_s, None
        try:
            yield
        finally:
            raw.patience_s = before

    def moment(self) -> datetime:
        """What time it is by the server's clock, aware UTC; a file has no clock of its own."""
        with self.reading() as connection:
            now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)

    def insert(self, table: Table) -> Any:
        """An `INSERT` that knows `ON CONFLICT`: one statement, where two would be raced."""
        return sqlite.insert(table) if self.lite else postgresql.insert(table)

    def scrub_later(self) -> None:
        """Have `scrub` done when the transaction under way has ended."""
        self._unscrubbed = True

    def scrub(self) -> None:
        """Empty the log beside a SQLite file, which still holds what was removed from the file.

        Left for the next write when a reader stands in its way.
        """
        self._unscrubbed = self.lite
        if self.lite:
            engine = self._engine.execution_options(**{BEGIN: "", WAIT_MS: _SCRUB_MS})
            with refusals(self.place), engine.connect() as connection:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            self._unscrubbed = bool(busy)

    def close(self) -> None:
        """Close every connection: those in use, and any made from now on, when they are given back."""
        self._closed = True
        self._engine.dispose()

    def _given_back(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        if self._closed:
            record.invalidate()

    def _current(self) -> Connection | None:
        return getattr(self._here, "connection", None)

    @contextmanager
    def _joined(self, engine: Engine) -> Iterator[Connection]:
        if (current := self._current()) is not None:
            yield current
            return
        with refusals(self.place), self._connected(engine) as connection, connection.begin():
            self._here.connection = connection
            try:
                yield connection
            finally:
                self._here.connection = None

    def _connected(self, engine: Engine) -> Connection:
        """A connection for whoever asks, unless they wait for a server no more."""
        asking = None if self.lite else current()
        if asking is None:
            return engine.connect()
        if not asking.left_s:
            raise StorageError(
                asking.lost or f"{self.place} did not answer in time for this request"
            )
        with asking.waiting():
            return engine.connect()
