"""What each public dataset calls our providers, and how its keys become native ids."""

import re
from collections.abc import Callable, Mapping

import msgspec

from .rows import packaged_text, table

FILE = "naming.toml"


class Naming(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of our providers in the datasets' words; a missing word means that it is not covered."""

    litellm: tuple[str, ...] = ()
    """Values of LiteLLM's `litellm_provider`."""
    litellm_prefix: str = ""
    """What LiteLLM puts before the native id; keys without it are left out."""
    litellm_bare: bool = False
    """Keys without the prefix are native ids too."""
    models_dev: str | None = None
    genai_prices: str | None = None
    portkey: str | None = None
    drop: str | None = None
    """A pattern of keys that are no models of this provider."""
    bare_prefix: str = ""
    """What the provider wants before an id without a slash."""
    last_segment: bool = False
    """Datasets put the lab before the id, and the provider does not want it."""
    free: bool = False
    """A price of zero is meant: nothing is charged here."""


Names = Mapping[str, Naming]
"""Namings by our provider id."""


def packaged() -> dict[str, Naming]:
    """The packaged table; raises `BadReferenceData` naming the row that is wrong."""
    return table(FILE, packaged_text(FILE), Naming)


def native_id(naming: Naming, key: str) -> str | None:
    """A dataset's key as the provider wants it; `None` when it is no model of the provider."""
    if naming.drop is not None and re.search(naming.drop, key):
        return None
    if naming.last_segment:
        key = key.rsplit("/", 1)[-1]
    return f"{naming.bare_prefix}{key}" if "/" not in key else key


def by_word(names: Names, word: Callable[[Naming], str | None]) -> dict[str, tuple[str, Naming]]:
    """Our provider id and naming, by a dataset's own word for the provider."""
    return {
        said: (provider, naming)
        for provider, naming in names.items()
        if (said := word(naming)) is not None
    }
