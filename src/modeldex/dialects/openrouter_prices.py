"""OpenRouter's prices of one model: decimal strings, and entries that override them at times.

Source: the official Python SDK, version 1.3.84 (`components/publicpricing.py`,
`pricingoverride.py`).
"""

from decimal import Decimal

import msgspec

from ..domain.price import ConditionalRates, Price, PriceCondition
from .fields import charged, count, price, usd_per_million, usd_per_token

_MIDNIGHT = 2400


class Amounts(msgspec.Struct):
    """USD per token; `image`, `request` and `web_search` per one. A minus means: it varies."""

    prompt: Decimal | None = None
    completion: Decimal | None = None
    input_cache_read: Decimal | None = None
    input_cache_write: Decimal | None = None
    input_cache_write_1h: Decimal | None = None
    internal_reasoning: Decimal | None = None
    image: Decimal | None = None
    image_token: Decimal | None = None
    image_output: Decimal | None = None
    audio: Decimal | None = None
    audio_output: Decimal | None = None
    input_audio_cache: Decimal | None = None
    request: Decimal | None = None
    web_search: Decimal | None = None


class Override(Amounts):
    min_prompt_tokens: float | None = None
    """It holds strictly above this many."""
    utc_start: float | None = None
    """A clock number: 1030 is 10:30 UTC."""
    utc_end: float | None = None
    utc_days: list[str] | None = None


class Pricing(Amounts):
    overrides: list[Override] | None = None


def prices(pricing: Pricing, *, may_be_free: bool) -> Price | None:
    """The rates by unit, with those of long prompts or certain hours as tiers.

    `may_be_free`: whether a token price of zero means free of charge; otherwise it is unknown.
    """
    if any(rate is not None and rate < 0 for rate in (pricing.prompt, pricing.completion)):
        return price(varies=True)
    tiers = (_tier(entry, may_be_free=may_be_free) for entry in pricing.overrides or ())
    return price(
        varies=False,
        tiers=tuple(tier for tier in tiers if tier is not None),
        **_rates(pricing, may_be_free=may_be_free),
    )


def _tier(entry: Override, *, may_be_free: bool) -> ConditionalRates | None:
    """The entry's rates under its condition; without one that can be read they hold nowhere."""
    rates = {
        unit: usd for unit, usd in _rates(entry, may_be_free=may_be_free).items() if usd is not None
    }
    when = PriceCondition(
        above_input_tokens=count(entry.min_prompt_tokens),
        utc_from=_clock(entry.utc_start),
        utc_until=_clock(entry.utc_end),
        utc_days=tuple(entry.utc_days) if entry.utc_days else None,
    )
    if not rates or when == PriceCondition():
        return None
    return ConditionalRates(when=when, **rates)


def _clock(number: float | None) -> str | None:
    if number is None or not 0 <= number <= _MIDNIGHT:
        return None
    return f"{int(number) // 100:02d}:{int(number) % 100:02d}"


def _rates(amounts: Amounts, *, may_be_free: bool) -> dict[str, Decimal | None]:
    token = usd_per_token if may_be_free else _charged_per_token
    # Since 2026 `image` repeats the rate of a prompt token, though it is documented per picture.
    picture = amounts.image if amounts.image != amounts.prompt else None
    return {
        "input": token(amounts.prompt),
        "output": token(amounts.completion),
        "cache_read": _charged_per_token(amounts.input_cache_read),
        "cache_write": _charged_per_token(amounts.input_cache_write),
        "cache_write_1h": _charged_per_token(amounts.input_cache_write_1h),
        "reasoning": _charged_per_token(amounts.internal_reasoning),
        "input_image": _charged_per_token(amounts.image_token),
        "input_audio": _charged_per_token(amounts.audio),
        "cache_read_audio": _charged_per_token(amounts.input_audio_cache),
        "output_image": _charged_per_token(amounts.image_output),
        "output_audio": _charged_per_token(amounts.audio_output),
        "image": charged(usd_per_million(picture)),
        "request": charged(usd_per_million(amounts.request)),
        "search": charged(usd_per_million(amounts.web_search)),
    }


def _charged_per_token(value: Decimal | None) -> Decimal | None:
    return charged(usd_per_token(value))
