"""What people decided: packaged override files, the user's own ones, and sources that are trusted less."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.errors import BadReferenceData
from ..domain.source import Evidence, Source
from ..rules.resolve import Authorities, Authority, Witness
from . import mistakes
from .rows import document, packaged_text, row

FOLDER = "overrides"
AUTHORITIES = "authorities.toml"
_ABOUT = frozenset({"provider", "id", "link", "date"})

Overrides = Mapping[tuple[str, str], tuple[Witness, ...]]
"""(provider id, native id) → what was decided, the strongest first."""
Row = tuple[tuple[str, str], Witness]
"""What one row decides, and of which model: (provider id, native id)."""


class Own(NamedTuple):
    """The user's own decisions, as far as they can be read."""

    decided: Overrides
    problems: tuple[str, ...]
    """What was left out, one sentence each that names file, row and what may have been meant."""


class AuthorityRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exception, and what it rests on."""

    source: Source
    below: Source
    ids: tuple[str, ...] = ()
    """The native ids of which it is wrong; empty is all of them."""
    reason: str
    link: str
    date: date


def packaged() -> Overrides:
    """The packaged override files; raises `BadReferenceData` naming file and row."""
    folder = files(__package__).joinpath(FOLDER)
    found: dict[tuple[str, str], tuple[Witness, ...]] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            _add(found, read(f"{FOLDER}/{entry.name}", entry.read_text("utf-8")))
    return found


def of_user(folder: Path) -> Own:
    """The user's `*.toml` in `folder`: what cannot be read is left out and told, never raised."""
    found: dict[tuple[str, str], tuple[Witness, ...]] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            text = path.read_text("utf-8")
            _add(found, _read(str(path), text, changed, problems.append))
        except BadReferenceData as error:
            problems.append(f"{error} (the file is left out)")
        except (OSError, UnicodeDecodeError, RecursionError) as error:
            problems.append(f"{path} cannot be read: {error} (the file is left out)")
    return Own(found, tuple(problems))


def read(file: str, text: str, changed: datetime | None = None) -> list[Row]:
    """The rows of one file; without `changed` each must have a link and a date.

    `source = "knowledge"` at the top of a file makes its rows knowledge instead of decisions.
    Raises `BadReferenceData` naming file and row.
    """
    return _read(file, text, changed, None)


def _read(
    file: str, text: str, changed: datetime | None, tell: Callable[[str], None] | None
) -> list[Row]:
    """As `read`; with `tell` a row that is wrong is told and left out."""
    content = document(file, text)
    source = row(file, "source", content.get("source", Source.OVERRIDE), Source)
    if strange := sorted(content.keys() - {"override", "source"}):
        raise BadReferenceData(f"{file}: there is no key {strange[0]!r}; rows are [[override]]")
    rows = content.get("override", [])
    if not isinstance(rows, list):
        raise BadReferenceData(f"{file}: rows are written [[override]]")
    found = []
    for at, raw in enumerate(rows, start=1):
        try:
            found.append(_override(file, at, raw, source, changed))
        except BadReferenceData as error:
            if tell is None:
                raise
            tell(f"{error} (the row is left out)")
    return found


def authorities() -> Authorities:
    """The packaged exceptions; raises `BadReferenceData` naming the row."""
    found: dict[tuple[str, str], Authority] = {}
    for provider, fields in document(AUTHORITIES, packaged_text(AUTHORITIES)).items():
        for field, raw in fields.items():
            name = f"{provider}.{field}"
            said = row(AUTHORITIES, name, raw, AuthorityRow)
            if field not in JUDGED:
                raise BadReferenceData(f"{AUTHORITIES}, row {name}: there is no such field")
            found[provider, field] = Authority(
                source=said.source,
                below=said.below,
                reason=f"{said.reason} ({said.link})",
                ids=frozenset(said.ids),
            )
    return found


def _override(file: str, at: int, raw: Any, source: Source, changed: datetime | None) -> Row:
    name = f"{at} ({raw.get('id', 'without id')})" if isinstance(raw, dict) else str(at)
    if not isinstance(raw, dict):
        raise BadReferenceData(f"{file}, row {name}: it is no table")
    about = {key: raw[key] for key in _ABOUT if key in raw}
    needed = ("provider", "id") if changed else ("provider", "id", "link", "date")
    if missing := [key for key in needed if key not in about]:
        raise BadReferenceData(f"{file}, row {name}: it needs {missing[0]!r}")
    said = {key: value for key, value in raw.items() if key not in _ABOUT}
    if mistake := mistakes.in_what_is_said(said):
        raise BadReferenceData(f"{file}, row {name}: {mistake}")
    claims = row(file, name, {"native_id": about["id"], **said}, Claims)
    if mistake := mistakes.in_what_is_claimed(claims):
        raise BadReferenceData(f"{file}, row {name}: {mistake}")
    decided = about.get("date")
    if decided is not None and (isinstance(decided, datetime) or not isinstance(decided, date)):
        raise BadReferenceData(f"{file}, row {name}: date is to be a day, such as 2026-11-20")
    assert decided is not None or changed is not None, "a packaged row has a date"
    evidence = Evidence(
        source=source,
        evidence=f"{file}, row {at}" + (f": {about['link']}" if "link" in about else ""),
        observed_at=datetime.combine(decided, time(), UTC) if decided else changed,  # type: ignore[arg-type]
    )
    return (str(about["provider"]), str(about["id"])), (evidence, claims)


def _add(
    found: dict[tuple[str, str], tuple[Witness, ...]],
    rows: Iterable[Row],
) -> None:
    for model, witness in rows:
        found[model] = (*found.get(model, ()), witness)
