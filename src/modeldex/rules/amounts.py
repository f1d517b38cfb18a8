"""Amounts in a query, read exactly: tokens, money, days."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from ..domain.errors import BadQuery
from ..domain.price import exact

_NUMBER = re.compile(r"([0-9][0-9_]{0,14}(?:\.[0-9]{1,9})?)([kKmM]?)")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_TIMES = {"": 1, "k": 1000, "m": 1_000_000}
_MICRO = 1_000_000
_MOST = 10**15


def tokens(text: str) -> int:
    """A number of tokens; `k` is a thousand, `m` a million.

    >>> tokens("200k")
    200000
    """
    return _whole(text, 1, "write a whole number such as 200000, 200k or 1M")


def micro_usd(text: str) -> int:
    """USD per million tokens, as micro-USD.

    >>> micro_usd("0.15")
    150000
    """
    return _whole(text.removeprefix("$"), _MICRO, "write USD per million tokens, such as 3 or 0.15")


@lru_cache(4096)
def usd(micro: int) -> str:
    """Micro-USD as plain decimal USD.

    >>> usd(150000)
    '0.15'
    """
    return exact(Decimal(micro) / _MICRO)


def short(count: int) -> str:
    """A number of tokens in three digits.

    >>> short(131072), short(1000000), short(8192)
    ('131K', '1M', '8.19K')
    """
    if count < 1000:
        return str(count)
    for unit, letter in ((1000, "K"), (1_000_000, "M")):
        if count < unit * 999.5:
            return f"{count / unit:.3g}{letter}"
    return f"{count / 1e9:,.0f}G"


def days(text: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day.

    >>> days("2026-06")
    (datetime.date(2026, 6, 1), datetime.date(2026, 6, 30))
    """
    found = _DAY.fullmatch(text)
    if not found:
        raise _no_day(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first
        following = date(first.year, month + 1, 1) if month and month < 12 else None
        last = following - timedelta(days=1) if following else date(first.year, 12, 31)
    except ValueError:
        raise _no_day(text) from None
    return first, last


def _whole(text: str, unit: int, hint: str) -> int:
    found = _NUMBER.fullmatch(text)
    if not found:
        raise BadQuery(f"{text!r} is no amount", hint=hint)
    amount = Decimal(found[1]) * _TIMES[found[2].lower()] * unit
    if amount != int(amount) or amount > _MOST:
        raise BadQuery(f"{text!r} is too {'large' if amount > _MOST else 'fine'}", hint=hint)
    return int(amount)


def _no_day(text: str) -> BadQuery:
    return BadQuery(f"{text!r} is no day", hint="write 2026, 2026-06 or 2026-06-30")
