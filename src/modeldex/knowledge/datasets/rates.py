"""What a zero means in a dataset: many write it where they know nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ...domain.price import ConditionalRates, Price, PriceCondition

_LOWEST = Decimal("0.001")
_HIGHEST = Decimal(1000)
_ABSURD = Decimal(10**6)

Amounts = Mapping[str, Decimal | None]
"""USD by unit of `Rates`."""


def stated(amounts: Amounts, tiers: tuple[ConditionalRates, ...] = ()) -> Price | None:
    """A price of the amounts that are stated.

    A zero beside other amounts fills a gap and says nothing. All zero is kept as zero input
    and output: whoever reconciles decides whether free of charge is meant.
    """
    known = _amounts(amounts)
    charged: dict[str, Any] = {unit: usd for unit, usd in known.items() if usd}
    if charged:
        return Price(tiers=tiers, **charged)
    if known.get("input") is not None:
        return Price(input=Decimal(0), output=Decimal(0))
    return None


def tier(when: PriceCondition, amounts: Amounts) -> ConditionalRates | None:
    """Rates under a condition; `None` when no amount above zero is stated."""
    charged = {unit: usd for unit, usd in _amounts(amounts).items() if usd}
    return ConditionalRates(when=when, **charged) if charged else None


def _amounts(said: Amounts) -> dict[str, Decimal]:
    """What is an amount of money at all: neither unknown, negative, boundless nor no number."""
    return {
        unit: usd
        for unit, usd in said.items()
        if usd is not None and usd.is_finite() and 0 <= usd < _ABSURD
    }


def is_plausible(price: Price) -> bool:
    """Whether input and output can be USD per million tokens, and no other unit's amount.

    The dearest model listed costs 600 and the cheapest one 0.002; a picture or a search that is
    filed as a token lies far outside.
    """
    amounts = (price.input, price.output)
    return all(not amount or _LOWEST <= amount < _HIGHEST for amount in amounts)


def is_zero(price: Price) -> bool:
    """Whether a price says that input and output cost nothing."""
    return price.input == 0 and price.output == 0
