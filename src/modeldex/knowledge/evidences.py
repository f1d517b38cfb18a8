"""Whose word a value in a pack is, told to people."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from ..domain.source import Evidence, Source
from .packfile import Packed, PackedEdition


def evidences(packed: Packed) -> Iterator[Evidence]:
    """Those of a pack, in its order."""
    for one in packed.evidences:
        if one.guess:
            since = datetime.combine(packed.published, time(), UTC)
            yield Evidence(source=Source.HEURISTIC, evidence=one.guess, observed_at=since)
            continue
        agreeing = [packed.editions[name].label for name in one.agrees]
        yield of_edition(packed.editions[one.dataset], agreeing)


def of_edition(edition: PackedEdition, agreeing: Iterable[str]) -> Evidence:
    """What an edition says, and the labels of those that agree with it."""
    others = ", ".join(agreeing)
    return Evidence(
        source=Source.KNOWLEDGE,
        evidence=f"{edition.label}; agrees: {others}" if others else edition.label,
        observed_at=datetime.combine(edition.published, time(), UTC),
    )
