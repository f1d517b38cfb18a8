"""The same questions, answered from the raw records alone and without any rule of the package."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from .feeds import Feed

_Record = Mapping[str, Any]
_MILLION = 1_000_000


def _per_token(unit: str) -> Callable[[_Record], Decimal | None]:
    return lambda record: _usd(record.get("pricing", {}).get(unit), _MILLION)


def _usd(amount: Any, times: int) -> Decimal | None:
    if amount is None or Decimal(str(amount)) < 0:
        return None
    return Decimal(str(amount)) * times


def _charged(unit: str, times: int = _MILLION) -> Callable[[_Record], Decimal | None]:
    """Of what is not text, zero is said for want of a price; a varying price has no parts."""

    def found(record: _Record) -> Decimal | None:
        rates = record.get("pricing", {})
        varies = any(Decimal(str(rates.get(one, 0))) < 0 for one in ("prompt", "completion"))
        return None if varies else _usd(rates.get(unit), times) or None

    return found


def _together(unit: str) -> Callable[[_Record], Decimal | None]:
    """What costs nothing going in and coming out is not sold by the token, nor is sound."""

    def found(record: _Record) -> Decimal | None:
        rates = record.get("pricing", {})
        free = record["id"].endswith("-Free")
        sound = record.get("type") == "audio" and not rates.get("output")
        sold = (rates.get("input") or rates.get("output")) and not sound
        per_minute = isinstance(rates.get("transcribe"), dict)
        return _usd(rates.get(unit), 1) if (free or sold) and not per_minute else None

    return found


def _tokens(*path: str) -> Callable[[_Record], int | None]:
    def found(record: _Record) -> int | None:
        value: Any = record
        for step in path:
            value = (value or {}).get(step)
        return value or None

    return found


def _smallest(*readers: Callable[[_Record], int | None]) -> Callable[[_Record], int | None]:
    return lambda record: min((n for read in readers if (n := read(record))), default=None)


_OPENROUTER = {
    "price.input": _per_token("prompt"),
    "price.output": _per_token("completion"),
    "price.cache_read": _charged("input_cache_read"),
    "price.cache_write": _charged("input_cache_write"),
    "price.reasoning": _charged("internal_reasoning"),
    "price.input_audio": _charged("audio"),
    "price.request": _charged("request", 1),
    "price.search": _charged("web_search", 1),
    "context_window": _smallest(
        _tokens("context_length"), _tokens("top_provider", "context_length")
    ),
}
FIELDS: Mapping[str, Mapping[str, Callable[[_Record], Any]]] = {
    "openrouter": _OPENROUTER,
    "watcher-openrouter": _OPENROUTER,
    "watcher-together": {
        "price.input": _together("input"),
        "price.output": _together("output"),
        "context_window": _tokens("context_length"),
    },
    "watcher-fireworks": {"context_window": _tokens("context_length")},
    "watcher-groq": {"context_window": _tokens("context_window")},
    "watcher-mistral": {"context_window": _tokens("max_context_length")},
}
"""Series → field of a change → the raw value that it is about."""


class Seen(NamedTuple):
    """One change, as both sides can state it."""

    at: datetime
    id: str
    field: str
    old: str | None
    new: str | None


def changes(name: str, feeds: Sequence[Feed]) -> Counter[Seen]:
    """What differs in a raw value from the list that had the model before."""
    found: Counter[Seen] = Counter()
    readers = FIELDS.get(name, {})
    last: dict[str, _Record] = {}
    for feed in feeds:
        for model_id, record in feed.raw.items():
            before = last.get(model_id)
            for field, read in readers.items() if before is not None else ():
                old, new = read(before or {}), read(record)
                if old != new:
                    found[Seen(feed.at, model_id, field, said(old), said(new))] += 1
            last[model_id] = record
    return found


def said(value: Any) -> str | None:
    """A value in the one way in which both sides write it."""
    return None if value is None else format(Decimal(str(value)).normalize(), "f")


class Absence(NamedTuple):
    """A model that was listed, and then was not."""

    id: str
    missing_at: datetime
    """The time of the first list that lacks it."""
    back_at: datetime | None
    """The time of the list that has it again; `None`: it never came back."""

    def within(self, days: int) -> bool:
        return self.back_at is not None and self.back_at - self.missing_at <= timedelta(days=days)


def absences(feeds: Sequence[Feed]) -> list[Absence]:
    """Every absence of every model, by the lists as they were recorded."""
    missing: dict[str, datetime] = {}
    known: set[str] = set()
    found = []
    for feed in feeds:
        back = feed.raw.keys() & missing.keys()
        found += [Absence(model_id, missing.pop(model_id), feed.at) for model_id in back]
        known |= feed.raw.keys()
        for model_id in known - feed.raw.keys() - missing.keys():
            missing[model_id] = feed.at
    return found + [Absence(model_id, at, None) for model_id, at in missing.items()]
