"""What stands in a store: every catalog under its hash, the log of versions, and which one is in force.

| object | holds | written |
|---|---|---|
| `current.json` | the version in force | by compare-and-swap, last |
| `snapshots/<time>-<sequence>-<hash>.json` | one version of the log | once |
| `catalog/<hash>.db.gz` | the catalog file, compressed | once |
| `catalog/<hash>.json` | what that catalog is made of | once |
| `pages/<hash>.gz` | one raw answer, compressed | once |
| `raw/<provider>/<hour>.json.gz` | the provider's list of that hour, to read | the last one wins |
| `curated.json`, `deprecations.json` | excerpts of the catalog in force, to read | the newest wins |

A hash is the SHA-256 of what is inside, uncompressed.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from ..domain.errors import StorageError
from .object_store import ObjectStore

POINTER = "current.json"
CATALOGS, LOG, PAGES, RAW = "catalog", "snapshots", "pages", "raw"
_LEVEL = 6
_CHUNK_BYTES = 2**20
_BROKEN = (OSError, EOFError, zlib.error)
_MOMENT = "%Y-%m-%dT%H%M%SZ"
_LOGGED = re.compile(rf"{LOG}/(\d{{4}}-\d\d-\d\dT\d{{6}}Z)-(\d{{8}})-([0-9a-f]{{64}})\.json")

Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
T = TypeVar("T")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The pointer at one moment: which catalog was put in force, over which one."""

    sequence: Annotated[int, msgspec.Meta(ge=1)]
    """One more than that of the version before; never used twice."""
    hash: Sha
    """The catalog."""
    parent: Sha | None
    """The catalog that was in force before; `None` for the first."""
    at: datetime
    """When the pointer was moved, aware UTC."""
    published_at: datetime
    """When the catalog was made, aware UTC; long before `at` when this version is a roll-back."""
    models: int
    format: int
    """Of the catalog file."""
    rolled_back: bool = False
    """Whether a person put an earlier catalog in force again."""

    @property
    def logged(self) -> "Logged":
        """The version as the log names it."""
        at = self.at.astimezone(UTC).replace(microsecond=0)
        return Logged(self.sequence, at, self.hash)


class Logged(NamedTuple):
    """One line of the log, oldest first when sorted."""

    sequence: int
    at: datetime
    """When the pointer was moved, to the second."""
    hash: str

    @property
    def path(self) -> str:
        return f"{LOG}/{self.at:{_MOMENT}}-{self.sequence:08d}-{self.hash}.json"


class Pointer(NamedTuple):
    """The version in force, and what names it when the pointer is to be moved."""

    version: Version
    tag: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalog is made of: enough to look after it without opening it."""

    hash: Sha
    format: int
    published_at: datetime
    models: int
    pages: tuple[Sha, ...]
    """The raw answers behind its lists, those that are set aside too."""


class Snapshots:
    """One store. Every call raises `StorageError` when it cannot be reached or makes no sense."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def current(self) -> Pointer | None:
        """The version in force; `None` while nothing was published."""
        stored = self.store.get(POINTER)
        if stored is None:
            return None
        return Pointer(self._read(POINTER, stored.body, Version), stored.tag)

    def mended(self) -> Pointer | None:
        """As `current`, but where the pointer is damaged the last version of the log stands for it."""
        try:
            return self.current()
        except StorageError:
            stored, logged = self.store.get(POINTER), self._logged()
            version = self._entry(logged[-1]) if logged else None
            if stored is None or version is None:
                raise
            return Pointer(version, stored.tag)

    def advance(self, version: Version, over: Pointer | None) -> bool:
        """Put a version in force if `over` still is (`None`: nothing is); whether it came true.

        The log is never behind the pointer by more than the version in force: the one that is
        replaced is entered first, as the process that put it in force may have died before.
        """
        if over is not None:
            self._enter(over.version)
        body = _json(version)
        if not self.store.swap(POINTER, body, over.tag if over else None):
            # A repeated request finds that it was done the first time.
            stored = self.store.get(POINTER)
            if stored is None or stored.body != body:
                return False
        self._enter(version)
        return True

    def _enter(self, version: Version) -> None:
        self.store.swap(version.logged.path, _json(version), None)

    def versions(self) -> list[Logged]:
        """Every version that is still known, the one in force too; oldest first."""
        pointer, found = self.mended(), set(self._logged())
        return sorted(found | {pointer.version.logged} if pointer else found)

    def _logged(self) -> list[Logged]:
        named = (_LOGGED.fullmatch(one.path) for one in self.store.found(LOG))
        return sorted(
            Logged(
                int(name[2]), datetime.strptime(name[1], _MOMENT).replace(tzinfo=UTC), str(name[3])
            )
            for name in named
            if name
        )

    def _entry(self, logged: Logged) -> Version | None:
        stored = self.store.get(logged.path)
        return self._read(logged.path, stored.body, Version) if stored else None

    def put_catalog(self, file: Path, manifest: Manifest) -> None:
        """Store a catalog file and what it is made of; its pages are there already."""
        packed = BytesIO()
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=_LEVEL, mtime=0) as stream,
            file.open("rb") as body,
        ):
            while chunk := body.read(_CHUNK_BYTES):
                stream.write(chunk)
        self.store.put(catalog_path(manifest.hash), packed.getvalue())
        self.store.put(manifest_path(manifest.hash), _json(manifest))

    def catalog(self, name: str) -> Iterator[bytes] | None:
        """The catalog file in pieces, not yet checked; `None` when it is not there."""
        stored = self.store.get(catalog_path(name))
        return self._unpacked(catalog_path(name), stored.body) if stored else None

    def manifest(self, name: str) -> Manifest | None:
        """What a catalog is made of; `None` when that is not there."""
        stored = self.store.get(manifest_path(name))
        return self._read(manifest_path(name), stored.body, Manifest) if stored else None

    def put_page(self, name: str, body: bytes) -> None:
        """Store a raw answer under its hash."""
        self.store.put(page_path(name), gzip.compress(body, _LEVEL, mtime=0))

    def page(self, name: str) -> bytes | None:
        """A raw answer; `None` when it is not there, or is not what its name says."""
        stored = self.store.get(page_path(name))
        if stored is None:
            return None
        try:
            body = b"".join(self._unpacked(page_path(name), stored.body))
        except StorageError:
            return None
        return body if sha256(body).hexdigest() == name else None

    def put_newer(self, path: str, body: bytes, newer: "Newer") -> None:
        """Write a readable document unless the one that is there is newer, whoever writes beside."""
        while True:
            stored = self.store.get(path)
            if stored is not None and newer.stands_in(stored.body):
                return
            if self.store.swap(path, body, stored.tag if stored else None):
                return

    def _read(self, path: str, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.MsgspecError:
            raise StorageError(
                f"{path} in {self.store.address} is damaged: `modeldex store verify` shows what"
                " else is, `modeldex store rollback` puts an earlier catalog in force"
            ) from None

    def _unpacked(self, path: str, packed: bytes) -> Iterator[bytes]:
        try:
            with gzip.GzipFile(fileobj=BytesIO(packed)) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    yield chunk
        except _BROKEN:
            raise StorageError(f"{path} in {self.store.address} is damaged") from None


class Newer(NamedTuple):
    """What a document is not to be replaced by: `field` of the one that is there decides."""

    field: str
    than: int | str

    def stands_in(self, body: bytes) -> bool:
        """Whether the document says more than ours; one that cannot be read says nothing."""
        try:
            plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            said = msgspec.json.decode(plain)[self.field]
            return bool(said > self.than)
        except (*_BROKEN, msgspec.MsgspecError, KeyError, TypeError):
            return False


def catalog_path(name: str) -> str:
    """Where a catalog stands, by its hash."""
    return f"{CATALOGS}/{name}.db.gz"


def manifest_path(name: str) -> str:
    """Where it stands what a catalog is made of."""
    return f"{CATALOGS}/{name}.json"


def page_path(name: str) -> str:
    """Where a raw answer stands, by its hash."""
    return f"{PAGES}/{name}.gz"


def raw_path(provider: str, at: datetime) -> str:
    """Where a provider's list of that hour stands."""
    return f"{RAW}/{provider}/{at.astimezone(UTC):%Y-%m-%dT%H}.json.gz"


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
