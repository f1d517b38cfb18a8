"""What a call costs: exact sums over one offer's rates, under the conditions that the call meets."""

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from ..domain.price import PER_ONE, UNITS, Billing, Price, Rates, billing, exact
from .tariff import Usage, in_force

DAYS_PER_MONTH = 30
_MILLION = Decimal(1_000_000)
_EXACT = Context(prec=100)
"""Wide enough that no sum of token counts and rates is ever rounded."""


class Part(NamedTuple):
    """One product of the sum."""

    unit: str
    """A unit of `Rates`."""
    quantity: Decimal
    """Tokens, or how many."""
    rate: Decimal
    """USD per million tokens, or per one."""
    amount: Decimal
    """USD."""


class Cost(NamedTuple):
    """What the calls cost in USD; `None` is unknown, or not asked."""

    per_call: Decimal | None
    per_day: Decimal | None
    per_month: Decimal | None
    """Thirty days."""
    parts: tuple[Part, ...] = ()
    """What `per_call` is the sum of; empty when it is unknown."""
    applied: tuple[str, ...] = ()
    """The conditions that held and what was assumed, in words."""
    unknown: tuple[str, ...] = ()
    """Why there is no sum: units without a known rate, `price`, `varies`, `billed otherwise`."""


def cost(price: Price | None, usage: Usage) -> Cost:
    """The cost of the calls under one offer; never a guess, and never 0 for what is unknown."""
    read = billing(price)
    if read is Billing.VARIES:
        return _nothing("varies")
    if price is None or not _known(price):
        return _nothing("price")
    rates, applied = in_force(price, usage)
    if rates.input is None and rates.output is None:
        return _by_request(price, usage) if read is Billing.OTHERWISE else _nothing("price")
    shares, notes = _shares(rates, usage)
    unknown = tuple(unit for unit, count in shares if count and getattr(rates, unit) is None)
    if unknown:
        return Cost(None, None, None, (), (*applied, *notes), unknown)
    return _sum(_parts(rates, shares), usage, (*applied, *notes))


def _nothing(why: str) -> Cost:
    return Cost(None, None, None, unknown=(why,))


def _known(rates: Rates) -> bool:
    return any(getattr(rates, unit) is not None for unit in UNITS)


def _by_request(price: Price, usage: Usage) -> Cost:
    """An offer by the request alone covers the whole call; other units count what is not asked."""
    priced = [unit for unit in UNITS if getattr(price, unit)]
    if priced != ["request"] or price.request is None:
        return _nothing("billed otherwise")
    return _sum([_part("request", Decimal(1), price.request)], usage, ("billed by the request",))


def _shares(rates: Rates, usage: Usage) -> tuple[list[tuple[str, Decimal]], tuple[str, ...]]:
    """How many of which unit one call takes, and what was assumed."""
    tokens, cached = Decimal(usage.input), _EXACT.multiply(Decimal(usage.input), usage.cached)
    notes: tuple[str, ...] = ()
    if cached and rates.cache_read is None:
        cached, notes = Decimal(0), ("no cache price is known: all input at the input rate",)
    shares = [
        ("input", _EXACT.subtract(tokens, cached)),
        ("cache_read", cached),
        ("output", Decimal(usage.output)),
    ]
    if rates.request:
        shares.append(("request", Decimal(1)))
    return shares, notes


def _parts(rates: Rates, shares: Sequence[tuple[str, Decimal]]) -> list[Part]:
    return [_part(unit, count, getattr(rates, unit)) for unit, count in shares if count]


def _part(unit: str, count: Decimal, rate: Decimal) -> Part:
    whole = _EXACT.multiply(count, rate)
    amount = whole if unit in PER_ONE else _EXACT.divide(whole, _MILLION)
    return Part(unit, count, rate, amount)


def _sum(parts: Sequence[Part], usage: Usage, applied: tuple[str, ...]) -> Cost:
    call = Decimal(0)
    for part in parts:
        call = _EXACT.add(call, part.amount)
    day = None if usage.per_day is None else _EXACT.multiply(call, Decimal(usage.per_day))
    month = None if day is None else _EXACT.multiply(day, Decimal(DAYS_PER_MONTH))
    return Cost(call, day, month, tuple(parts), applied)


def formula(parts: Sequence[Part]) -> str:
    """The sum in words, such as `10,000 input × $1.25/M + 500 output × $10/M`."""
    return " + ".join(
        f"{_count(part.quantity)} {part.unit.replace('_', ' ')} × ${exact(part.rate)}"
        + ("" if part.unit in PER_ONE else "/M")
        for part in parts
    )


def _count(count: Decimal) -> str:
    whole, dot, rest = exact(count).partition(".")
    return f"{int(whole):,}{dot}{rest}"
