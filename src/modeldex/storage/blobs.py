"""Raw answers of providers, kept once each under the hash of their content."""

import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
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
        if self.get(name) is None:
            path = self._path(name)
            durable.private_folder(path.parent)
            with durable.writing_to(path):
                durable.put_whole(path, gzip.compress(body, _LEVEL, mtime=0))
        return name

    def get(self, name: str) -> bytes | None:
        """The body of that hash; `None` when it is missing, or damaged (it is set aside then)."""
        if not _HASH.fullmatch(name):
            return None
        path = self._path(name)
        try:
            with path.open("rb") as file:
                packed = file.read(MOST_BYTES + 1)
        except OSError:
            return None
        body = _unpacked(packed)
        if body is None or sha256(body).hexdigest() != name:
            durable.set_aside(path)
            return None
        return body

    def keep_only(self, names: Collection[str]) -> None:
        """Remove every body that is not among `names`, and what was set aside."""
        for path in self._files():
            if path.name.removesuffix(_ENDING) not in names:
                with suppress(FileNotFoundError, PermissionError):
                    path.unlink()

    def _files(self) -> Iterator[Path]:
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            yield from folder.glob("*")

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}{_ENDING}"


def _unpacked(packed: bytes) -> bytes | None:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        return None
    return body if unpacker.eof and len(body) <= MOST_BYTES else None
