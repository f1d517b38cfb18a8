"""Model Studio's price list of one model: ranges of prompt length, each with rows by what is paid for.

Source: https://www.alibabacloud.com/help/en/model-studio/list-models
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from ..domain.price import ConditionalRates, Price, PriceCondition
from .fields import price, usd_per_million


class Row(msgspec.Struct):
    type: str = ""
    price: Decimal | None = None
    price_unit: str = ""
    time_band: str | None = None


class Range(msgspec.Struct):
    range_name: str | None = None
    """`Default`, `Input<=32K`, `32K<Input<=128K`."""
    prices: list[Row] | None = None


_TOKENS = re.compile(r"per\s+(1\s*m|million)\s+tokens", re.IGNORECASE)
_ORDINARY_BANDS = (None, "", "all", "default", "standard")
_WHOLE = re.compile(r"default|input\s*[<≤]", re.IGNORECASE)
_ABOVE = re.compile(r"(\d{1,9})\s*(k?)\s*[<≤]\s*input", re.IGNORECASE)

# A model that is priced only for its thinking mode has no plain rows: those rows are its price.
_UNITS: Mapping[str, tuple[str, ...]] = {
    "input": ("input_token", "text_input_token", "embedding_token", "thinking_input_token"),
    "output": ("output_token", "thinking_output_token"),
    "cache_read": ("input_token_cache_read", "input_token_cache"),
    "cache_write": ("input_token_cache_creation_5m",),
    "cache_write_1h": ("input_token_cache_creation_1h",),
    "input_image": ("vision_input_token",),
    "input_audio": ("audio_input_token",),
}
_EACH: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "image": ("image_number", re.compile(r"per\s+image", re.IGNORECASE)),
    "second": ("content_duration", re.compile(r"per\s+second", re.IGNORECASE)),
}


def prices(ranges: Iterable[Range]) -> Price | None:
    """The rates of the first range, and those of longer prompts as tiers.

    A range whose name cannot be read is left out; without one that starts at nothing there is
    no price.
    """
    by_floor: dict[int, dict[str, Decimal]] = {}
    for entry in ranges:
        floor = _floor(entry.range_name)
        if floor is not None:
            by_floor.setdefault(floor, _rates(entry.prices or ()))
    base = by_floor.pop(0, None)
    if not base:
        return None
    tiers = tuple(
        ConditionalRates(when=PriceCondition(above_input_tokens=floor), **rates)
        for floor, rates in sorted(by_floor.items())
        if rates
    )
    return price(varies=False, tiers=tiers, **base)


def _floor(name: str | None) -> int | None:
    """Above how many tokens a range begins. K is 1024: Alibaba calls 258,048 tokens 252K."""
    if not name or _WHOLE.match(name):
        return 0
    above = _ABOVE.match(name)
    return int(above[1]) * (1024 if above[2] else 1) if above else None


def _rates(rows: Iterable[Row]) -> dict[str, Decimal]:
    ordinary = [row for row in rows if _band(row.time_band) in _ORDINARY_BANDS]
    tokens = _amounts(ordinary, _TOKENS)
    found = {
        unit: tokens[name]
        for unit, names in _UNITS.items()
        if (name := next((name for name in names if name in tokens), None)) is not None
    }
    if "output_token" in tokens and "thinking_output_token" in tokens:
        found["reasoning"] = tokens["thinking_output_token"]
    for unit, (name, words) in _EACH.items():
        each = _amounts(ordinary, words)
        if name in each:
            found[unit] = each[name]
    return found


def _band(name: str | None) -> str | None:
    return name.strip().lower() if name else name


def _amounts(rows: Iterable[Row], unit: re.Pattern[str]) -> dict[str, Decimal]:
    """The rows that are paid for in that unit, by what they are for."""
    amounts = {row.type: usd_per_million(row.price) for row in rows if unit.search(row.price_unit)}
    return {name: usd for name, usd in amounts.items() if usd is not None}
