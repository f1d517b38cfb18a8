"""What a model costs: exact amounts of USD per stated quantity of a unit, under stated conditions."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

PER_ONE = frozenset({"image", "request", "search", "second", "character", "page"})
"""Units priced per one; every other unit is a token and priced per million."""

ALWAYS_SHOWN = ("input", "output", "cache_read", "cache_write")
"""Units that stand in a price's JSON even when they are unknown."""


class PriceUnit(StrEnum):
    """What the numbers of a list's token prices are. The same key means each of these somewhere."""

    USD_PER_TOKEN = "usd-per-token"  # noqa: S105
    USD_PER_MILLION = "usd-per-million"
    CENTS_PER_TOKEN = "cents-per-token"  # noqa: S105
    CENTS_PER_MILLION = "cents-per-million"
    MICRO_USD_PER_MILLION = "micro-usd-per-million"


class Rates(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """USD by unit; `None` is unknown, zero is free of charge.

    Tokens are priced per million, the units of `PER_ONE` per one.
    """

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning: Decimal | None = None
    input_image: Decimal | None = None
    """Image tokens going in; `image` counts whole pictures."""
    input_audio: Decimal | None = None
    input_video: Decimal | None = None
    cache_read_audio: Decimal | None = None
    output_image: Decimal | None = None
    output_audio: Decimal | None = None
    image: Decimal | None = None
    request: Decimal | None = None
    search: Decimal | None = None
    second: Decimal | None = None
    character: Decimal | None = None
    page: Decimal | None = None


UNITS: tuple[str, ...] = Rates.__struct_fields__
"""The units by name, in the order in which they are shown."""


class PriceCondition(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """When other rates hold; every field given must be met, `None` asks nothing."""

    above_input_tokens: int | None = None
    """The prompt is longer than this many tokens."""
    utc_from: str | None = None
    """Time of day, `HH:MM` UTC, from which the rates hold."""
    utc_until: str | None = None
    utc_days: tuple[str, ...] | None = None
    batch: bool | None = None
    service_tier: str | None = None


class ConditionalRates(Rates, frozen=True, omit_defaults=True, kw_only=True):
    """Rates that replace the ordinary ones while their condition is met."""

    when: PriceCondition


class Price(Rates, frozen=True, omit_defaults=True, kw_only=True):
    """One real offer, never put together from two."""

    tiers: tuple[ConditionalRates, ...] = ()
    varies: bool = False
    """The provider says that the price depends on where a router sends the call."""


class PriceTier(StrEnum):
    """A word for a price, by USD per million input tokens."""

    FREE = "free"
    """Exactly 0, and nothing else costs anything."""
    BUDGET = "budget"
    """Above 0 and below 1."""
    STANDARD = "standard"
    """From 1 to below 5."""
    PRO = "pro"
    """From 5 to below 15."""
    PREMIUM = "premium"
    """15 and more."""


class Billing(StrEnum):
    """How a price is to be read; an absent value means that nothing of it is known."""

    TOKENS = "tokens"
    """Tokens cost something."""
    FREE = "free"
    """Every rate that is known is 0, and the input rate is known."""
    VARIES = "varies"
    """It depends on where a router sends the call: neither free nor unknown."""
    ZERO_TOKENS = "zero-tokens"
    """Tokens cost nothing, something else does."""
    OTHERWISE = "otherwise"
    """No token price is stated, but another one: per picture, second, request."""


_PLAIN = ("input", "output")


def billing(price: Price | None) -> Billing | None:
    """How a price is to be read; `None` when it is unknown."""
    if price is None:
        return None
    if price.varies:
        return Billing.VARIES
    if price.input or price.output or (price.input is None and _tiers_cost(price, _PLAIN)):
        return Billing.TOKENS
    charged = any(getattr(price, unit) for unit in UNITS) or _tiers_cost(price, UNITS)
    if price.input is None:
        return Billing.OTHERWISE if charged else None
    return Billing.ZERO_TOKENS if charged else Billing.FREE


def _tiers_cost(price: Price, units: tuple[str, ...]) -> bool:
    return any(getattr(tier, unit) for tier in price.tiers for unit in units)


def price_tier(price: Price | None) -> PriceTier | None:
    """The word for a price; `None` when the input price is unknown, when the price varies,
    and when input tokens cost nothing but something else does."""
    read = billing(price)
    if read is Billing.FREE:
        return PriceTier.FREE
    if price is None or not price.input or read is Billing.VARIES:
        return None
    for word, below in ((PriceTier.BUDGET, 1), (PriceTier.STANDARD, 5), (PriceTier.PRO, 15)):
        if price.input < below:
            return word
    return PriceTier.PREMIUM


def exact(amount: Decimal) -> str:
    """An amount as plain decimal text, without exponent and without trailing zeros.

    >>> exact(Decimal("1.50E-7"))
    '0.00000015'
    """
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def price_json(price: Price) -> dict[str, Any]:
    """A price in the shape that is promised outside: decimal strings, `None` for unknown."""
    shape: dict[str, Any] = dict.fromkeys(ALWAYS_SHOWN)
    shape.update(_rates(price))
    if price.tiers:
        shape["tiers"] = [
            {"when": msgspec.to_builtins(tier.when), **_rates(tier)} for tier in price.tiers
        ]
    if price.varies:
        shape["varies"] = True
    return shape


def _rates(rates: Rates) -> dict[str, str]:
    amounts = ((unit, getattr(rates, unit)) for unit in UNITS)
    return {unit: exact(amount) for unit, amount in amounts if amount is not None}


def offer_order(price: Price | None) -> tuple[int, Decimal]:
    """What to sort offers by, the cheapest first: real token prices before all others."""
    if price is None or price.varies or price.input is None or price.output is None:
        return 1, Decimal(0)
    return 0, price.input + price.output
