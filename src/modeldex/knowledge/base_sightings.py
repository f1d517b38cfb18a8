"""Ids of the public datasets, read as names that labs gave: the raw material of the bases."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from ..rules.base_names import key
from ..rules.registry import Registry
from .bases import packaged_aliases, packaged_labs
from .datasets import READERS
from .naming import Names

_FAMILIES = "models-dev"


class Trust(IntEnum):
    """Whose spelling of a name is taken, the most trusted first."""

    BY_HAND = 0
    HOME = 1
    """The lab's own provider."""
    AUTHOR = 2
    """A list that is careful about authors and names."""
    OTHER = 3


_AUTHORS: Mapping[str, Trust] = {
    "huggingface": Trust.AUTHOR,
    "openrouter": Trust.AUTHOR,
    "vercel": Trust.AUTHOR,
}


class Sighting(NamedTuple):
    """One id of one dataset, read as a name of a lab."""

    provider: str
    lab: str
    name: str
    trust: Trust
    family: str | None


def of_dataset(
    dataset: str, body: bytes, names: Names, on: date, reading: Registry
) -> Iterator[Sighting]:
    """What one dataset says; an id that names no lab we know says nothing."""
    for provider, claims in READERS[dataset](body, names, on):
        path, slash, name = reading.spellings.plain(provider, claims.native_id).rpartition("/")
        home = reading.home(provider)
        lab = reading.lab(path.rpartition("/")[2]) if slash else home
        if lab is None or claims.native_id.startswith("ft:") or not key(name):
            continue
        if not slash and (":" in name or _names_other_lab(name, lab)):
            continue
        trust = Trust.HOME if lab == home else _AUTHORS.get(provider, Trust.OTHER)
        family = claims.family if dataset == _FAMILIES else None
        yield Sighting(provider, lab, _bare(reading, provider, lab, name, trust), trust, family)


def _names_other_lab(name: str, lab: str) -> bool:
    """A lab's own provider also serves others, and puts their names before their models'."""
    return any(
        name.startswith(f"{word}-")
        for other, row in packaged_labs().items()
        for word in (other, *row.slugs)
        if other != lab
    )


def _bare(reading: Registry, provider: str, lab: str, name: str, trust: Trust) -> str:
    """The name without the endings of serving; a lab's own provider means every word it says."""
    if trust is Trust.HOME:
        return reading.spellings.without_quantization(provider, name)
    for stripped in reading.spellings.without_endings(provider, name):
        if not stripped.labs or lab in stripped.labs:
            name = stripped.name
    return name


def of_aliases() -> Iterator[Sighting]:
    """Bases that aliases name are there whether or not a dataset lists them."""
    for base in packaged_aliases():
        lab, _, name = base.partition("/")
        yield Sighting("", lab, name, Trust.BY_HAND, None)
