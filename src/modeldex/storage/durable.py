"""Whole or not at all: how a file is put in its place so that a crash leaves the old one or the new."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..domain.errors import StorageError

STALE_S = 3600
"""Age after which a temporary file is taken for the litter of a dead process: no write takes an hour."""


ELSEWHERE = "another folder with MODELDEX_HOME"
"""What to name instead of a place that cannot be written, unless somebody else named it."""


@contextmanager
def writing_to(path: Path, elsewhere: str = ELSEWHERE) -> Iterator[None]:
    """Turn the system's refusals into a `StorageError` that names `path` and says what to do."""
    try:
        yield
    except OSError as error:
        raise StorageError(cannot_write(path, error.strerror or str(error), elsewhere)) from error


def cannot_write(path: Path, why: str, elsewhere: str = ELSEWHERE) -> str:
    """The sentence for a place that does not take what is written to it."""
    return (
        f"{path} cannot be written ({why}): free some space or mend its rights, or name {elsewhere}"
    )


def private_folder(folder: Path, elsewhere: str = ELSEWHERE) -> None:
    """Make `folder` and its parents unless they are there; only the owner may enter it."""
    with writing_to(folder, elsewhere):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def temporary(folder: Path, rights: int = 0o600) -> Iterator[Path]:
    """An empty file in `folder`, with at most those rights; it is gone afterwards, unless renamed."""
    path = folder / f".{secrets.token_hex(8)}.tmp"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, rights))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def settle(written: Path, final: Path) -> None:
    """Give a written file of the same folder its final name, surviving a loss of power."""
    sync(written)
    written.replace(final)
    sync_folder(final.parent)


def put_whole(path: Path, body: bytes) -> None:
    """Write `body` to `path`: a reader sees what was there before, or all of `body`.

    Only its owner may read it.
    """
    with temporary(path.parent) as written:
        written.write_bytes(body)
        settle(written, path)


def put_for_others(path: Path, body: bytes) -> None:
    """The same for a document of the user's: with the rights that their files have, or it had."""
    with temporary(path.parent, 0o666) as written:
        with suppress(FileNotFoundError):
            written.chmod(path.stat().st_mode & 0o777)
        written.write_bytes(body)
        settle(written, path)


def sync(path: Path) -> None:
    """Wait until the file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the folder's names are on the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def set_aside(path: Path) -> None:
    """Rename a damaged file to `<name>.corrupt`; where that is refused it stays, unused."""
    with suppress(OSError):
        path.replace(path.with_name(f"{path.name}.corrupt"))


def sweep(folder: Path, just_written: Path) -> None:
    """Remove temporary files that are much older than a file written just now."""
    oldest = just_written.stat().st_mtime - STALE_S
    for path in folder.glob(".*.tmp"):
        with suppress(FileNotFoundError, PermissionError):
            if path.stat().st_mtime < oldest:
                path.unlink()
