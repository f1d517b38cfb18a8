"""What is remembered between refreshes: the last attempt at each connection, and who refreshes now."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import apsw
import msgspec

from ..domain.outcome import Outcome
from .encoding import time
from .opening import SmallDatabase, only_one

_FORMAT = 1
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
        self._file = SmallDatabase(self.path, _TABLES, _FORMAT)
        self.lock = folder / "refresh.lock"

    def attempts(self) -> dict[str, Attempt]:
        """The last attempt at each connection, by its id; empty where nothing is remembered."""
        return self._file.read(_read) if self._file.exists else {}

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

        self._file.write(write)

    def only_one_refresh(self, wait_s: float) -> AbstractContextManager[bool]:
        """Wait at most `wait_s` for every other refresh to end; gives whether that came true."""
        return only_one(self.lock, wait_s)


def _read(db: apsw.Connection) -> dict[str, Attempt]:
    fields = Attempt.__struct_fields__
    rows = db.execute(f"SELECT {', '.join(fields)} FROM attempt")  # noqa: S608 (our own names)
    found = [msgspec.convert(dict(zip(fields, row, strict=True)), Attempt) for row in rows]
    return {attempt.connection: attempt for attempt in found}
