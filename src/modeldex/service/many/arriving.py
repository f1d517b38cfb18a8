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
    held_since: datetime | None = None
    """When the first of the empty lists came that are held; `None`: none is. An attempt that brings
    no list changes nothing about it."""


def arrived(
    asked: Asked,
    view: View | None,
    places: Places,
    now: datetime,
    held_since: datetime | None = None,
) -> Found:
    """What an attempt came to, its listing kept; `view` is what the connection shows until now, and
    `held_since` what the attempt before it said.

    Of lists only an empty one is doubted here: nobody is asked to decide on what another's key
    opens. One that comes again so much later than the first as the ordinary `Plausibility` says is
    taken, however often it came meanwhile.
    """
    since = _stood(view, held_since)
    connection, header = asked.connection, _header(view, places)
    asked = settled(asked, header.pages if header else ())
    now_shown = None
    if asked.read:
        before = listing_of(header, connection.id, places.bodies) if header else None
        now_shown = shown(asked, before)
    if view is not None and header is not None and now_shown is not None and _doubtful(asked):
        earlier = reread(stamp_of(header, connection.id), connection, places.bodies)
        asked, now_shown, since = _judged(asked, now_shown, earlier, since, now)
    held = asked.conclusion.outcome is Outcome.HELD
    fetched_at = now_shown.listing.fetched_at if now_shown else None
    name = ""
    if now_shown is not None:
        name = keep(now_shown.listing, connection.provider, places.listings, places.bodies)
    line = after_attempt(asked, now_shown, now)
    return Found(
        listing=name,
        outcome=line.outcome,
        message=happened(line.message),
        fetched_at=view.fetched_at if view is not None and held else fetched_at,
        checked_at=now,
        held_since=since if held or not name else None,
    )


def happened(message: str) -> str:
    """What happened; what to do about it on this service is its face's to say."""
    return message.partition("; ")[0]


def _header(view: View | None, places: Places) -> Header | None:
    return kept_header(view.listing, places.listings) if view and view.listing else None


def _doubtful(asked: Asked) -> bool:
    answered = asked.conclusion.outcome is Outcome.OK
    return answered and asked.empty and not asked.connection.provider.local


def _stood(view: View | None, since: datetime | None) -> datetime | None:
    """When the first empty list came, as far as anybody knows; `None` where a list was taken after
    it, by another replica perhaps."""
    if view is None:
        return since
    if since is not None and view.fetched_at is not None and since <= view.fetched_at:
        since = None
    if view.outcome is not Outcome.HELD:
        return since
    return min(since or view.checked_at, view.checked_at)


def _judged(
    asked: Asked, empty: Shown, before: Shown | None, since: datetime | None, now: datetime
) -> tuple[Asked, Shown, datetime | None]:
    """The empty list, or the one before it while that is held, and since when."""
    if before is None:
        return asked, empty, None
    hold = implausible(Told(told(before.joined.witnesses)), Told({}), _LIMITS)
    if hold is None:
        return asked, empty, None
    held = held_again(Held(hold=hold, since=since) if since else None, hold, now)
    if accepted(held, _LIMITS, now):
        return asked, empty, None
    said = Conclusion(Outcome.HELD, hold.sentence)
    return asked._replace(conclusion=said), before, held.since
