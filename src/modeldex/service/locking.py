"""Lock files: `models.lock` holds each name of a program to one model, and is reviewed like code."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ..domain.catalog import How, Resolution
from ..domain.change import Change
from ..domain.errors import BadConfig, NotFound
from ..domain.lock import LockEntry, LockMove
from ..domain.model import Model
from ..domain.report import CatalogStamp
from ..storage.durable import put_for_others, writing_to

FILE = "models.lock"
_HEAD = """\
# The models that this program means by its names. Written by `modeldex lock`; keep it with the code.
# `modeldex lock update` says what would change, and changes it.
version = 1
"""
_VERSION = 1


class Leads(Protocol):
    """What a catalog answers here."""

    @property
    def stamp(self) -> CatalogStamp: ...
    def get(self, name: str) -> Model | None: ...
    def resolve(self, name: str) -> Resolution: ...
    def changes(self, **wanted: Any) -> Iterator[Change]: ...


_text = msgspec.json.encode


def read(path: Path) -> dict[str, LockEntry]:
    """The entries of a lock file by name; none where there is no file.

    Raises `BadConfig` naming the entry that is wrong.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadConfig(f"{path} cannot be read as a lock file: {error}") from None
    if content.get("version") != _VERSION:
        raise BadConfig(f"{path}: this version of modeldex reads lock files of version {_VERSION}")
    models = content.get("models", {})
    if not isinstance(models, dict):
        raise BadConfig(f"{path}: `models` is to be a table of tables")
    return {name: _entry(path, name, said) for name, said in models.items()}


def kept(path: Path) -> dict[str, LockEntry]:
    """As `read`, for what needs a lock file; raises `NotFound` where there is none."""
    if not path.exists():
        raise NotFound(
            f"there is no lock file {path}",
            hint="modeldex lock add NAME makes it, --file names another",
        )
    return read(path)


def _entry(path: Path, name: str, said: Any) -> LockEntry:
    try:
        return msgspec.convert({"name": name, **said}, LockEntry, strict=True)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadConfig(
            f"{path}, entry {name!r}: {error}; lock the name anew with `modeldex lock add`"
        ) from None


def write(path: Path, entries: Mapping[str, LockEntry]) -> None:
    """Write the entries whole, by name; raises `StorageError` when the folder cannot be written."""
    parts = [_HEAD]
    for name, entry in sorted(entries.items()):
        parts.append(
            f"\n[models.{_quoted(name)}]\nmodel = {_quoted(entry.model)}\n"
            f"catalog = {_quoted(entry.catalog)}\nat = {entry.at.astimezone(UTC).isoformat()}\n"
        )
    with writing_to(path, "another file with --file"):
        put_for_others(path, "".join(parts).encode())


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are a part of TOML's, but for the delete character."""
    return _text(text).decode().replace("\x7f", "\\u007f")


def locked(catalog: Leads, names: Iterable[str]) -> list[LockEntry]:
    """Entries for names as they lead now; raises `NotFound` for those that lead to no model."""
    led = {name: catalog.resolve(name) for name in names}
    if nowhere := {name: one for name, one in led.items() if one.how is How.PASSED_THROUGH}:
        close = [
            f"closest to {name!r}: {', '.join(one.alternatives)}"
            for name, one in nowhere.items()
            if one.alternatives
        ]
        names_said = " and ".join(map(repr, nowhere))
        raise NotFound(
            f"{names_said} lead{'s' * (len(nowhere) == 1)} to no model of the catalog;"
            " nothing was locked",
            hint="\n".join(close),
        )
    return [_as_now(catalog, name, found) for name, found in led.items()]


def _as_now(catalog: Leads, name: str, found: Resolution) -> LockEntry:
    stamp = catalog.stamp
    return LockEntry(name=name, model=found.id, catalog=stamp.hash, at=_seconds(stamp.published_at))


def _seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def updates(
    catalog: Leads, entries: Mapping[str, LockEntry], only: Collection[str] = ()
) -> list[LockMove]:
    """What an update would change, by name; an entry that stays as it is and whose model has not
    changed is left out. A name that leads nowhere any more stays with its model."""
    moves = []
    for name, old in sorted(entries.items()):
        if only and name not in only:
            continue
        found = catalog.resolve(name)
        if found.how is How.PASSED_THROUGH:
            found = catalog.resolve(old.model)
        new = _as_now(catalog, name, found) if found.how is not How.PASSED_THROUGH else old
        changes = tuple(catalog.changes(id=old.model, after=old.at, newest_first=False))
        if new.model != old.model or changes:
            moves.append(LockMove(old=old, new=new, reasons=found.reasons, changes=changes))
    return moves


def ending(catalog: Leads, entries: Mapping[str, LockEntry]) -> dict[str, str]:
    """Name → a sentence, for each entry whose model is gone, or going."""
    found = {}
    for name, entry in sorted(entries.items()):
        model = catalog.get(entry.model)
        if model is None:
            found[name] = f"{entry.model} is no longer in the catalog"
        elif model.retires_on is not None:
            found[name] = f"{entry.model} retires on {model.retires_on}"
        elif model.lifecycle in ("deprecated", "stale"):
            found[name] = f"{entry.model} is {model.lifecycle}"
    return found
