"""What is known without asking, as a person may want to see it: the pack in force and its datasets."""

from datetime import date, datetime
from typing import NamedTuple

from ..domain.outcome import Outcome
from ..knowledge.in_force import InForce, in_force
from .library import Library


class DatasetLine(NamedTuple):
    """One dataset of the pack in force."""

    dataset: str
    name: str
    version: str
    published: date
    """The day of the edition; the day it was fetched where the publisher names none."""
    licence: str
    link: str
    url: str | None
    """Where newer editions are asked for; `None` when they come with modeldex alone."""
    records: int
    lost: int
    """Records that could not be read."""
    checked_at: datetime | None
    """When it was last asked for, aware UTC; `None` when it never was."""
    outcome: Outcome | None
    """What the last asking came to; `None` when it was never asked for."""
    message: str


class Holding(NamedTuple):
    """The pack in force and its datasets."""

    in_force: InForce
    datasets: tuple[DatasetLine, ...]


def holding(library: Library) -> Holding:
    """What is in force here; raises `BadReferenceData` when the packaged pack is wrong."""
    now = in_force(library.packs.folder)
    visits = library.visits.read()
    asked = {dataset.name: dataset.url for dataset in library.datasets}
    lines = []
    for name, edition in now.pack.editions.items():
        visit = visits.get(name)
        lines.append(
            DatasetLine(
                dataset=name,
                name=edition.name,
                version=edition.version,
                published=edition.published,
                licence=edition.licence,
                link=edition.link,
                url=asked.get(name),
                records=edition.records,
                lost=edition.lost,
                checked_at=visit.at if visit else None,
                outcome=visit.outcome if visit else None,
                message=visit.message if visit else "",
            )
        )
    return Holding(now, tuple(lines))
