"""Publish catalogs whole, and find the one in force whatever happened to the folder.

A catalog is `<sha256>.db`; the file `current` holds the hash of the one in force.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from . import durable
from .layout import FORMAT

if TYPE_CHECKING:
    from ..domain.catalog import CatalogContent
    from ..domain.report import CatalogStamp
    from .history import Tell

KEPT = 3
"""Catalogs that stay: the one in force, one to fall back to, one that a reader is just opening."""

POINTER = "current"
_ASIDE = ".db.corrupt"
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100


def _uninterrupted(step: str) -> None:
    """Where nobody watches the steps."""


def publish(
    folder: Path,
    content: "CatalogContent",
    at_step: Callable[[str], None] = _uninterrupted,
    *,
    earlier: Path | None = None,
    tell: "Tell | None" = None,
) -> "CatalogStamp":
    """Write a catalog and put it in force; killed at any step, the folder has the old or the new.

    `earlier` is the catalog whose history is carried on, `tell` says what changed between its
    version of a model and the new one. `at_step` is called before `write`, `name`, `point` and `prune`. Raises `StorageError` when
    the folder cannot be written, and `ValueError` when two models have one id.
    """
    import apsw

    from ..domain.errors import StorageError
    from ..domain.report import CatalogStamp
    from .writing import write

    durable.private_folder(folder)
    try:
        with durable.writing_to(folder), durable.temporary(folder) as written:
            at_step("write")
            models = write(written, content, earlier, tell)
            name = _hash(written)
            at_step("name")
            durable.settle(written, folder / f"{name}.db")
            at_step("point")
            durable.put_whole(folder / POINTER, f"{name}\n".encode())
            at_step("prune")
            _prune(folder, folder / f"{name}.db")
    except apsw.Error as error:
        raise StorageError(durable.cannot_write(folder, str(error))) from error
    return CatalogStamp(hash=name, models=models, published_at=content.published_at)


def adopt(folder: Path, name: str, body: Iterable[bytes]) -> Path:
    """Put a catalog that was published elsewhere in force here, and return its file.

    Raises `StorageError` when the content is not what the hash `name` says, or the folder cannot
    be written; then the earlier catalog stays.
    """
    from ..domain.errors import StorageError

    durable.private_folder(folder)
    path = folder / f"{name}.db"
    with durable.writing_to(folder), durable.temporary(folder) as written:
        if not verify(path):
            with written.open("wb") as file:
                file.writelines(body)
            if _hash(written) != name:
                raise StorageError(
                    f"catalog {name[:12]} came damaged: its content has another hash"
                )
            durable.settle(written, path)
        durable.put_whole(folder / POINTER, f"{name}\n".encode())
        _prune(folder, path)
    return path


def current(folder: Path, *, thorough: bool = False) -> Path | None:
    """The catalog in force, or else the newest whole one; `None` when there is none.

    The one in force is only looked at from outside (its kind, format and size), as reading all
    of it takes longer than a listing; `thorough` verifies its hash too. A damaged file is set
    aside as `<name>.corrupt`.
    """
    pointed = _pointed(folder)
    if pointed is not None and _looks_whole(pointed) and (not thorough or verify(pointed)):
        return pointed
    for path in _newest_first(folder):
        if not verify(path):
            durable.set_aside(path)
        elif _looks_whole(path):
            return path
    return None


def lost(folder: Path, found: Path | None) -> bool:
    """Whether the catalog that was in force is damaged or gone, so that `found`, which `current`
    gives, is an earlier one, or none; false where nothing was ever published."""
    pointed = _pointed(folder)
    if pointed is None or found is None:
        return found is None and (pointed is not None or bool(damaged(folder)))
    return pointed != found and not (_looks_whole(pointed) and verify(pointed))


def damaged(folder: Path) -> list[Path]:
    """The catalogs that were set aside and still lie there, newest first."""
    return _newest_first(folder, _ASIDE)


def verify(path: Path) -> bool:
    """Whether the file's content is what its name says."""
    try:
        return _hash(path) == path.stem
    except OSError:
        return False


def _hash(path: Path) -> str:
    from hashlib import file_digest

    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _pointed(folder: Path) -> Path | None:
    try:
        name = (folder / POINTER).read_bytes().strip().decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    if len(name) == 64 and name.isalnum():
        return folder / f"{name}.db"
    return None


def _looks_whole(path: Path) -> bool:
    """Whether the file is a SQLite database of this format with all of its pages."""
    header, size = _outside(path)
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    return _format(header) == FORMAT and size == page_bytes * pages


def _outside(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER_BYTES), os.fstat(file.fileno()).st_size
    except OSError:
        return b"", 0


def _format(header: bytes) -> int | None:
    """SQLite's `user_version`. Source: https://www.sqlite.org/fileformat2.html#the_database_header"""
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        return None
    return int.from_bytes(header[60:64], "big")


def _newest_first(folder: Path, ending: str = ".db") -> list[Path]:
    def age(path: Path) -> tuple[int, str]:
        try:
            return path.stat().st_mtime_ns, path.name
        except FileNotFoundError:
            return 0, path.name

    return sorted(folder.glob(f"*{ending}"), key=age, reverse=True)


def _prune(folder: Path, just_written: Path) -> None:
    durable.sweep(folder, just_written)
    for path in _too_old(folder, _pointed(folder)):
        with suppress(FileNotFoundError, PermissionError):
            path.unlink()


def _too_old(folder: Path, pointed: Path | None) -> Iterator[Path]:
    for path in _newest_first(folder)[KEPT:]:
        if path != pointed:
            yield path
    yield from damaged(folder)[1:]
