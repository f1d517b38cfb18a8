"""Open a small SQLite file that several processes write to: a damaged one is set aside, once."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from ..domain.errors import StorageError
from . import durable

T = TypeVar("T")

_BUSY_MS = 5000
"""So long a write waits for another process to end its own; each takes a few milliseconds."""
_DAMAGED = (
    *(apsw.NotADBError, apsw.CorruptError, apsw.SQLError, apsw.ReadOnlyError),
    *(msgspec.ValidationError, ValueError),
)
"""What a damaged file is known by; a file that only reads as one that must not be written may be
damaged too, in its header."""


class SmallDatabase:
    """One SQLite file with our tables. A damaged one is set aside as `<name>.corrupt`, begun anew."""

    def __init__(self, path: Path, tables: str, format: int) -> None:
        """`tables` makes what is not there yet, `format` is the file's `user_version`."""
        self.path = path
        self._tables = tables
        self._format = format

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    @property
    def set_aside(self) -> Path | None:
        """The damaged file whose place was taken; `None` when there is none."""
        aside = self.path.with_name(f"{self.path.name}.corrupt")
        return aside if aside.exists() else None

    def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """What `work` gives, done in one transaction; makes folder and file. Raises `StorageError`."""
        durable.private_folder(self.path.parent)
        return self.read(work)

    def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """As `write`, for a file that is there already."""
        found: list[T] = []

        def transact(db: apsw.Connection) -> None:
            self._prepare(db)
            found.append(work(db))
            db.execute("COMMIT")

        _opened(self.path, transact).close()
        return found[-1]

    def _prepare(self, db: apsw.Connection) -> None:
        """Begin to write in a file that has our tables; raises `ValueError` for another format."""
        db.set_busy_timeout(_BUSY_MS)
        with suppress(apsw.BusyError):  # another process opens it too, and sets the same
            db.pragma("journal_mode", "wal")
        db.execute("BEGIN IMMEDIATE")
        if db.pragma("user_version") not in (0, self._format):
            raise ValueError("another format")
        if db.execute("PRAGMA integrity_check").get != "ok":
            raise ValueError("its table and its index disagree")
        db.execute(self._tables)
        db.pragma("user_version", self._format)


@contextmanager
def only_one(path: Path, wait_s: float) -> Iterator[bool]:
    """Wait at most `wait_s` for every other holder of this lock; yields whether that came true.

    The lock is an exclusive transaction on an empty SQLite file: it needs no code per
    system (`flock` and Windows differ), holds between threads as between processes, waits
    by itself, and the system takes it from a killed process.
    """
    durable.private_folder(path.parent)

    def begin(db: apsw.Connection) -> None:
        db.set_busy_timeout(int(wait_s * 1000))
        with suppress(apsw.BusyError):
            db.execute("BEGIN EXCLUSIVE")

    with closing(_opened(path, begin)) as db:
        yield db.in_transaction


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
