"""From the address of an accounts database to an engine that is set up for it."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from ...domain.errors import BadConfig, StorageError
from .. import durable

BEGIN, WAIT_MS = "modeldex_begin", "modeldex_wait_ms"
"""Execution options of SQLite connections: how a transaction begins (empty: none does), and how
long that waits for others."""
_BUSY_MS = 5000
"""So long a write waits for another process to end its own; each takes a few milliseconds."""
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "10000",
}
"""A server that vanished is noticed within seconds, not after the system's hours.

Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""
_POOL_WAIT_S, _POSTGRESQL_POOL_WAIT_S = 10, 2
"""Seconds for which a connection is waited for that others have: a file has one writer at a time, and
a server that answers gives each back within milliseconds."""
_WRONG = (
    "MODELDEX_DATABASE_URL is no address of an accounts database:"
    " write sqlite:///PATH or postgresql://USER@HOST/NAME"
)
_EXTRA = "PostgreSQL needs psycopg, which is not installed: pip install 'modeldex[postgres]'"


def engine_for(address: str) -> tuple[Engine, str]:
    """An engine, and what a person calls the database; holds no credential. Asks nobody yet.

    Makes the file of a SQLite address, for its owner's eyes only. Raises `BadConfig` for an
    address of neither kind, and `StorageError` when the file or the driver cannot be had.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise BadConfig(_WRONG) from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite" and url.database not in (None, "", ":memory:") and not url.query:
        return _sqlite(Path(str(url.database)))
    if kind in ("postgres", "postgresql"):
        return _postgresql(url)
    raise BadConfig(_WRONG)


def _postgresql(url: URL) -> tuple[Engine, str]:
    wanted = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            # A pooler in front of the server may give each transaction another connection.
            connect_args={**wanted, "prepare_threshold": None},
            pool_pre_ping=True,
            pool_timeout=_POSTGRESQL_POOL_WAIT_S,
            hide_parameters=True,
        )
        from .impatient import connected
    except ImportError:
        raise StorageError(_EXTRA) from None
    event.listen(engine, "do_connect", lambda *asked: connected(*asked[2], **asked[3]))
    host = url.host or url.query.get("host") or "this machine"
    return engine, f"the accounts database {url.database or ''} at {host}"


def _sqlite(path: Path) -> tuple[Engine, str]:
    durable.private_folder(path.parent)
    with durable.writing_to(path), suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        pool_timeout=_POOL_WAIT_S,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine, f"the accounts database {path}"


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """Source: https://www.sqlite.org/pragma.html"""
    connection.isolation_level = None  # transactions begin where we say, and hold DDL too
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        _write_ahead(cursor)
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    try:
        cursor.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        # Another process opens the file too, and sets the same.


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(options.get(WAIT_MS, _BUSY_MS))}")
    if how := options.get(BEGIN, "DEFERRED"):
        connection.exec_driver_sql(f"BEGIN {how}")
