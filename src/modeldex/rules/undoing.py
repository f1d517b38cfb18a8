"""From a model as it is to the model as it was: its changes taken back, the newest first."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..domain.change import Change, ChangeKind
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model

_COMINGS = (ChangeKind.MISSING, ChangeKind.RETURNED, ChangeKind.FLAPPING)
_AGEINGS = (ChangeKind.DEPRECATED, ChangeKind.REINSTATED, ChangeKind.REMOVED)


def undone(model: Model, changes: Iterable[Change]) -> Model | None:
    """The model before these changes, which come newest first; `None` before it was added.

    A change that an older one of the same field makes untold is taken back all the same: what
    stays is the value before the oldest of them.
    """
    facts: dict[str, Any] = msgspec.to_builtins(model)
    for change in changes:
        if change.kind is ChangeKind.ADDED:
            return None
        if change.kind is ChangeKind.RENAMED or change.kind is ChangeKind.PRICE_RISE:
            continue
        if change.kind in _COMINGS:
            facts["lifecycle"] = Lifecycle.ACTIVE if change.old else Lifecycle.STALE
        elif change.kind in _AGEINGS:
            facts["lifecycle"] = change.old
        else:
            _set(facts, change.field, change.old)
    return msgspec.convert(facts, Model, strict=False)


def _set(facts: dict[str, Any], field: str, value: Any) -> None:
    name, _, unit = field.partition(".")
    if not unit:
        facts[name] = value
        return
    rates = dict(facts.get(name) or {})
    rates[unit] = value
    known = {key: one for key, one in rates.items() if one not in (None, [], ())}
    facts[name] = known or None
