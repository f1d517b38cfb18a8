"""What came from a provider, as it is kept for all who hold the same key."""

from datetime import datetime

import msgspec

from ...domain.account import View
from ...domain.hold import Held, Plausibility
from ...domain.outcome import Outcome
from ...rules.conclude import Conclusion
from ...rules.plausible import Told, accepted, held_again, implausible, told
from ..discover import Asked
from ..judging import settled
from ..listing import Shown, reread, shown
from ..reporting import after_attempt
from .headers import Header, keep, kept_header, listing_of, stamp_of
from .places import Places

_LIMITS = Plausibility()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What asking with one credential came to."""

    listing: str = ""
    """The name of the listing's header; empty when none came."""
    outcome: Outcome
    message: str
    fetched_at: datetime | None = None
    checked_at: datetime
    asked: bool = True
    """Whether its turn came; else nothing is known, and nothing is kept of it."""


def arrived(asked: Asked, view: View | None, places: Places, now: datetime) -> Found:
    """What an attempt came to, its listing kept; `view` is what the connection shows until now.

    Of lists only an empty one is doubted here: nobody is asked to decide on what another's key
    opens. One that comes again so much later as the ordinary `Plausibility` says is taken.
    """
    connection, header = asked.connection, _header(view, places)
    asked = settled(asked, header.pages if header else ())
    now_shown = None
    if asked.read:
        before = listing_of(header, connection.id, places.bodies) if header else None
        now_shown = shown(asked, before)
    if view is not None and header is not None and now_shown is not None and _doubtful(asked):
        earlier = reread(stamp_of(header, connection.id), connection, places.bodies)
        asked, now_shown = _judged(asked, now_shown, view, earlier, now)
    name = ""
    if now_shown is not None:
        name = keep(now_shown.listing, connection.provider, places.listings, places.bodies)
    line = after_attempt(asked, now_shown, now)
    return Found(
        listing=name,
        outcome=line.outcome,
        message=happened(line.message),
        fetched_at=now_shown.listing.fetched_at if now_shown else None,
        checked_at=now,
    )


def happened(message: str) -> str:
    """What happened; what to do about it on this service is its face's to say."""
    return message.partition("; ")[0]


def _header(view: View | None, places: Places) -> Header | None:
    return kept_header(view.listing, places.listings) if view and view.listing else None


def _doubtful(asked: Asked) -> bool:
    answered = asked.conclusion.outcome is Outcome.OK
    return answered and asked.empty and not asked.connection.provider.local


def _judged(
    asked: Asked, empty: Shown, view: View, before: Shown | None, now: datetime
) -> tuple[Asked, Shown]:
    """The empty list, or the one before it while that is held."""
    if before is None:
        return asked, empty
    hold = implausible(Told(told(before.joined.witnesses)), Told({}), _LIMITS)
    if hold is None:
        return asked, empty
    stood = Held(hold=hold, since=view.checked_at) if view.outcome is Outcome.HELD else None
    if accepted(held_again(stood, hold, now), _LIMITS, now):
        return asked, empty
    return asked._replace(conclusion=Conclusion(Outcome.HELD, hold.sentence)), before
