"""How the tables come to stand as this version needs them, once, however many replicas start."""

import threading
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ...domain.errors import StorageError
from .database import Database
from .tables import REVISION

WAIT_S = 60
"""So long a replica waits for another to migrate."""
_PROCESS = threading.Lock()
"""Alembic's `op` belongs to the process, not to the thread."""


def migrate(database: Database, wait_s: float = WAIT_S) -> None:
    """Bring the tables to `REVISION`, in one transaction; raises `StorageError`.

    A database that a newer version made is refused, not changed.
    """
    with database.reading() as connection:
        if revision(connection) == REVISION:
            return
    with database.alone(wait_s) as connection, _PROCESS:
        _upgrade(connection, database.place)


def revision(connection: Connection) -> str | None:
    """The migration that the tables stand at; `None`: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection, place: str) -> None:
    with as_file(files(__package__) / "migrations") as folder:
        _run(connection, place, folder)


def _run(connection: Connection, place: str, folder: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision(connection)
    if found is not None and found not in known:
        raise StorageError(
            f"{place} was made by a newer modeldex (migration {found}):"
            " install that version here, or put a backup in its place"
        )
    command.upgrade(config, "head")
