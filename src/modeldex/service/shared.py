"""One store, seen from one machine: its catalogs are taken over, and published on top of each other."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..domain.catalog import ListingStamp
from ..domain.errors import BadConfig, StorageError
from ..settings.config import StoreConfig
from ..settings.home import Home
from ..storage import durable
from ..storage.blobs import Blobs
from ..storage.bucket_store import is_remote, opened
from ..storage.catalog_file import CatalogFile
from ..storage.layout import FORMAT
from ..storage.object_store import ObjectStore
from ..storage.publishing import adopt, current
from ..storage.snapshots import Logged, Manifest, Newer, Pointer, Snapshots, Version, raw_path
from . import snapshot_documents
from .tending import Retention, Verified, in_force, prune, roll_back, verify

_AT_ONCE = 8


class Stem(msgspec.Struct, frozen=True, kw_only=True):
    """What the local catalog stems from: kept beside it, so that it is known who is ahead."""

    address: str
    sequence: int
    hash: str
    """The version of the store that it is, or that it was built on."""
    local: str
    """The local catalog."""


class Standing(NamedTuple):
    """How this machine and the store stand to each other."""

    pointer: Pointer | None
    """The store's version in force; `None` while nothing was published there."""
    ahead: bool
    """Whether the local catalog is not in the store yet, and was built on what is in force there."""


class Shared:
    """One store, seen from one machine. Its local catalogs are what readers use."""

    def __init__(
        self,
        address: str,
        open_store: Callable[[], ObjectStore],
        *,
        remote: bool,
        catalogs: Path,
        blobs: Blobs,
        stem: Path,
        retention: Retention,
        clock: Callable[[], datetime],
    ) -> None:
        self.address = address
        self.open_store = open_store
        """Opens the store itself; raises `StorageError`."""
        self.remote = remote
        """Whether reaching it takes the network."""
        self.catalogs = catalogs
        self.blobs = blobs
        self._stem = stem
        self.retention = retention
        self.clock = clock

    @cached_property
    def snapshots(self) -> Snapshots:
        """What stands in the store; raises `StorageError` when it cannot be opened."""
        return Snapshots(self.open_store())

    def pull(self, *, always: bool = False) -> Standing:
        """Take over the store's catalog, unless the local one is it or was built on it.

        A local catalog that was built on anything else is left behind: the next refresh starts
        from the store's. `always` leaves also one behind that was built on it and not shared yet.
        Raises `StorageError`; the local catalog stays then.
        """
        pointer = self.snapshots.current()
        local = current(self.catalogs, thorough=True)
        if pointer is None:
            return Standing(None, ahead=local is not None)
        version = pointer.version
        if version.format > FORMAT:
            raise StorageError(
                f"{self.address} holds a catalog of format {version.format}, this version of"
                f" modeldex knows format {FORMAT}: update modeldex"
            )
        if version.format < FORMAT:
            return Standing(pointer, ahead=local is not None)
        stems = local is not None and self._stems_from(local.stem, version)
        if local is not None and stems and (not always or local.stem == version.hash):
            return Standing(pointer, ahead=local.stem != version.hash)
        self._take_over(version)
        return Standing(pointer, ahead=False)

    def first(self) -> Path | None:
        """The catalog of a folder, for readers here that have none; a bucket is not asked.

        `None` also when it cannot be had: a packaged catalog serves, and a refresh says why.
        """
        if self.remote:
            return None
        try:
            self.pull()
        except StorageError:
            return None
        return current(self.catalogs)

    def versions(self) -> list[Logged]:
        """Every version that is known, newest first; raises `NoCatalog` while there is none."""
        return self.snapshots.versions()[::-1] or [in_force(self.snapshots).version.logged]

    def verify(self) -> Verified:
        """Compare everything that can be reached with its hash."""
        return verify(self.snapshots)

    def prune(self) -> dict[str, int]:
        """Remove what is older than the retention; how many objects of each folder are gone."""
        return prune(self.snapshots, self.retention, self.clock())

    def roll_back(self, target: str | datetime | None) -> Version:
        """Put an earlier catalog in force, in the store and here; see `tending.roll_back`."""
        version = roll_back(self.snapshots, target, self.clock())
        self.pull(always=True)
        self.describe(CatalogFile(self.catalogs / f"{version.hash}.db"), version)
        return version

    def _take_over(self, version: Version) -> None:
        body, manifest = (
            self.snapshots.catalog(version.hash),
            self.snapshots.manifest(version.hash),
        )
        if body is None or manifest is None:
            raise StorageError(
                f"{self.address} lacks catalog {version.hash[:12]}, which is in force there:"
                " `modeldex store rollback` puts an earlier one in force"
            )
        missing = [name for name in manifest.pages if self.blobs.get(name) is None]
        _at_once(self._fetch_page, missing)
        adopt(self.catalogs, version.hash, body)
        self._remember(version, version.hash)

    def _fetch_page(self, name: str) -> None:
        """A page that is lost there is lost here too: the list behind it is asked for anew."""
        if (body := self.snapshots.page(name)) is not None:
            self.blobs.put(body)

    def push(self, over: Pointer | None, name: str) -> bool:
        """Publish the local catalog `name`, built on `over`; whether that is in force there still."""
        file = CatalogFile(self.catalogs / f"{name}.db")
        stamps = file.listings()
        manifest = _manifest(file, stamps)
        earlier = self.snapshots.manifest(over.version.hash) if over else None
        there = frozenset(earlier.pages) if earlier else frozenset()
        _at_once(self._send_page, sorted(set(manifest.pages) - there))
        self.snapshots.put_catalog(file.path, manifest)
        version = Version(
            sequence=over.version.sequence + 1 if over else 1,
            hash=name,
            parent=over.version.hash if over else None,
            at=self.clock(),
            published_at=manifest.published_at,
            models=manifest.models,
            format=FORMAT,
        )
        if not self.snapshots.advance(version, over):
            return False
        self._remember(version, name)
        since = over.version.published_at if over else None
        self.describe(file, version)
        _at_once(
            self._describe_raw,
            [one for one in stamps if one.fetched_at and (not since or one.fetched_at > since)],
        )
        if over is None or over.version.at.date() != version.at.date():
            prune(self.snapshots, self.retention, version.at)
        return True

    def _send_page(self, name: str) -> None:
        if (body := self.blobs.get(name)) is not None:
            self.snapshots.put_page(name, body)

    def describe(self, file: CatalogFile, version: Version) -> None:
        """Write the readable excerpts of a version, unless newer ones are there."""
        newer = Newer("sequence", version.sequence)
        for path, write in EXCERPTS.items():
            self.snapshots.put_newer(path, write(file, version), newer)

    def _describe_raw(self, stamp: ListingStamp) -> None:
        assert stamp.fetched_at is not None
        if body := snapshot_documents.raw(stamp, stamp.fetched_at, self.blobs):
            newer = Newer("fetched_at", msgspec.to_builtins(stamp.fetched_at))
            self.snapshots.put_newer(raw_path(stamp.provider, stamp.fetched_at), body, newer)

    def stem(self) -> Stem | None:
        """What the local catalog stems from; `None` when that is not known of this store."""
        try:
            stem = msgspec.json.decode(self._stem.read_bytes(), type=Stem)
        except (OSError, msgspec.MsgspecError):
            return None
        return stem if stem.address == self.address else None

    def remember(self, stem: Stem) -> None:
        """Keep what the local catalog stems from."""
        durable.private_folder(self._stem.parent)
        with durable.writing_to(self._stem):
            durable.put_whole(self._stem, msgspec.json.encode(stem))

    def _remember(self, version: Version, local: str) -> None:
        self.remember(
            Stem(address=self.address, sequence=version.sequence, hash=version.hash, local=local)
        )

    def _stems_from(self, local: str, version: Version) -> bool:
        stem = self.stem()
        told = (stem.sequence, stem.hash, stem.local) if stem else None
        return told == (version.sequence, version.hash, local)


EXCERPTS: dict[str, Callable[[CatalogFile, Version], bytes]] = {
    "curated.json": snapshot_documents.curated,
    "deprecations.json": snapshot_documents.deprecations,
}
"""Object → what writes it."""


def shared(
    places: Home, config: StoreConfig, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Shared | None:
    """The store that `MODELDEX_STORE` names; `None` when it names none. Opens nothing yet."""
    if places.store is None:
        return None
    return Shared(
        places.store,
        partial(opened, places.store, environ),
        remote=is_remote(places.store),
        catalogs=places.catalogs,
        blobs=Blobs(places.raw),
        stem=places.state / "store.json",
        retention=Retention(
            raw=timedelta(days=config.raw_days), daily=timedelta(days=config.catalog_days)
        ),
        clock=clock,
    )


def named(
    places: Home, config: StoreConfig, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Shared:
    """As `shared`; raises `BadConfig` when no store is named."""
    if (found := shared(places, config, environ, clock)) is None:
        raise BadConfig("MODELDEX_STORE names no store: set it to a folder or to s3://BUCKET/PATH")
    return found


def _manifest(file: CatalogFile, stamps: Iterable[ListingStamp]) -> Manifest:
    stamp = file.stamp
    refs = [ref for one in stamps for ref in one.pages]
    refs += [ref for aside in file.held().values() for ref in aside.pages]
    return Manifest(
        hash=stamp.hash,
        format=FORMAT,
        published_at=stamp.published_at,
        models=stamp.models,
        pages=tuple(sorted({ref.hash for ref in refs})),
    )


def _at_once(work: Callable[..., None], many: Iterable[object]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(work, many):
            pass
