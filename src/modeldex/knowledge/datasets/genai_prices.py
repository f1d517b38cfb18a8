"""Pydantic's genai-prices: USD per million tokens, with tiers, dated and time-of-day prices.

Only ids that a record names with `equals`, or its own id where its rule accepts it, are taken;
rules that match the beginning or a part of a name are no knowledge of exact ids. The rules are
there to find a price: all else that a record says is said of its own id, and the price of the ids
beside it is a copy (`gpt-4o-2024-05-13` gets the price of `gpt-4o`, which is half of its own).

Source: https://github.com/pydantic/genai-prices
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import msgspec

from ...dialects.fields import count, text, usd_per_million
from ...domain.claims import Claims
from ...domain.lifecycle import Lifecycle
from ...domain.price import ConditionalRates, Price, PriceCondition
from ..naming import Names, Naming, by_word, native_id
from . import rates
from .records import Losses, whole

_UNITS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning",
    "input_image_mtok": "input_image",
    "input_audio_mtok": "input_audio",
    "input_video_mtok": "input_video",
    "cache_audio_read_mtok": "cache_read_audio",
    "output_image_mtok": "output_image",
    "output_audio_mtok": "output_audio",
}
_PER_THOUSAND = {"requests_kcount": "request", "web_searches_kcount": "search"}
_NOTHING = Decimal(0)


class Above(msgspec.Struct):
    start: int
    """Input tokens above which `price` holds."""
    price: Decimal


class Tiered(msgspec.Struct):
    base: Decimal
    tiers: tuple[Above, ...] = ()


class Constraint(msgspec.Struct):
    start_date: date | None = None
    start_time: str | None = None
    end_time: str | None = None


Prices: TypeAlias = dict[str, msgspec.Raw]


class Conditional(msgspec.Struct):
    prices: Prices
    constraint: Constraint | None = None


class Match(msgspec.Struct):
    equals: str | None = None
    starts_with: str | None = None
    contains: str | None = None
    any_of: tuple["Match", ...] = msgspec.field(default=(), name="or")


class Record(msgspec.Struct):
    id: str
    match: Match
    prices: msgspec.Raw
    name: str | None = None
    context_window: int | None = None
    deprecated: bool = False


class Listed(msgspec.Struct):
    id: str
    models: tuple[msgspec.Raw, ...]


def read(
    body: bytes, names: Names, on: date, lost: Losses | None = None
) -> Iterator[tuple[str, Claims]]:
    """Claims per exact id, with the price that holds on the day `on`."""
    copies: list[tuple[str, Claims]] = []
    for provider, naming, name, raw in _records(body, names, lost):
        for claims, is_own in whole(lost, name, _read, naming, raw, on) or ():
            if is_own:
                yield provider, claims
            else:
                copies.append((provider, claims))
    yield from copies


def copied(body: bytes, names: Names) -> dict[str, frozenset[str]]:
    """By provider: the native ids that have no record of their own."""
    own: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for provider, naming, name, raw in _records(body, names, None):
        for native, is_own in whole(None, name, _native_ids, naming, raw) or ():
            (own if is_own else others).setdefault(provider, set()).add(native)
    return {provider: frozenset(ids - own.get(provider, set())) for provider, ids in others.items()}


def _records(
    body: bytes, names: Names, lost: Losses | None
) -> Iterator[tuple[str, Naming, str, msgspec.Raw]]:
    """Our provider id, its naming, the record's name among the lost, and the record."""
    known = by_word(names, lambda naming: naming.genai_prices)
    for place, provided in enumerate(msgspec.json.decode(body, type=list[msgspec.Raw])):
        listed = whole(lost, f"provider {place + 1}", _listed, provided)
        if listed is not None and listed.id in known:
            for at, raw in enumerate(listed.models):
                yield *known[listed.id], f"{listed.id}, record {at + 1}", raw


def _listed(raw: msgspec.Raw) -> Listed:
    return msgspec.json.decode(raw, type=Listed)


def _read(naming: Naming, raw: msgspec.Raw, on: date) -> list[tuple[Claims, bool]]:
    record = msgspec.json.decode(raw, type=Record)
    return [
        (_claims(native, record, on) if own else _copy(native, record, on), own)
        for native, own in _native_ids(naming, raw)
    ]


def _native_ids(naming: Naming, raw: msgspec.Raw) -> list[tuple[str, bool]]:
    """The ids for which a record speaks, each with whether it is the record's own.

    A record that speaks for one id alone is that id's, whatever it is called itself.
    """
    record = msgspec.json.decode(raw, type=Record)
    found = {native_id(naming, key) for key in _exact_ids(record)}
    ids = sorted(native for native in found if native is not None)
    own = native_id(naming, record.id) if len(ids) > 1 else None
    return [(native, own in (None, native)) for native in ids]


def _exact_ids(record: Record) -> list[str]:
    rules = (record.match, *record.match.any_of)
    exact = {rule.equals for rule in rules if rule.equals is not None}
    if any(_accepts(rule, record.id) for rule in rules):
        exact.add(record.id)
    return sorted(exact)


def _accepts(rule: Match, id: str) -> bool:
    if rule.starts_with is not None:
        return id.startswith(rule.starts_with)
    return rule.contains is not None and rule.contains in id


def _claims(native: str, record: Record, on: date) -> Claims:
    return Claims(
        native_id=native,
        name=text(record.name),
        context_window=count(record.context_window),
        price=_price(native, record.prices, on),
        lifecycle=Lifecycle.DEPRECATED if record.deprecated else None,
    )


def _copy(native: str, record: Record, on: date) -> Claims:
    return Claims(native_id=native, price=_price(native, record.prices, on))


def _price(native: str, raw: msgspec.Raw, on: date) -> Price | None:
    ordinary, by_the_clock = _in_force(raw, on)
    if not ordinary and native.endswith(":free"):
        return Price(input=_NOTHING, output=_NOTHING)
    tiers = (*_steps(ordinary), *(tier for row in by_the_clock if (tier := _at_times(row))))
    return rates.stated(_base(ordinary), tiers)


def _in_force(raw: msgspec.Raw, on: date) -> tuple[Prices, list[Conditional]]:
    """The last row that has begun on the day, and the rows that hold at some hours only."""
    if bytes(raw).lstrip()[:1] != b"[":
        return msgspec.json.decode(raw, type=Prices), []
    ordinary: Prices = {}
    by_the_clock: list[Conditional] = []
    for row in msgspec.json.decode(raw, type=list[Conditional]):
        limit = row.constraint or Constraint()
        if limit.start_time is not None:
            by_the_clock.append(row)
        elif limit.start_date is None or limit.start_date <= on:
            ordinary = row.prices
    return ordinary, by_the_clock


def _base(prices: Prices) -> dict[str, Decimal | None]:
    amounts: dict[str, Decimal | None] = {}
    for key, raw in prices.items():
        if key in _UNITS:
            amounts[_UNITS[key]] = usd_per_million(_tiered(raw).base)
        elif key in _PER_THOUSAND:
            amounts[_PER_THOUSAND[key]] = _tiered(raw).base / 1000
    return amounts


def _steps(prices: Prices) -> Iterator[ConditionalRates]:
    above: dict[int, dict[str, Decimal | None]] = {}
    for key, raw in prices.items():
        for step in _tiered(raw).tiers if key in _UNITS else ():
            above.setdefault(step.start, {})[_UNITS[key]] = usd_per_million(step.price)
    for start, amounts in sorted(above.items()):
        tier = rates.tier(PriceCondition(above_input_tokens=start), amounts)
        if tier is not None:
            yield tier


def _tiered(raw: msgspec.Raw) -> Tiered:
    if bytes(raw).lstrip()[:1] == b"{":
        return msgspec.json.decode(raw, type=Tiered)
    return Tiered(base=msgspec.json.decode(raw, type=Decimal))


def _at_times(row: Conditional) -> ConditionalRates | None:
    limit = row.constraint or Constraint()
    when = PriceCondition(
        utc_from=(limit.start_time or "")[:5] or None, utc_until=(limit.end_time or "")[:5] or None
    )
    return rates.tier(when, _base(row.prices))
