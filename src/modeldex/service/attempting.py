"""What is remembered of an attempt, so that the next one is made at the right time."""

from collections.abc import Container, Mapping
from datetime import datetime

from msgspec.structs import replace

from ..domain.connection import Connection
from ..domain.outcome import Outcome
from ..storage.state import Attempt
from ..transport.breaker import BreakerState, after
from .discover import Asked
from .reporting import Line


def attempted(
    asked: Asked, line: Line, earlier: BreakerState, jitter: float, now: datetime
) -> Attempt:
    """The attempt with the breaker's state after it; `jitter` is from 0 to below 1."""
    connection, conclusion = asked.connection, asked.conclusion
    state = after(earlier, conclusion.outcome, now, conclusion.retry_after_s, jitter)
    return Attempt(
        connection=connection.id,
        provider=connection.provider.id,
        at=now,
        outcome=line.outcome,
        message=line.message,
        failures=state.failures,
        open_until=state.open_until,
        retry_after_s=conclusion.retry_after_s,
    )


def set_aside(
    connection: Connection, attempts: Mapping[str, Attempt], in_use: Container[str]
) -> bool:
    """Whether a key that is no longer in use brought a list of the same provider.

    Lists belong to their keys: what another key opened is never shown as this one's.
    """
    public = replace(connection, secret=None).id
    return any(
        one.provider == connection.provider.id
        and one.outcome is Outcome.OK
        and one.connection not in in_use
        and one.connection != public
        for one in attempts.values()
    )


def breaker(attempt: Attempt | None) -> BreakerState:
    """What the breaker remembers of a connection."""
    if attempt is None:
        return BreakerState()
    return BreakerState(
        failures=attempt.failures, open_until=attempt.open_until, last_outcome=attempt.outcome
    )
