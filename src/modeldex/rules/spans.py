"""A moment in the past as people write it, `7d`, `12h`, `2026-11-01`, and as programs give it."""

import re
from datetime import UTC, date, datetime, time, timedelta

from ..domain.errors import BadQuery

_SPAN = re.compile(r"(\d{1,6})\s*([hdwmy])")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def moment(text: str, now: datetime) -> datetime:
    """The moment, aware UTC: a span before `now`, or a day (its beginning) or time, taken as UTC.

    Raises `BadQuery` saying what may be written.
    """
    said = text.strip().lower()
    try:
        if met := _SPAN.fullmatch(said):
            return now - int(met[1]) * _UNITS[met[2]]
        at = datetime.fromisoformat(text.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadQuery(f"{text!r} is no moment; write 12h, 7d, 4w, or a day such as 2026-11-01")


def instant(said: date | datetime | str) -> datetime:
    """The moment, aware UTC: an aware time, the last microsecond of a day (UTC), or the ISO 8601
    text of either. Raises `BadQuery` for a time without a time zone and for what is neither."""
    try:
        given = _read(said) if isinstance(said, str) else said
        if isinstance(given, datetime):
            return _zoned(given)
        if isinstance(given, date):
            return datetime.combine(given, time.max, UTC)
    except (ValueError, OverflowError):
        pass
    raise BadQuery(
        f"{said!r} is no moment",
        hint="give a day, a time with its zone, or the ISO 8601 text of either, such as 2026-11-01",
    )


def _read(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return datetime.fromisoformat(text.strip())


def _zoned(given: datetime) -> datetime:
    if given.utcoffset() is None:
        raise BadQuery(
            f"{given.isoformat()} has no time zone, so it is no one moment",
            hint="give it one, such as .replace(tzinfo=UTC) or +00:00 in text; or give a day",
        )
    return given.astimezone(UTC)
