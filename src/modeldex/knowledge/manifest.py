"""Hand-kept lists of what a provider serves, each row with a link and the day it was seen."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.errors import BadReferenceData
from ..domain.source import Evidence, Source
from .rows import document, row

FOLDER = "manifests"


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model that the provider is known to serve; what is left out is unknown."""

    id: str
    """The native id."""
    link: str
    seen: date
    """The day on which the link said so."""
    name: str | None = None
    kind: Kind | None = None
    context_window: int | None = None
    max_output: int | None = None
    retires_on: date | None = None

    @property
    def evidence(self) -> Evidence:
        seen_at = datetime.combine(self.seen, time(), UTC)
        return Evidence(
            source=Source.KNOWLEDGE, evidence=f"manifest: {self.link}", observed_at=seen_at
        )

    @property
    def claims(self) -> Claims:
        return Claims(
            native_id=self.id,
            name=self.name,
            kind=self.kind,
            context_window=self.context_window,
            max_output=self.max_output,
            retires_on=self.retires_on,
        )


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's rows, in the file's order."""

    complete: bool = False
    """The rows are the whole list; otherwise they are added to what the datasets list."""
    rows: tuple[ManifestRow, ...] = ()


def packaged(provider_id: str) -> Manifest:
    """The packaged manifest of a provider; empty when there is none."""
    name = f"{provider_id}.toml"
    folder = files(__package__).joinpath(FOLDER)
    found = [entry for entry in folder.iterdir() if entry.name == name]
    return read(f"{FOLDER}/{name}", found[0].read_text("utf-8")) if found else Manifest()


def packaged_providers() -> tuple[str, ...]:
    """The providers that have a packaged manifest, sorted."""
    entries = files(__package__).joinpath(FOLDER).iterdir()
    return tuple(
        sorted(
            entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml")
        )
    )


def read(file: str, text: str) -> Manifest:
    """A manifest of TOML; raises `BadReferenceData` naming file and row."""
    content = document(file, text)
    unknown = sorted(content.keys() - {"complete", "model"})
    if unknown:
        raise BadReferenceData(f"{file}: there is no key {unknown[0]!r}")
    rows = tuple(_row(file, at, raw) for at, raw in enumerate(content.get("model", []), start=1))
    _check_once(file, rows)
    return Manifest(complete=bool(content.get("complete", False)), rows=rows)


def _row(file: str, at: int, raw: Any) -> ManifestRow:
    name = raw.get("id", "without id") if isinstance(raw, dict) else raw
    return row(file, f"{at} ({name})", raw, ManifestRow)


def _check_once(file: str, rows: Sequence[ManifestRow]) -> None:
    seen: set[str] = set()
    for one in rows:
        if one.id in seen:
            raise BadReferenceData(f"{file}: {one.id!r} stands twice")
        seen.add(one.id)
