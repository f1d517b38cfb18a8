"""From a model that is gone to what took its place: its new name, its successor, a stand-in."""

from collections.abc import Sequence
from typing import NamedTuple

from ..domain.catalog import How, Resolution
from ..domain.resolution import Ground, StandIn, Standing
from .names import Names

_LONGEST_CHAIN = 16
LISTED = (Standing.LISTED, Standing.ENDING)


class Onward(NamedTuple):
    """Where a model that is gone leads."""

    place: Resolution | None
    """`None` where nothing took its place."""
    refused: tuple[str, ...] = ()
    """Listed ids that were named in its place and are put forward for no other name."""


def onward(id: str, chain: tuple[str, ...], reasons: tuple[str, ...], names: Names) -> Onward:
    """From `id`, the last of the chain, to what took its place.

    A successor that is ending itself is followed to its own, and taken only where nothing that
    stays can be; so is one that nobody can call, and it is never taken. A new name is the model
    itself, and is taken whatever it is.
    """
    if end := names.end(id):
        reasons = (*reasons, end)
    place, ending = id, None
    refused: tuple[str, ...] = ()
    while len(chain) < _LONGEST_CHAIN:
        renamed = names.renamed(place)
        then = renamed or names.next(place)
        if not then or then in chain:
            break
        chain, reasons = (*chain, then), (*reasons, f"{place} was replaced by {then}")
        standing = names.standing(then)
        if standing in LISTED and not renamed and not names.can_propose(then):
            refused = (*refused, then)
        elif standing is Standing.LISTED or (renamed and standing is Standing.ENDING):
            return Onward(_place(How.REDIRECT, chain, refused, reasons), refused)
        elif standing is Standing.ENDING and ending is None:
            ending = _place(How.REDIRECT, chain, refused, reasons)
        place = then
    proposals = names.stand_ins(id)
    best = _followed(id, proposals, names)
    if best is None or (ending is not None and best.id == ending.id):
        return Onward(ending, refused)
    others = tuple(one.id for one in proposals if one is not best)
    why = _why(place if ending is None else ending.id, names)
    reasons = (*reasons, f"{why}; {'; '.join(best.reasons)}")
    return Onward(_place(How.STAND_IN, (*chain, best.id), (*others, *refused), reasons), refused)


def _place(
    how: How, chain: tuple[str, ...], others: tuple[str, ...], reasons: tuple[str, ...]
) -> Resolution:
    return Resolution(id=chain[-1], how=how, chain=chain, alternatives=others, reasons=reasons)


def _why(id: str, names: Names) -> str:
    """Why a model is not the end of the way."""
    standing = names.standing(id)
    if standing in LISTED and not names.can_propose(id):
        return f"{id} is out of reach, or answers hours later"
    return f"{id} is ending itself" if standing is Standing.ENDING else f"{id} is gone"


def _followed(id: str, proposals: Sequence[StandIn], names: Names) -> StandIn | None:
    """The proposal to follow: of the same lab at the same provider, else one that can be called;
    `None` where that would choose another vendor for somebody who can call none."""
    own = [one for one in proposals if one.id.partition("/")[0] == id.partition("/")[0]]
    near = [one for one in own if one.ground in (Ground.NAMED, Ground.FAMILY, Ground.LAB)]
    return next(iter((*near, *(one for one in proposals if names.can_call(one.id)), *own)), None)
