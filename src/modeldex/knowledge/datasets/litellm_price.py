"""The price in an entry of LiteLLM's map: a key per unit, and suffixes for conditions."""

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from ...dialects.fields import usd_per_token
from ...domain.price import PER_ONE, Price, PriceCondition
from . import rates

_UNITS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "output_cost_per_reasoning_token": "reasoning",
    "input_cost_per_image_token": "input_image",
    "input_cost_per_audio_token": "input_audio",
    "input_cost_per_video_token": "input_video",
    "cache_read_input_audio_token_cost": "cache_read_audio",
    "output_cost_per_image_token": "output_image",
    "output_cost_per_audio_token": "output_audio",
    "output_cost_per_image": "image",
    "input_cost_per_request": "request",
    "input_cost_per_query": "search",
    "input_cost_per_second": "second",
    "output_cost_per_second": "second",
    "input_cost_per_character": "character",
    "ocr_cost_per_page": "page",
}
_KEY = re.compile(
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r"(?:_above_(?P<above>\d+)k_tokens)?(?:_(?P<service>batches|flex|priority))?"
)
_Conditions = dict[PriceCondition, dict[str, Decimal | None]]
_ALWAYS = PriceCondition()


class Step(msgspec.Struct):
    range: tuple[Decimal, ...] | None = None


class Stepped(msgspec.Struct):
    tiered_pricing: tuple[msgspec.Raw, ...] = ()


def price(entry: msgspec.Raw) -> Price | None:
    """The price an entry states, in USD per million tokens or per one of another unit."""
    found = _amounts(entry)
    for step in msgspec.json.decode(entry, type=Stepped).tiered_pricing:
        for when, amounts in _step(step):
            found.setdefault(when, {}).update(amounts)
    tiers = (rates.tier(when, amounts) for when, amounts in found.items() if when != _ALWAYS)
    return rates.stated(found.get(_ALWAYS, {}), tuple(tier for tier in tiers if tier is not None))


def _amounts(entry: msgspec.Raw) -> _Conditions:
    found: _Conditions = {}
    for key, raw in msgspec.json.decode(entry, type=dict[str, msgspec.Raw]).items():
        said = _KEY.fullmatch(key)
        if said is not None and bytes(raw) != b"null":
            unit = _UNITS[said["unit"]]
            amount = _usd(unit, msgspec.json.decode(raw, type=Decimal))
            if amount or unit not in found.get(_condition(said), {}):
                found.setdefault(_condition(said), {})[unit] = amount
    return found


def _usd(unit: str, amount: Decimal) -> Decimal | None:
    return (amount if amount >= 0 else None) if unit in PER_ONE else usd_per_token(amount)


def _condition(said: re.Match[str]) -> PriceCondition:
    service = said["service"]
    return PriceCondition(
        above_input_tokens=int(said["above"]) * 1000 if said["above"] else None,
        batch=True if service == "batches" else None,
        service_tier=service if service in ("flex", "priority") else None,
    )


def _step(step: msgspec.Raw) -> Iterator[tuple[PriceCondition, dict[str, Decimal | None]]]:
    """Rates of a range of prompt lengths: the first are the ordinary ones."""
    limits = msgspec.json.decode(step, type=Step).range
    if not limits:
        return
    above = int(limits[0])
    when = PriceCondition(above_input_tokens=above) if above else _ALWAYS
    yield when, _amounts(step).get(_ALWAYS, {})
