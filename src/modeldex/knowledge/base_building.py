"""From the ids of the public datasets to the list of bases; same input, same text.

A name enters under a lab when the lab's own provider lists it, or when an id names the lab as its
author. Endings that say how a model is served are taken off first, and so is the day of a name
that has one snapshot. Names that an alias gives to another base do not enter.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from ..rules.base_names import key, pinned
from ..rules.registry import Base, Registry
from .base_sightings import Sighting, Trust, of_aliases, of_dataset
from .bases import packaged_aliases, packaged_labs, registry, written
from .compiling import read_folder
from .editions import Edition, packaged_editions
from .naming import Names, packaged

Groups: TypeAlias = dict[tuple[str, str], list[Sighting]]


def build(
    datasets: Mapping[str, bytes],
    editions: Mapping[str, Edition],
    names: Names | None = None,
    without: frozenset[str] = frozenset(),
) -> dict[str, Base]:
    """Bases by id; ids of the providers in `without` are not looked at."""
    names = packaged() if names is None else names
    reading = registry(())
    sightings = [
        sighting
        for dataset in sorted(datasets)
        for sighting in of_dataset(
            dataset, datasets[dataset], names, editions[dataset].published, reading
        )
        if sighting.provider not in without
    ]
    groups = _grouped([*sightings, *of_aliases()], reading)
    snapshots = _snapshots(groups)
    bases = (_base(lab, seen, snapshots) for (lab, _), seen in groups.items())
    return {base.id: base for base in bases if base is not None}


def _grouped(sightings: Iterable[Sighting], reading: Registry) -> Groups:
    """Sightings by lab and key, without the names that are other names of something here."""
    groups: Groups = {}
    for one in sightings:
        groups.setdefault((one.lab, key(one.name)), []).append(one)
        if (pin := pinned(one.name)) is not None:
            undated = one._replace(name=pin.name)
            groups.setdefault((one.lab, key(pin.name)), []).append(undated)
    served = _served_for_others(groups) | set(_named_by_alias())
    return {
        group: seen
        for group, seen in groups.items()
        if group not in served and not _moving(seen) and not _repeats_lab(seen[0], groups)
        if not all(_short(one, groups, reading) for one in seen)
    }


def _served_for_others(groups: Groups) -> set[tuple[str, str]]:
    """Names that a lab's own provider alone lists as the lab's, and several as another lab's."""
    providers: dict[str, dict[str, set[str]]] = {}
    for (lab, name), seen in groups.items():
        providers.setdefault(name, {})[lab] = {one.provider for one in seen}
    return {
        (lab, name)
        for name, by_lab in providers.items()
        for lab, at in by_lab.items()
        if len(at) == 1 and any(len(other) > 1 for other in by_lab.values())
    }


def _moving(seen: Iterable[Sighting]) -> bool:
    """A name that leads to whatever is newest is no release, unless an alias row says so."""
    return all(one.provider and one.name.endswith("-latest") for one in seen)


def _repeats_lab(one: Sighting, groups: Groups) -> bool:
    """The lab's own word stands before a name that is there without it."""
    words = (one.lab, *packaged_labs()[one.lab].slugs)
    return any(
        one.name.startswith(f"{word}-")
        and (one.lab, key(one.name.removeprefix(f"{word}-"))) in groups
        for word in words
    )


def _short(one: Sighting, groups: Groups, reading: Registry) -> bool:
    """The provider leaves an ending out, and the name is there with it."""
    implied = reading.spellings.implied(one.provider)
    if implied is None or one.lab not in implied.labs:
        return False
    return any((one.lab, key(one.name + ending)) in groups for ending in implied.endings)


def _named_by_alias() -> Iterator[tuple[str, str]]:
    for base, rows in packaged_aliases().items():
        lab = base.partition("/")[0]
        for row in rows:
            if not row.providers:
                yield from ((lab, key(name)) for name in row.names)


def _snapshots(groups: Groups) -> dict[tuple[str, str], tuple[str, ...]]:
    """The days known under each undated name.

    From the lab itself or from two providers, else from whoever lists any: one provider's day
    beside a sure one may be a slip.
    """
    sure: dict[tuple[str, str], set[str]] = {}
    heard: dict[tuple[str, str], set[str]] = {}
    for (lab, _), seen in groups.items():
        if (pin := pinned(seen[0].name)) is not None:
            name = lab, key(pin.name)
            heard.setdefault(name, set()).add(pin.day)
            if (
                any(one.trust <= Trust.HOME for one in seen)
                or len({one.provider for one in seen}) > 1
            ):
                sure.setdefault(name, set()).add(pin.day)
    return {name: tuple(sorted(sure.get(name, days))) for name, days in heard.items()}


def _base(
    lab: str, seen: list[Sighting], snapshots: Mapping[tuple[str, str], tuple[str, ...]]
) -> Base | None:
    """The base of one group; `None` for a pin that says no more than the undated name."""
    often = Counter((one.trust, one.name) for one in seen)
    _, name = min(often, key=lambda one: (one[0], -often[one], one[1]))
    families = Counter(one.family for one in seen if one.family)
    family = min(families, key=lambda one: (-families[one], one)) if families else None
    pin = pinned(name)
    if pin is None:
        return Base(lab, name, family, snapshots.get((lab, key(name)), ()))
    days = snapshots.get((lab, key(pin.name)), ())
    return Base(lab, name, family) if len(days) > 1 and pin.day in days else None


def main(arguments: list[str]) -> int:
    """`python -m modeldex.knowledge.base_building DATASET_FOLDER OUT`."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m modeldex.knowledge.base_building DATASET_FOLDER OUT\n")
        return 2
    editions = packaged_editions()
    bases = build(read_folder(Path(arguments[0]), editions), editions)
    text = written(bases)
    Path(arguments[1]).write_text(text, "utf-8")
    sys.stdout.write(f"{arguments[1]}: {len(bases)} bases, {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
