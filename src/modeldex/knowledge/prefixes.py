"""What LiteLLM's prefixes stand for."""

import re
from collections.abc import Mapping
from functools import cache

from ..domain.errors import BadReferenceData
from ..rules.litellm_names import Prefix
from .rows import packaged_text, table

FILE = "litellm-prefixes.toml"


@cache
def packaged() -> Mapping[str, Prefix]:
    """The packaged table; raises `BadReferenceData` naming the row that is wrong."""
    return read(packaged_text(FILE))


def read(text: str, file: str = FILE) -> Mapping[str, Prefix]:
    """A table of TOML; raises `BadReferenceData` naming file and row."""
    rows = table(file, text, Prefix)
    for name, row in rows.items():
        if not row.providers:
            raise BadReferenceData(f"{file}, row {name}: it needs a provider")
        for key in ("skip", "bare"):
            try:
                re.compile(getattr(row, key))
            except re.error as error:
                wrong = f"{file}, row {name}: {key} is no expression: {error}"
                raise BadReferenceData(wrong) from None
    return rows
