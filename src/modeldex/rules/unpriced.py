"""Prices of a list whose unit nobody states: kept as they stand, and nothing made of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw

from ..domain.listing import Page
from ..domain.source import UNIT_UNKNOWN, Evidence, Losing, Source

_REASON = f"{UNIT_UNKNOWN}: price_unit in the provider's row would state it"
_PERHAPS = re.compile(rb"pric|cost", re.IGNORECASE)
_PRICE = re.compile(r"(?:\A|_)(?:price|prices|priced|pricing|cost|costs)(?:_|\Z)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]")
_AMOUNT = re.compile(r"[0-9]")
_DEEPEST = 3
_MOST = 20
_LONGEST_NAME = 80
_LONGEST_VALUE = 100


def unpriced(pages: Iterable[Page]) -> dict[str, Losing]:
    """Native id → the prices that its record in an OpenAI-like list has, as text, by their names.

    The value is a mapping such as `{"pricing.prompt": "0.5"}`: digits as they stand in the list.
    """
    found: dict[str, Losing] = {}
    for page in pages:
        if page.fetched_at is None or not _PERHAPS.search(page.body):
            continue
        evidence = Evidence(source=Source.API, evidence=page.url, observed_at=page.fetched_at)
        for native_id, said in _by_id(page.body):
            found.setdefault(
                native_id, Losing(field="price", value=said, evidence=evidence, reason=_REASON)
            )
    return found


def _by_id(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    for record in _records(body):
        try:
            fields = msgspec.json.decode(record, type=dict[str, Raw])
            native_id = msgspec.json.decode(fields.get("id", b"null"))
            said = dict(_prices(fields))
        except (ValueError, RecursionError):
            continue
        if isinstance(native_id, str) and said:
            yield native_id, said


def _records(body: bytes) -> list[Raw]:
    try:
        if body.lstrip()[:1] == b"[":
            return msgspec.json.decode(body, type=list[Raw])
        outer = msgspec.json.decode(body, type=dict[str, Raw])
        under = outer.get("data") or outer.get("models") or b"[]"
        return msgspec.json.decode(under, type=list[Raw])
    except (ValueError, RecursionError):
        return []


def _prices(fields: Mapping[str, Raw]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        if _PRICE.search(_HUMP.sub("_", name).lower()):
            found += _leaves(name, value, _DEEPEST)
    return found[:_MOST]


def _leaves(name: str, value: Raw, deeper: int) -> Iterator[tuple[str, str]]:
    text = bytes(value).decode("utf-8", "replace").strip()
    if text.startswith("{") and deeper:
        for inner, below in msgspec.json.decode(value, type=dict[str, Raw]).items():
            yield from _leaves(f"{name}.{inner}", below, deeper - 1)
        return
    said: Any = msgspec.json.decode(value) if text.startswith('"') else text
    if _AMOUNT.search(said):
        yield name[:_LONGEST_NAME], said.strip()[:_LONGEST_VALUE]
