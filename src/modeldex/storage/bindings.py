"""Which programs use which models: a small SQLite file that several processes write to."""

from collections.abc import Iterable
from pathlib import Path

import apsw
import msgspec

from ..domain.binding import Binding
from .encoding import time
from .opening import SmallDatabase

_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS binding (
    program TEXT NOT NULL,
    said TEXT NOT NULL,  -- the model's name as the program says it
    id TEXT NOT NULL,  -- the id that it led to
    how TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (program, said)
) STRICT, WITHOUT ROWID;
"""
_BIND = """
INSERT INTO binding VALUES (?, ?, ?, ?, ?)
ON CONFLICT (program, said) DO UPDATE SET id = excluded.id, how = excluded.how
"""


class Bindings:
    """The file `bindings.db` of a folder; made when the first program binds a model."""

    def __init__(self, folder: Path) -> None:
        self.file = SmallDatabase(folder / "bindings.db", _TABLES, _FORMAT)

    def all(self) -> tuple[Binding, ...]:
        """Every binding, by program and name."""
        return self.file.read(_read) if self.file.exists else ()

    def ids(self) -> frozenset[str]:
        """The ids that programs have bound, and names that led nowhere: they may become ids."""
        return frozenset(name for one in self.all() for name in (one.id, one.said))

    def add(self, bindings: Iterable[Binding]) -> None:
        """Keep these, all or none; one that is there already keeps its `since`."""
        rows = [(one.program, one.said, one.id, one.how, time(one.since)) for one in bindings]

        def write(db: apsw.Connection) -> None:
            db.executemany(_BIND, rows)

        self.file.write(write)

    def remove(self, bindings: Iterable[Binding]) -> None:
        """Forget these; one that is not there is none the less gone."""
        rows = [(one.program, one.said) for one in bindings]

        def write(db: apsw.Connection) -> None:
            db.executemany("DELETE FROM binding WHERE program = ? AND said = ?", rows)

        self.file.write(write)


def _read(db: apsw.Connection) -> tuple[Binding, ...]:
    fields = Binding.__struct_fields__
    rows = db.execute(f"SELECT {', '.join(fields)} FROM binding")  # noqa: S608 (our own names)
    return tuple(msgspec.convert(dict(zip(fields, row, strict=True)), Binding) for row in rows)
