"""When a connection of a user is asked again."""

from datetime import datetime, timedelta

import msgspec

from ...domain.account import KeptConnection, View
from ...domain.outcome import Outcome

_SICK = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS})
_PASSING = frozenset({Outcome.RATE_LIMITED, Outcome.PARTIAL})
_ABOUT_KEY = frozenset({Outcome.KEY_REJECTED, Outcome.FORBIDDEN})


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The intervals; a wish to refresh shortens all of them to `apart`."""

    fresh_for: timedelta = timedelta(hours=1)
    """How long what came counts as fresh."""
    apart: timedelta = timedelta(seconds=30)
    """The least time between two requests with one credential, whoever wishes for them."""
    after_sick: timedelta = timedelta(minutes=1)
    """After a provider did not answer."""
    after_passing: timedelta = timedelta(minutes=5)
    """After a part of a list, or too many requests."""
    after_refusal: timedelta = timedelta(days=1)
    """After a key was refused; a new key is asked with at once."""

    def due(self, outcome: Outcome, checked_at: datetime, now: datetime) -> bool:
        """Whether to ask again; a moment in the future was noted before the clock was set back."""
        return not timedelta(0) <= now - checked_at < self._interval(outcome)

    def due_at(self, outcome: Outcome, checked_at: datetime, now: datetime) -> datetime:
        """When to ask again; `now` where it is due."""
        if self.due(outcome, checked_at, now):
            return now
        return checked_at + self._interval(outcome)

    def too_soon(self, checked_at: datetime, now: datetime) -> bool:
        """Whether even a wish to refresh has to wait."""
        return timedelta(0) <= now - checked_at < self.apart

    def _interval(self, outcome: Outcome) -> timedelta:
        if outcome in _SICK:
            return self.after_sick
        if outcome in _PASSING:
            return self.after_passing
        return self.after_refusal if outcome in _ABOUT_KEY else self.fresh_for


def of_this_key(view: View | None, kept: KeptConnection) -> View | None:
    """The view, unless key or address were changed since: then it is another key's."""
    return view if view is not None and view.checked_at >= kept.changed_at else None
