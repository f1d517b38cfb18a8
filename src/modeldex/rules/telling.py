"""One plain sentence per change."""

from typing import Any

import msgspec

from ..domain.change import Change, ChangeKind
from ..domain.price import PER_ONE

_WITHOUT_VALUES = {
    ChangeKind.ADDED: "is new",
    ChangeKind.MISSING: "is no longer listed",
    ChangeKind.RETURNED: "is listed again",
    ChangeKind.FLAPPING: "comes and goes",
    ChangeKind.REINSTATED: "is no longer announced to retire",
    ChangeKind.REMOVED: "is removed: it has been missing for long",
}


def told(change: Change) -> str:
    """The change in words, without a full stop; values as they are shown elsewhere."""
    if change.kind in _WITHOUT_VALUES:
        return f"{change.id} {_WITHOUT_VALUES[change.kind]}"
    if change.kind is ChangeKind.DEPRECATED:
        return f"{change.id} is deprecated (it was {change.old})"
    if change.kind is ChangeKind.RENAMED:
        return f"{change.id} is now called {change.new}"
    word = "price rise: " if change.kind is ChangeKind.PRICE_RISE else ""
    return f"{change.id}: {word}{difference(change)}"


def difference(change: Change) -> str:
    """What field went from which value to which, such as `input price 3 → 5 USD per million tokens`."""
    what, unit = _field(change.field)
    return f"{what} {_value(change.old)} → {_value(change.new)}{unit}"


def document(change: Change) -> dict[str, Any]:
    """The change as the JSON object that is promised outside."""
    return {
        "at": change.at,
        "id": change.id,
        "kind": change.kind,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "source": change.source,
        "snapshot": change.snapshot,
    }


def _field(field: str) -> tuple[str, str]:
    name, _, unit = field.partition(".")
    if name != "price" or not unit:
        return field.replace("_", " "), ""
    if unit in ("tiers", "varies"):
        return f"price {unit}", ""
    of = f"per {unit}" if unit in PER_ONE else "per million tokens"
    return f"{unit.replace('_', ' ')} price", f" USD {of}"


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or "none"
    return msgspec.json.encode(value).decode()
