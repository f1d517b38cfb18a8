"""When to leave a sick connection alone, and for how long."""

from datetime import datetime, timedelta

import msgspec

from ..domain.outcome import Outcome

LONGEST = timedelta(minutes=60)
_FIRST = timedelta(minutes=1)
_FAILURES_TO_OPEN = 3
_SPREAD = 0.2
_SICK = frozenset(
    {Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS, Outcome.RATE_LIMITED}
)


class BreakerState(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a connection between refreshes."""

    failures: int = 0
    """Consecutive failures of the provider or the way to it; a refused key is none."""
    open_until: datetime | None = None
    """Not asked before this moment, aware UTC; `None` when nothing stands in the way."""
    last_outcome: Outcome | None = None
    """`None` when it was never asked."""


def after(
    state: BreakerState,
    outcome: Outcome,
    now: datetime,
    retry_after_s: float | None = None,
    jitter: float = 0.0,
) -> BreakerState:
    """The state after one attempt.

    Three failures in a row open it for 1 minute, each further one for twice as long, up to an
    hour. `retry_after_s` parks it at once, up to an hour. `jitter` in [0, 1] shortens the
    breaker's own wait by up to a fifth, so that many machines do not come back together.
    """
    if outcome is Outcome.OK:
        return BreakerState(last_outcome=outcome)
    if outcome not in _SICK:
        return msgspec.structs.replace(state, last_outcome=outcome)
    failures = state.failures + 1
    wait = max(_own_wait(failures, jitter), _asked_wait(retry_after_s))
    return BreakerState(
        failures=failures,
        open_until=now + wait if wait else None,
        last_outcome=outcome,
    )


def may_ask(state: BreakerState, now: datetime) -> bool:
    """Whether the connection may be asked; after the wait this lets the next refresh probe it.

    A moment more than an hour away was written before the clock was set back: it does not count.
    """
    return state.open_until is None or not now < state.open_until <= now + LONGEST


def _own_wait(failures: int, jitter: float) -> timedelta:
    if failures < _FAILURES_TO_OPEN:
        return timedelta()
    doublings = min(failures - _FAILURES_TO_OPEN, 6)
    return min(LONGEST, _FIRST * (1 << doublings)) * (1 - _SPREAD * jitter)


def _asked_wait(retry_after_s: float | None) -> timedelta:
    if retry_after_s is None or not retry_after_s > 0:
        return timedelta()
    return timedelta(seconds=min(retry_after_s, LONGEST.total_seconds()))
