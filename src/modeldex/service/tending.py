"""Look after a store: verify what stands in it, put an earlier catalog in force, remove what is old."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from ..domain.errors import BadConfig, NoCatalog, NotFound, StorageError
from ..storage.layout import FORMAT
from ..storage.object_store import Found
from ..storage.snapshots import (
    CATALOGS,
    LOG,
    PAGES,
    POINTER,
    RAW,
    Logged,
    Pointer,
    Snapshots,
    Version,
    catalog_path,
    manifest_path,
    page_path,
)
from .snapshot_documents import body_of

_UNREADABLE = (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, AttributeError)


class Retention(NamedTuple):
    """How long things stay. What is in force, and what it replaced, always stay."""

    raw: timedelta = timedelta(days=7)
    """The hourly lists."""
    every: timedelta = timedelta(days=2)
    """Every catalog; of older ones the last of each day."""
    daily: timedelta = timedelta(days=90)
    """The last catalog of each day."""
    young: timedelta = timedelta(days=1)
    """What was written so lately may belong to a refresh that is not done yet."""


class Damage(NamedTuple):
    """An object that is not what it should be."""

    object: str
    problem: str


class Verified(NamedTuple):
    """What looking at everything that can be reached came to."""

    objects: int
    damaged: tuple[Damage, ...]


def in_force(snapshots: Snapshots) -> Pointer:
    """The version in force; raises `NoCatalog` while nothing was published."""
    pointer = snapshots.current()
    if pointer is None:
        raise NoCatalog(
            f"nothing was published to {snapshots.store.address} yet: `modeldex refresh` does"
        )
    return pointer


def _at_hand(snapshots: Snapshots) -> Pointer:
    """As `in_force`, also while the pointer is damaged."""
    return snapshots.mended() or in_force(snapshots)


def _torn(snapshots: Snapshots) -> bool:
    try:
        snapshots.current()
    except StorageError:
        return True
    return False


def verify(snapshots: Snapshots) -> Verified:
    """Read every catalog of the log, every page behind one and every raw list, and compare hashes."""
    pointer = _at_hand(snapshots)
    names = sorted({one.hash for one in snapshots.versions()})
    looked, pages = 1, set[str]()
    damaged = [Damage(POINTER, "cannot be read")] if _torn(snapshots) else []
    for name in names:
        looked += 2
        damaged += _catalog(snapshots, name)
        try:
            manifest = snapshots.manifest(name)
        except StorageError as error:
            damaged.append(Damage(manifest_path(name), str(error)))
            continue
        if manifest is None:
            damaged.append(Damage(manifest_path(name), "is missing"))
        else:
            pages.update(manifest.pages)
    damaged += (
        Damage(page_path(name), "is missing, or its content has another hash")
        for name in sorted(pages)
        if snapshots.page(name) is None
    )
    lists = [found.path for found in snapshots.store.found(RAW)]
    damaged += (one for path in lists if (one := _raw(snapshots, path)))
    excerpts = list(_excerpts(snapshots, pointer.version))
    return Verified(looked + len(pages) + len(lists) + 2, (*damaged, *excerpts))


def _catalog(snapshots: Snapshots, name: str) -> Iterator[Damage]:
    path = catalog_path(name)
    chunks = snapshots.catalog(name)
    if chunks is None:
        yield Damage(path, "is missing")
        return
    said = sha256()
    try:
        for chunk in chunks:
            said.update(chunk)
    except StorageError:
        yield Damage(path, "cannot be unpacked")
        return
    if said.hexdigest() != name:
        yield Damage(path, "its content has another hash")


def _raw(snapshots: Snapshots, path: str) -> Damage | None:
    stored = snapshots.store.get(path)
    if stored is None:
        return None
    try:
        pages = msgspec.json.decode(gzip.decompress(stored.body))["pages"]
        whole = all(sha256(body_of(page)).hexdigest() == page["hash"] for page in pages)
    except _UNREADABLE:
        return Damage(path, "cannot be read")
    return None if whole else Damage(path, "a page in it has another hash")


def _excerpts(snapshots: Snapshots, version: Version) -> Iterator[Damage]:
    for path in ("curated.json", "deprecations.json"):
        stored = snapshots.store.get(path)
        try:
            said: Any = msgspec.json.decode(stored.body) if stored else {}
            of = said.get("catalog")
        except _UNREADABLE:
            of = None
        if of != version.hash:
            yield Damage(path, "is not of the catalog in force; the next refresh writes it")


def roll_back(snapshots: Snapshots, target: str | datetime | None, now: datetime) -> Version:
    """Put an earlier catalog in force again, as a new version; returns that.

    `target` is the beginning of a catalog's hash, a moment (the version in force then), or `None`
    for the catalog that was in force before the present one; where the pointer is damaged, for the
    last one that was in force. Raises `NotFound`, and `StorageError`
    when that catalog is damaged or somebody published meanwhile.
    """
    over = _at_hand(snapshots)
    if target is None and _torn(snapshots):
        target = over.version.hash
    name = _wanted(snapshots.versions(), over.version, target)
    manifest = snapshots.manifest(name)
    if manifest is None or any(_catalog(snapshots, name)):
        raise StorageError(f"catalog {name[:12]} is damaged or gone: name another one")
    if manifest.format != FORMAT:
        raise StorageError(
            f"catalog {name[:12]} has format {manifest.format}, this version of modeldex reads"
            f" format {FORMAT}: name another one"
        )
    version = Version(
        sequence=over.version.sequence + 1,
        hash=name,
        parent=over.version.hash,
        at=now,
        published_at=manifest.published_at,
        models=manifest.models,
        format=manifest.format,
        rolled_back=True,
    )
    if not snapshots.advance(version, over):
        raise StorageError("somebody published meanwhile: look at `modeldex store list` once more")
    return version


def _wanted(versions: list[Logged], now: Version, target: str | datetime | None) -> str:
    if isinstance(target, datetime):
        found = [one for one in versions if one.at <= target]
        if not found:
            raise NotFound(f"no version is known of {target:%Y-%m-%d %H:%M} or before")
        return found[-1].hash
    if target is None:
        if now.parent is None:
            raise NotFound("there is no earlier catalog to go back to")
        return now.parent
    named = sorted({one.hash for one in versions if one.hash.startswith(target)})
    if not named:
        raise NotFound(
            f"no catalog's hash begins with {target!r}", hint="modeldex store list shows them"
        )
    if len(named) > 1:
        raise BadConfig(f"{len(named)} catalogs' hashes begin with {target!r}: say more of it")
    return named[0]


def prune(snapshots: Snapshots, retention: Retention, now: datetime) -> dict[str, int]:
    """Remove what is older than `retention`; returns how many objects of each folder are gone.

    Pages stay as long as any catalog that stays needs them; where it cannot be known what a
    catalog needs, no page is removed.
    """
    pointer = in_force(snapshots)
    versions = snapshots.versions()
    kept = _kept(versions, pointer.version, retention, now)
    hashes = {one.hash for one in kept} | {pointer.version.hash, pointer.version.parent}
    paths = {one.path for one in kept}
    dropped = [one.path for one in versions if one.path not in paths]
    old = now - retention.young
    catalogs = _stale(snapshots, CATALOGS, old, hashes)
    pages = _pages_of(snapshots, hashes - {None})
    stale_pages = _stale(snapshots, PAGES, old, pages) if pages is not None else []
    lists = [one.path for one in snapshots.store.found(RAW) if one.changed < now - retention.raw]
    gone = {LOG: dropped, CATALOGS: catalogs, PAGES: stale_pages, RAW: lists}
    for removed in gone.values():
        snapshots.store.remove(removed)
    return {folder: len(removed) for folder, removed in gone.items()}


def _kept(
    versions: Iterable[Logged], current: Version, retention: Retention, now: datetime
) -> set[Logged]:
    """Sorted by age, the last one of each day and of each hash wins in a mapping."""
    lately = {one for one in versions if one.at >= now - retention.every}
    days = {one.at.date(): one for one in versions if one.at >= now - retention.daily}
    last = {one.hash: one for one in versions}
    here = {last[name] for name in (current.hash, current.parent) if name in last}
    return lately | here | set(days.values())


def _stale(
    snapshots: Snapshots, folder: str, old: datetime, kept: Iterable[str | None]
) -> list[str]:
    names = frozenset(kept)
    found: list[Found] = snapshots.store.found(folder)
    return [
        one.path
        for one in found
        if one.changed < old and one.path.split("/")[-1].split(".")[0] not in names
    ]


def _pages_of(snapshots: Snapshots, hashes: Iterable[str | None]) -> set[str] | None:
    pages: set[str] = set()
    for name in hashes:
        try:
            manifest = snapshots.manifest(name) if name else None
        except StorageError:
            return None
        if manifest is None:
            return None
        pages.update(manifest.pages)
    return pages
