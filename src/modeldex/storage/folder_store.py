"""A store in a folder that several machines, or several homes of one machine, share."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import apsw

from ..domain.errors import StorageError
from . import durable
from .object_store import Found, Stored

_LOCK = ".lock"
_ELSEWHERE = "another store with MODELDEX_STORE"
_LOCK_MS = 10_000


class FolderStore:
    """Objects are files. Files are whole or not there, as everywhere in this room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def address(self) -> str:
        return str(self.folder)

    def get(self, path: str) -> Stored | None:
        try:
            body = (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StorageError(
                f"{self.folder / path} cannot be read ({error.strerror}); mend its rights"
            ) from error
        return Stored(body, sha256(body).hexdigest())

    def put(self, path: str, body: bytes) -> None:
        final = self.folder / path
        durable.private_folder(final.parent, _ELSEWHERE)
        with durable.writing_to(final, _ELSEWHERE):
            durable.put_whole(final, body)

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        with self._alone():
            stored = self.get(path)
            if (stored.tag if stored else None) != tag:
                return False
            self.put(path, body)
        return True

    def found(self, prefix: str) -> list[Found]:
        with durable.writing_to(self.folder, _ELSEWHERE):
            return sorted(self._walk(self.folder / prefix))

    def _walk(self, folder: Path) -> Iterator[Found]:
        for path in folder.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and not path.name.startswith("."):
                    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield Found(path.relative_to(self.folder).as_posix(), at)

    def remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            with durable.writing_to(self.folder / path, _ELSEWHERE):
                (self.folder / path).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """An exclusive transaction on an empty file: the lock that also `State` uses, and why."""
        durable.private_folder(self.folder, _ELSEWHERE)
        try:
            db = apsw.Connection(str(self.folder / _LOCK))
        except apsw.Error as error:
            raise StorageError(
                durable.cannot_write(self.folder / _LOCK, str(error), _ELSEWHERE)
            ) from error
        with closing(db):
            db.set_busy_timeout(_LOCK_MS)
            try:
                db.execute("BEGIN EXCLUSIVE")
            except apsw.Error as error:
                raise StorageError(
                    durable.cannot_write(self.folder / _LOCK, str(error), _ELSEWHERE)
                ) from error
            yield
