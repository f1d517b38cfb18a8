"""The bases that are known without asking, with the labs and spellings that lead to them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ..domain.errors import BadReferenceData
from ..rules.base_names import Implied, Serving, Spelling, Spellings, key
from ..rules.registry import Alias, Base, Lab, Registry
from .rows import document, packaged_text, row, table

FILE = "bases.txt"
LABS_FILE = "labs.toml"
SPELLINGS_FILE = "base-spellings.toml"
ALIASES_FILE = "base-aliases.toml"
_LAB_LINE = "= "
Aliases = Mapping[str, tuple[Alias, ...]]


@cache
def packaged() -> Registry:
    """The packaged registry; raises `BadReferenceData` naming the row that is wrong."""
    return registry(tuple(read(packaged_text(FILE))))


def registry(bases: tuple[Base, ...]) -> Registry:
    """Any bases with the packaged labs, spellings and aliases."""
    known = {base.id for base in bases}
    aliases = {base: rows for base, rows in packaged_aliases().items() if base in known}
    return Registry(bases, packaged_labs(), aliases, packaged_spellings())


def read(text: str, file: str = FILE) -> Iterator[Base]:
    """Bases of their compiled form; raises `BadReferenceData` naming file and line."""
    lab = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(_LAB_LINE):
            lab = line.removeprefix(_LAB_LINE)
            continue
        fields = line.split("\t")
        if not lab or len(fields) != 3 or not fields[0]:
            raise BadReferenceData(f"{file}, line {number}: it has no lab, or not three fields")
        yield Base(lab, fields[0], fields[1] or None, tuple(fields[2].split()))


def written(bases: Mapping[str, Base]) -> str:
    """The compiled form: a line per base below its lab; equal bases give equal text."""
    lines: list[str] = []
    lab = ""
    for base in sorted(bases.values(), key=lambda one: (one.lab, one.name)):
        if base.lab != lab:
            lab = base.lab
            lines.append(f"{_LAB_LINE}{lab}")
        lines.append(f"{base.name}\t{base.family or ''}\t{' '.join(base.pins)}")
    return "\n".join(lines) + "\n"


@cache
def packaged_labs() -> dict[str, Lab]:
    """The packaged labs by id."""
    return read_labs(packaged_text(LABS_FILE))


def read_labs(text: str, file: str = LABS_FILE) -> dict[str, Lab]:
    """Labs of TOML; raises `BadReferenceData` for a word that names two of them."""
    labs = table(file, text, Lab)
    owner: dict[str, str] = {}
    for lab, one in labs.items():
        for slug in (lab, *one.slugs):
            if owner.setdefault(slug, lab) != lab:
                raise BadReferenceData(
                    f"{file}, row {lab}: {slug!r} is a word for {owner[slug]} too"
                )
    return labs


@cache
def packaged_aliases() -> dict[str, tuple[Alias, ...]]:
    """The packaged aliases by base."""
    return read_aliases(packaged_text(ALIASES_FILE))


def read_aliases(text: str, file: str = ALIASES_FILE) -> dict[str, tuple[Alias, ...]]:
    """Aliases of TOML; raises `BadReferenceData` naming file and row."""
    content = document(file, text)
    aliases: dict[str, tuple[Alias, ...]] = {}
    for base, raw in content.items():
        if "/" not in base:
            raise BadReferenceData(f"{file}, row {base}: a base is written lab/name")
        rows = raw if isinstance(raw, list) else [raw]
        aliases[base] = tuple(row(file, base, one, Alias) for one in rows)
        own = key(base.partition("/")[2])
        if any(key(name) == own for one in aliases[base] for name in one.names):
            raise BadReferenceData(f"{file}, row {base}: one of its names is only a spelling of it")
    return aliases


@cache
def packaged_spellings() -> Spellings:
    """The packaged spellings."""
    return read_spellings(packaged_text(SPELLINGS_FILE))


def read_spellings(text: str, file: str = SPELLINGS_FILE) -> Spellings:
    """Spellings of TOML; raises `BadReferenceData` naming file and row."""
    content = document(file, text)
    unknown = sorted(content.keys() - {"spelling", "serving", "implied"})
    if unknown:
        raise BadReferenceData(f"{file}: there is no key {unknown[0]!r}")
    spellings = [row(file, _name(at, raw), raw, Spelling) for at, raw in _rows(content, "spelling")]
    servings = [row(file, _name(at, raw), raw, Serving) for at, raw in _rows(content, "serving")]
    implied = {
        provider: row(file, f"implied.{provider}", raw, Implied)
        for provider, raw in content.get("implied", {}).items()
    }
    try:
        return Spellings(spellings, servings, implied)
    except re.error as error:
        raise BadReferenceData(f"{file}: {error.pattern!r}: {error}") from None


def _rows(content: Mapping[str, Any], of: str) -> Iterator[tuple[int, Any]]:
    return enumerate(content.get(of, []), start=1)


def _name(at: int, raw: Any) -> str:
    return f"{at} ({raw.get('name', 'without name') if isinstance(raw, dict) else raw})"
