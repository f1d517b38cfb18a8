"""Whether a list that came is taken, or set aside because it looks wrong beside the one shown."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from ..domain.catalog import HeldListing, PageRef
from ..domain.hold import Plausibility
from ..domain.listing import OPENING, Role
from ..domain.outcome import Outcome
from ..rules.conclude import Conclusion
from ..rules.plausible import Told, accepted, held_again, implausible, told
from ..storage.blobs import Blobs
from .discover import Asked
from .listing import Shown, references
from .remembering import Taken


class Judged(NamedTuple):
    """What became of a list."""

    shown: Shown | None
    """The list to show: the new one, or the earlier one in the place of one that is held."""
    taken: Taken | None
    """Why the models may age by it; `None` when they may not."""
    held: HeldListing | None = None


def settled(asked: Asked, known: Iterable[PageRef]) -> Asked:
    """What asking came to beside the pages of the list that is shown until now.

    Where one is known, an empty list is an answer like any other, which is judged; where none
    is, it stays a list that should be there and is not.
    """
    if asked.empty and any(ref.ask.role in OPENING for ref in known):
        return asked._replace(conclusion=Conclusion(Outcome.OK))
    return asked


def judged(
    asked: Asked,
    now_shown: Shown | None,
    before: Callable[[], Shown | None],
    held: HeldListing | None,
    limits: Plausibility,
    now: datetime,
    blobs: Blobs,
    *,
    accept: bool,
) -> Judged:
    """Hold the list, or take it: because it is plausible, because it keeps coming, or by decision.

    `before` gives the list shown until now and is only called where there is a whole new one.
    A server of the user's own machine is never doubted: there, models come and go as they like.
    """
    connection = asked.connection
    empty = asked.empty and asked.conclusion.outcome is Outcome.OK
    if now_shown is None or not (empty or whole(asked)):
        return Judged(now_shown, None, held)
    earlier = None if connection.provider.local else before()
    if earlier is None:
        return Judged(now_shown, Taken(connection.id))
    old = told(earlier.joined.witnesses)
    new = {} if empty else told(now_shown.joined.witnesses)
    hold = implausible(Told(old), Told(new), limits)
    if hold is None:
        return Judged(now_shown, Taken(connection.id))
    standing = held_again(held.held if held else None, hold, now)
    if accept or accepted(standing, limits, now):
        return Judged(now_shown, Taken(connection.id, hold.renames))
    aside = HeldListing(
        connection=connection.id,
        provider=connection.provider.id,
        held=standing,
        gone=tuple(sorted(old.keys() - new.keys())),
        came=tuple(sorted(new.keys() - old.keys())),
        fetched_at=now_shown.listing.fetched_at,
        tier=now_shown.listing.tier,
        pages=references(now_shown.listing.pages, blobs),
    )
    return Judged(earlier, None, aside)


def whole(asked: Asked) -> bool:
    """Whether every route came to its end and no record was lost: then what lacks is gone."""
    ended = all(
        result.verdict is None and result.cut_short is None and not result.lost
        for result in asked.results
        if result.role is not Role.FALLBACK
    )
    return ended and asked.conclusion.outcome is Outcome.OK
