"""A moment in the past as people write it: `7d`, `12h`, `2026-11-01`."""

import re
from datetime import UTC, datetime, timedelta

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
