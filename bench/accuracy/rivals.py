"""What LiteLLM's map and genai-prices say of the same ids when each is asked alone.

They are read generously: any spelling of a key that the map knows counts, every flag counts as it
stands, and genai-prices may use all of its match rules. A price of zero is an answer, "0".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

import msgspec

from modeldex.dialects.fields import usd_per_million, usd_per_token
from modeldex.domain.claims import Claims
from modeldex.knowledge import naming
from modeldex.knowledge.datasets import genai_prices, litellm

from .fields import Answers, answers
from .knowing import bodies, datasets, editions

Rival: TypeAlias = Callable[[str, str], Answers]
"""Provider id and native id → what the rival says."""


class Flat(msgspec.Struct):
    """What of an entry of LiteLLM's map our reader judges and a rival is taken at its word for."""

    litellm_provider: str | None = None
    input_cost_per_token: Decimal | None = None
    output_cost_per_token: Decimal | None = None
    supports_reasoning: bool | None = None


def litellm_map(provider: str, native_id: str) -> Answers:
    """LiteLLM's entry for the id."""
    read = datasets()["litellm"].models.get(provider, {}).get(native_id)
    said = dict(answers(read)) if read else {}
    return {**said, **_flat().get((provider, native_id), {})}


@cache
def _flat() -> Mapping[tuple[str, str], Answers]:
    names = naming.packaged()
    owners = {word: name for name, row in names.items() for word in row.litellm}
    found: dict[tuple[str, str], Answers] = {}
    for key, raw in msgspec.json.decode(bodies()["litellm"], type=dict[str, msgspec.Raw]).items():
        entry = _entry(raw)
        owner = owners.get(entry.litellm_provider or "")
        native = litellm._native(names[owner], key) if owner else None
        if owner and native:
            found.setdefault((owner, native), _said(entry))
    return found


def _entry(raw: msgspec.Raw) -> Flat:
    try:
        return msgspec.json.decode(raw, type=Flat)
    except msgspec.ValidationError:
        return Flat()


def _said(entry: Flat) -> Answers:
    said: dict[str, Any] = {
        "price.input": usd_per_token(entry.input_cost_per_token),
        "price.output": usd_per_token(entry.output_cost_per_token),
        "reasoning": entry.supports_reasoning,
    }
    return {field: value for field, value in said.items() if value is not None}


class Rule(msgspec.Struct):
    """A match rule of genai-prices."""

    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    contains: str | None = None
    regex: str | None = None
    any_of: tuple["Rule", ...] = msgspec.field(default=(), name="or")

    def meets(self, name: str) -> bool:
        """Whether an id in lower case meets it, as the library decides it."""
        return (
            name == self.equals
            or (self.starts_with is not None and name.startswith(self.starts_with))
            or (self.ends_with is not None and name.endswith(self.ends_with))
            or (self.contains is not None and self.contains in name)
            or (self.regex is not None and re.search(self.regex, name) is not None)
            or any(rule.meets(name) for rule in self.any_of)
        )


class Matched(msgspec.Struct):
    match: Rule


def genai_prices_rules(provider: str, native_id: str) -> Answers:
    """The first record of genai-prices whose rule meets the id."""
    name = native_id.lower()
    return next((said for rule, said in _rules().get(provider, ()) if rule.meets(name)), {})


@cache
def _rules() -> Mapping[str, tuple[tuple[Rule, Answers], ...]]:
    known = naming.by_word(naming.packaged(), lambda row: row.genai_prices)
    listed = msgspec.json.decode(bodies()["genai-prices"], type=list[genai_prices.Listed])
    on = editions()["genai-prices"].published
    return {known[one.id][0]: tuple(_records(one, on)) for one in listed if one.id in known}


def _records(listed: genai_prices.Listed, on: date) -> Iterator[tuple[Rule, Answers]]:
    for raw in listed.models:
        record = msgspec.json.decode(raw, type=genai_prices.Record)
        prices, _ = genai_prices._in_force(record.prices, on)
        said = dict(answers(Claims(native_id="", context_window=record.context_window)))
        for unit in ("input", "output"):
            if (rate := prices.get(f"{unit}_mtok")) is not None:
                said[f"price.{unit}"] = usd_per_million(genai_prices._tiered(rate).base)
        yield msgspec.json.decode(raw, type=Matched).match, said


RIVALS: Mapping[str, Rival] = {
    "LiteLLM's map": litellm_map,
    "genai-prices": genai_prices_rules,
}
