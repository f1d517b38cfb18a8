"""Knowledge packs, published whole: `<sha256>.bin`, and `current` with the hash of the one in force."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from . import durable

POINTER = "current"
MOST_BYTES = 64 * 2**20
"""No pack is larger; the packaged one has a few hundred kilobytes."""
_ENDING = ".bin"
_KEPT = 2
"""Packs that stay: the one in force, and one that a reader is just opening."""


class Published(NamedTuple):
    """The pack in force, or why there is none although one was published."""

    hash: str = ""
    """SHA-256 of the pack, hexadecimal; empty when there is none."""
    body: bytes | None = None
    problem: str = ""
    """What is wrong with the one that should be in force; empty when nothing is."""


class Packs:
    """A folder of packs; made at the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def publish(self, body: bytes) -> str:
        """Put a pack in force and return its hash; raises `StorageError` when it cannot.

        Killed at any moment, the earlier pack or this one is in force.
        """
        name = sha256(body).hexdigest()
        durable.private_folder(self.folder)
        with durable.writing_to(self.folder):
            durable.put_whole(self._path(name), body)
            durable.put_whole(self.folder / POINTER, f"{name}\n".encode())
            self._prune(name)
        return name

    def current(self) -> Published:
        """The pack in force, verified against its hash. A damaged one is set aside."""
        name = self._pointed()
        if name is None:
            return Published()
        path = self._path(name)
        try:
            with path.open("rb") as file:
                body = file.read(MOST_BYTES + 1)
        except OSError as error:
            return Published(problem=f"{path} cannot be read ({error.strerror})")
        if sha256(body).hexdigest() != name:
            durable.set_aside(path)
            return Published(problem=f"{path} is damaged")
        return Published(name, body)

    def _pointed(self) -> str | None:
        try:
            name = (self.folder / POINTER).read_bytes().strip().decode("ascii")
        except (OSError, UnicodeDecodeError):
            return None
        return name if len(name) == 64 and name.isalnum() else None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_ENDING}"

    def _prune(self, in_force: str) -> None:
        durable.sweep(self.folder, self._path(in_force))
        others = [path for path in self.folder.glob(f"*{_ENDING}") if path.stem != in_force]
        others.sort(key=_age, reverse=True)
        for path in (*others[_KEPT - 1 :], *self.folder.glob(f"*{_ENDING}.corrupt")):
            with suppress(FileNotFoundError, PermissionError):
                path.unlink()


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
