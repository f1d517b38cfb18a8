"""The one retry layer: which answers are worth a second try, when, and whether there is time for it."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..domain.listing import Answer
from ..domain.outcome import Outcome, Verdict

LONGEST_WAIT_S = 3600.0
_BASE_S = 0.5
_CAP_S = 8.0
_ROOM_S = 0.5
"""A try with less time than this would only turn a known answer into a time-out."""
_PASSING_STATUS = frozenset({429, 500, 502, 503, 504})
_PASSING_OUTCOME = frozenset({Outcome.UNREACHABLE, Outcome.DNS})
_SECONDS = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?")
_LONGEST_DATE = 64
_jitter = random.SystemRandom().random

Sleep = Callable[[float], Awaitable[object]]


class WaitedOut(Verdict):
    """A verdict that took a whole time limit: another try would only cost as much again."""


async def retried(
    once: Callable[[], Awaitable[Answer]],
    *,
    attempts: int,
    left_s: Callable[[], float],
    sleep: Sleep = asyncio.sleep,
    jitter: Callable[[], float] = _jitter,
) -> Answer:
    """Call `once` up to `attempts` times, waiting only when the wait fits in `left_s()`.

    The last answer is returned and the last `Verdict` raised as they are: whoever has no time
    to wait learns from `retry_after_s` how long the provider wants to be left alone.
    """
    tried = 0
    while True:
        result = await _result(once)
        tried += 1
        wait_s = pause_s(result, tried, jitter()) if tried < attempts else None
        if wait_s is None or wait_s + _ROOM_S > left_s():
            break
        await sleep(wait_s)
    if isinstance(result, Verdict):
        raise result
    return result


def pause_s(result: Answer | Verdict, tried: int, jitter: float) -> float | None:
    """Seconds to wait before the next try; `None` when another try would come to the same.

    `tried` counts the tries so far, `jitter` is from [0, 1). Full jitter up to 0.5 s, doubled
    with every try, at most 8 s; it comes on top of the wait the provider asked for.
    """
    passing = (
        result.outcome in _PASSING_OUTCOME and not isinstance(result, WaitedOut)
        if isinstance(result, Verdict)
        else result.status in _PASSING_STATUS
    )
    if not passing:
        return None
    return (result.retry_after_s or 0.0) + jitter * min(_CAP_S, _BASE_S * (1 << (tried - 1)))


def retry_after_s(value: str | None, now: datetime | None) -> float | None:
    """Seconds that a `Retry-After` header asks for, at most an hour; `None` when it is nonsense.

    Nonsense is what is absent, negative, past, or neither a number nor a date. `now` is the
    moment of the answer; `None` when it is not known, and then a date is of no use.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    said = (value or "").strip()
    if _SECONDS.fullmatch(said):
        return min(float(said), LONGEST_WAIT_S)
    moment = http_date(said)
    if moment is None or now is None or moment <= now:
        return None
    return min((moment - now).total_seconds(), LONGEST_WAIT_S)


def http_date(said: str) -> datetime | None:
    """A date as HTTP writes it, in UTC; `None` when it is none."""
    if not said or len(said) > _LONGEST_DATE:
        return None
    try:
        moment = parsedate_to_datetime(said)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


async def _result(once: Callable[[], Awaitable[Answer]]) -> Answer | Verdict:
    try:
        return await once()
    except Verdict as verdict:
        return verdict
