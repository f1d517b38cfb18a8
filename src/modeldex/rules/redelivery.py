"""When a message that a receiver did not take is sent again, and when it is given up."""

from datetime import datetime, timedelta

ATTEMPTS = 10
"""So often a message is sent, the first time included: over about two days."""
_FIRST = timedelta(seconds=30)
_TIMES = 4
_LONGEST = timedelta(hours=12)
GONE = 410
"""A receiver answers so when it wants nothing any more.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""


def next_try(
    attempts: int, now: datetime, jitter: float, retry_after_s: float | None = None
) -> datetime | None:
    """When to send again after so many attempts, the failed one included; `None`: never.

    30 seconds, four times as long after each attempt, at most 12 hours; of this between the half
    and the whole, as `jitter` (from 0 to below 1) says, and never before the time that the
    receiver asked for.
    """
    if attempts >= ATTEMPTS:
        return None
    whole = min(_FIRST * int(_TIMES ** (attempts - 1)), _LONGEST)
    wait = whole * (0.5 + jitter / 2)
    return now + max(wait, timedelta(seconds=retry_after_s or 0))
