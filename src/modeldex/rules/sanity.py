"""Values that cannot be right, such as a price in the wrong unit: flagged, and never published.

A price is judged as a whole, because a unit mistake seldom stays with one rate. The figures were
chosen on the recorded lists of 2025-08 to 2026-08 and on four public datasets (LiteLLM 1.109.1,
models.dev of 2026-06-13, genai-prices, Portkey of 2026-08-21), some 14,500 different records:

| what | band | the extremes that are real | the mistakes it catches |
|---|---|---|---|
| any token, USD per million | exactly 0, or 0.001 to below 1000 | 0.001 (cache read of qwen3.5-flash), 600 (output of o1-pro) | per step as per token 0.00013, cents as dollars 0.0003, per thousand as per million 0.00012; per search as per token 1000 to 2500, per page 4000, per minute of sound 6000, cents taken twice 1200 |
| output ÷ input | 1/20 to 200 | 1/16 (a guard model), 120 (pictures going out) | 1/25: sound's input beside text's output |
| cache read ÷ input | 1/500 to 20 | 1/121 (mimo-v2.5-pro), 5 (sound kept in a cache) | 1/3000: one rate in cents |
| image, USD per one | below 5 | 0.6 | per thousand, or per million, as per one |
| request | below 10 | 0.36 | |
| search | below 1 | 0.1 | 10 to 35 per thousand searches as per one |
| second | below 5 | 0.4 | |
| character | below 0.001 | 0.0001 | 15 per million characters as per one |
| page | below 1 | 0.004 | |
| context window, max output, tokens | 1 to 100 million | 1 (whisper), 10,485,760 | bytes as tokens, overflown counters |
| released, created | from 2015 to before 2100 | 2021-08-30 | a missing time as 1970, milliseconds as seconds |

In the recordings it meets one price: Together's LiquidAI/LFM2-24B-A2B-Preview at 0.00012 and
0.00048, a thousandth of what such a model costs. Units per one have no least value, as real ones
go down to 0.000000025. Amounts that are negative or no number are always flagged.
"""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec.structs import astuple, replace

from ..domain.claims import Claims, Endpoint, Flag
from ..domain.price import PER_ONE, UNITS, Price, Rates, exact

LEAST_PER_MILLION = Decimal("0.001")
LIMIT_PER_MILLION = Decimal(1000)
LIMIT_PER_ONE: Mapping[str, Decimal] = {
    "image": Decimal(5),
    "request": Decimal(10),
    "search": Decimal(1),
    "second": Decimal(5),
    "character": Decimal("0.001"),
    "page": Decimal(1),
}
RATIOS: Mapping[str, tuple[Decimal, Decimal]] = {
    "output": (Decimal(1) / 20, Decimal(200)),
    "cache_read": (Decimal(1) / 500, Decimal(20)),
}
"""Unit → its least and its greatest multiple of the input rate."""
MOST_TOKENS = 100_000_000
_MOST_DIGITS = 30
FIRST_YEAR, YEARS_END = 2015, 2100
_JUDGED = ("price", "context_window", "max_output", "released", "created", "endpoints")
_SAYS_NOTHING = (None,) * len(_JUDGED)
_judged = attrgetter(*_JUDGED)


def screened(claims: Claims) -> tuple[Claims, tuple[Flag, ...]]:
    """The claims without the values that cannot be right, and those values with the reason."""
    if _judged(claims) == _SAYS_NOTHING:
        return claims, ()
    flags = tuple(_flags(claims))
    if not flags:
        return claims, flags
    kept: dict[str, Any] = {flag.field: None for flag in flags}
    if "endpoints" in kept:
        kept["endpoints"] = tuple(_mended(endpoint) for endpoint in claims.endpoints or ())
    return replace(claims, **kept), flags


def doubt(price: Price) -> str | None:
    """Why a price cannot be right; `None` when it may be."""
    for rates in (price, *price.tiers):
        reason = _doubt(rates)
        if reason is not None:
            return reason
    return None


class _Band(NamedTuple):
    unit: str
    least: Decimal
    limit: Decimal
    """The first amount that is too much."""


_BANDS = tuple(
    _Band(unit, Decimal(0), LIMIT_PER_ONE[unit])
    if unit in PER_ONE
    else _Band(unit, LEAST_PER_MILLION, LIMIT_PER_MILLION)
    for unit in UNITS
)


def _doubt(rates: Rates) -> str | None:
    for band, amount in zip(_BANDS, astuple(rates), strict=False):
        if amount and not (amount.is_finite() and band.least <= amount < band.limit):
            return _out_of_band(band.unit, amount)
    return _disproportion(rates)


def _out_of_band(unit: str, amount: Decimal) -> str:
    if not (amount.is_finite() and amount >= 0):
        return f"{unit} is {amount}, which is no price"
    if unit in PER_ONE:
        return f"${_shown(amount)} per {unit} looks like the price of many"
    return f"{unit} at ${_shown(amount)} per million tokens looks like another unit's price"


def _shown(amount: Decimal) -> str:
    """The amount in full, unless that would be zeros without end."""
    return exact(amount) if abs(amount.adjusted()) < _MOST_DIGITS else str(amount)


def _disproportion(rates: Rates) -> str | None:
    given = rates.input
    if not given:
        return None
    for unit, (least, most) in RATIOS.items():
        amount = getattr(rates, unit)
        if amount and not least * given <= amount <= most * given:
            pair = f"{unit} at ${exact(amount)} beside input at ${exact(given)}"
            return f"{pair} per million tokens looks like two units"
    return None


def _flags(claims: Claims) -> list[Flag]:
    flags = []
    if claims.price is not None and (reason := doubt(claims.price)) is not None:
        flags.append(Flag(field="price", value=claims.price, reason=reason))
    for field in ("context_window", "max_output"):
        count = getattr(claims, field)
        if not (count is None or _plausible(count)):
            flags.append(Flag(field=field, value=count, reason=f"{count} tokens cannot be"))
    for field in ("released", "created"):
        day = getattr(claims, field)
        if not (day is None or FIRST_YEAR <= day.year < YEARS_END):
            flags.append(Flag(field=field, value=day, reason=f"the year {day.year} cannot be"))
    for endpoint in claims.endpoints or ():
        if (reason := _endpoint_doubt(endpoint)) is not None:
            said = f"{endpoint.name}: {reason}"
            flags.append(Flag(field="endpoints", value=(endpoint,), reason=said))
    return flags


def _plausible(tokens: int | None) -> bool:
    return tokens is None or 0 < tokens <= MOST_TOKENS


def _endpoint_doubt(endpoint: Endpoint) -> str | None:
    if endpoint.price is not None and (reason := doubt(endpoint.price)) is not None:
        return reason
    for count in (endpoint.context_window, endpoint.max_output):
        if not _plausible(count):
            return f"{count} tokens cannot be"
    return None


def _mended(endpoint: Endpoint) -> Endpoint:
    price, context, most = endpoint.price, endpoint.context_window, endpoint.max_output
    return replace(
        endpoint,
        price=None if price is None or doubt(price) else price,
        context_window=context if _plausible(context) else None,
        max_output=most if _plausible(most) else None,
    )
