"""The hand-kept order of models to start with, read strictly."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec

from ..domain.errors import BadReferenceData
from ..domain.shortlist import Kept
from ..rules.alias import plain
from .rows import document, packaged_text, row

FILE = "curation.toml"


class Preference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of a provider that is a good one to start with."""

    id: str
    """The native id."""
    link: str
    """Where the id was seen."""
    seen: date
    """The day of what the link held."""


class Curation(msgspec.Struct, frozen=True, kw_only=True):
    """What people prefer; whether it can be had is decided elsewhere."""

    prefer: Mapping[str, tuple[Preference, ...]] = {}
    """Provider id → its rows, the most preferred first."""
    default: tuple[str, ...] = ()
    """Ids `provider/native-id`, the most preferred first."""
    core: tuple[Kept, ...] = ()
    """The models of the shortlist that people keep by hand."""

    @property
    def reserved(self) -> dict[str, str]:
        """Alias → the id for which it is reserved."""
        return {one.alias: one.id for one in self.core if one.alias is not None}

    def of(self, provider_id: str) -> tuple[str, ...]:
        """The preferred native ids of a provider; empty when nobody chose any."""
        return tuple(one.id for one in self.prefer.get(provider_id, ()))


@cache
def packaged() -> Curation:
    """The packaged order; raises `BadReferenceData` naming the row that is wrong."""
    return read(packaged_text(FILE))


def read(text: str, file: str = FILE) -> Curation:
    """An order of TOML; raises `BadReferenceData` naming file and row."""
    content = document(file, text)
    unknown = sorted(content.keys() - {"core", "default", "prefer"})
    if unknown:
        raise BadReferenceData(f"{file}: there is no key {unknown[0]!r}")
    tables = row(file, "prefer", content.get("prefer", {}), dict[str, list[Any]])
    prefer = {provider: _rows(file, provider, rows) for provider, rows in tables.items()}
    default = row(file, "default", content.get("default", []), tuple[str, ...])
    _check_once(file, "default", default)
    known = {f"{provider}/{one.id}" for provider, rows in prefer.items() for one in rows}
    for strange in (name for name in default if name not in known):
        raise BadReferenceData(f"{file}, row default: {strange!r} has no row of its own")
    return Curation(prefer=prefer, default=default, core=_core(file, content.get("core", [])))


def _core(file: str, rows: Any) -> tuple[Kept, ...]:
    found = tuple(
        row(file, f"core {at} ({_name(raw)})", raw, Kept)
        for at, raw in enumerate(row(file, "core", rows, list[Any]), start=1)
    )
    _check_once(file, "core", (one.id for one in found))
    _check_once(file, "core", (one.alias for one in found if one.alias is not None))
    for one in found:
        if not one.specialty or (one.alias is not None and plain(one.alias) != one.alias):
            raise BadReferenceData(
                f"{file}, row core ({one.id}): it needs a specialty, and an alias is lower-case"
                " letters, digits and -"
            )
    return found


def _rows(file: str, provider: str, rows: Iterable[Any]) -> tuple[Preference, ...]:
    found = tuple(
        row(file, f"prefer.{provider} {at} ({_name(raw)})", raw, Preference)
        for at, raw in enumerate(rows, start=1)
    )
    _check_once(file, f"prefer.{provider}", [one.id for one in found])
    return found


def _name(raw: Any) -> object:
    return raw.get("id", "without id") if isinstance(raw, dict) else raw


def _check_once(file: str, name: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise BadReferenceData(f"{file}, row {name}: {one!r} stands twice")
        seen.add(one)
