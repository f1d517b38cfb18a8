"""The packaged name patterns, read strictly and made ready once."""

import re
from functools import cache
from typing import Any

from ..domain.capability import Reasoning
from ..domain.errors import BadReferenceData
from ..rules.classify import Otherwise, Pattern, Patterns, classify
from .rows import document, packaged_text, row

FILE = "patterns.toml"


@cache
def packaged() -> Patterns:
    """The packaged patterns; raises `BadReferenceData` naming the row that is wrong."""
    return read(packaged_text(FILE))


def read(text: str, file: str = FILE) -> Patterns:
    """Patterns of TOML; raises `BadReferenceData` naming file and row."""
    content = document(file, text)
    unknown = sorted(content.keys() - {"pattern", "otherwise"})
    if unknown:
        raise BadReferenceData(f"{file}: there is no key {unknown[0]!r}")
    rows = [_pattern(file, at, raw) for at, raw in enumerate(content.get("pattern", []), start=1)]
    rest = {
        provider: row(file, f"otherwise.{provider}", raw, Otherwise)
        for provider, raw in content.get("otherwise", {}).items()
    }
    return Patterns(rows, rest)


def reasons_always(native_id: str) -> bool:
    """Whether the name is one of weights that think before every answer."""
    said = classify(native_id, packaged())
    return said is not None and said.reasoning is Reasoning.FIXED


def _pattern(file: str, at: int, raw: Any) -> Pattern:
    name = f"{at} ({raw.get('name', 'without name') if isinstance(raw, dict) else raw})"
    pattern = row(file, name, raw, Pattern)
    if not pattern.words and pattern.match is None:
        raise BadReferenceData(f"{file}, row {name}: it has neither words nor match")
    try:
        re.compile(pattern.match or "")
    except re.error as error:
        raise BadReferenceData(f"{file}, row {name}: {error}") from None
    return pattern
