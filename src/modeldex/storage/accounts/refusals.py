"""What a database refuses, said as a sentence for whoever has to act; no value and no password in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from ...domain.errors import NotFound, StorageError

_SETTING = "MODELDEX_DATABASE_URL"
_AWAY = f"does not answer or lets nobody in: start it, or mend {_SETTING} (host, name, password)"
_SAID = {
    "SQLITE_BUSY": "is being written by another process for too long: try again in a moment",
    "SQLITE_LOCKED": "is being written by another process for too long: try again in a moment",
    "SQLITE_FULL": "has no room left on its disk: free some space",
    "SQLITE_READONLY": f"cannot be written: mend its rights, or name another with {_SETTING}",
    "SQLITE_CANTOPEN": f"cannot be opened: mend its rights, or name another with {_SETTING}",
    "SQLITE_IOERR": "cannot be read or written: look after its disk",
    "SQLITE_CORRUPT": "is damaged: put a backup in its place",
    "SQLITE_NOTADB": f"is no SQLite database: name another file with {_SETTING}",
    "08": _AWAY,
    "25006": "takes no writes at present: let it become the primary, or name the primary",
    "28": _AWAY,
    "3D000": f"is not there: create it, or name another with {_SETTING}",
    "40": "had to end one of two writes that waited for each other: try again",
    "42501": "does not give this user the rights it needs: grant CREATE and USAGE on its schema",
    "53": "has no room left (disk, memory or connections): give it more",
    "55P03": "is being migrated by another machine for too long: try again in a moment",
    "57": _AWAY,
}
"""What begins SQLite's name or PostgreSQL's code of an error → what is said of the database.

Source: https://www.sqlite.org/rescode.html
Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""
_ORPHAN = ("SQLITE_CONSTRAINT_FOREIGNKEY", "23503")


@contextmanager
def refusals(place: str) -> Iterator[None]:
    """Turn every error of the database at `place` into one of ours.

    Raises `StorageError`, and `NotFound` for a row whose owner is gone.
    """
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise _ours(error, place) from None


def _ours(error: exc.SQLAlchemyError, place: str) -> BaseException:
    cause: BaseException | None = getattr(error, "orig", None)
    if cause is not None and not isinstance(error, exc.DBAPIError):
        return cause  # what `columns` raised over a value, before the database saw it
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code in _ORPHAN:
        return NotFound("the account or the connection that this belongs to is gone")
    if code is None and isinstance(error, exc.TimeoutError):
        return StorageError(f"{place} answers too slowly for all who ask: try again in a moment")
    if code is None and isinstance(error, exc.OperationalError | exc.InterfaceError):
        return StorageError(f"{place} {_AWAY}")
    return StorageError(f"{place} {_sentence(code or type(error).__name__)}")


def _sentence(code: str) -> str:
    for begins, said in _SAID.items():
        if code.startswith(begins):
            return said
    return f"refused a statement ({code}): report this as a bug"
