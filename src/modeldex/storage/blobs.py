"""Raw answers of providers, kept once each under the hash of their content."""

import gzip
import math
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from . import durable

MOST_BYTES = 64 * 2**20
"""The largest body that is given back: what a provider may answer (DESIGN: decoded)."""
_LEVEL = 6
_HASH = re.compile(r"[0-9a-f]{64}")
_ENDING = ".gz"


class Blobs:
    """A folder of compressed bodies: `<first two digits>/<sha256>.gz`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, body: bytes) -> str:
        """Keep `body` and return its SHA-256, hexadecimal; raises `StorageError` when it cannot."""
        name = sha256(body).hexdigest()
        path = self._path(name)
        if self.get(name) is None:
            durable.private_folder(path.parent)
            with durable.writing_to(path):
                durable.put_whole(path, packed(body))
        else:
            with suppress(OSError):
                path.touch()  # it counts as young again, so that no sweep takes it
        return name

    def get(self, name: str) -> bytes | None:
        """The body of that hash; `None` when it is missing, or damaged (it is set aside then)."""
        if not is_name(name):
            return None
        path = self._path(name)
        try:
            with path.open("rb") as file:
                read = file.read(MOST_BYTES + 1)
        except OSError:
            return None
        body = unpacked(read, name)
        if body is None:
            durable.set_aside(path)
        return body

    def keep_only(self, names: Collection[str]) -> None:
        """Remove every body that is not among `names`, and what was set aside."""
        for path in self._files():
            if path.name.removesuffix(_ENDING) not in names:
                with suppress(FileNotFoundError, PermissionError):
                    path.unlink()

    def older(self, than: datetime) -> list[str]:
        """Names of the bodies that were put last before that moment."""
        old = than.timestamp()
        return [path.name.removesuffix(_ENDING) for path in self._files() if _touched(path) < old]

    def remove(self, names: Collection[str], before: datetime) -> int:
        """Remove those that were put last before that moment; how many there were."""
        removed = 0
        for name in names:
            with suppress(FileNotFoundError, PermissionError):
                if _touched(self._path(name)) < before.timestamp():
                    self._path(name).unlink()
                    removed += 1
        return removed

    def _files(self) -> Iterator[Path]:
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            yield from folder.glob("*")

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}{_ENDING}"


def packed(body: bytes) -> bytes:
    """The body compressed: equal bodies give equal bytes."""
    return gzip.compress(body, _LEVEL, mtime=0)


def unpacked(packed: bytes, name: str) -> bytes | None:
    """What was compressed, if its hash is `name`; `None` for anything else."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        return None
    whole = unpacker.eof and len(body) <= MOST_BYTES
    return body if whole and sha256(body).hexdigest() == name else None


def is_name(name: str) -> bool:
    """Whether it is a SHA-256 in hexadecimal, as bodies are called."""
    return _HASH.fullmatch(name) is not None


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return math.inf
