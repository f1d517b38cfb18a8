"""Answers in the JSON shapes that are promised outside, the same in terminal and API."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from ..domain.catalog import HeldListing
from ..domain.price import exact
from ..domain.source import Evidence, Explanation
from ..rules.costing import Cost, Part

_PROVIDER: tuple[str, ...] = (
    *("provider", "name", "tier", "key", "available", "models", "outcome", "checked_at"),
    *("key_url", "docs_url", "age_s", "message", "recommended"),
)


class _ProviderLine(Protocol):
    @property
    def provider(self) -> str: ...


def provider(line: _ProviderLine) -> dict[str, Any]:
    """A provider's line."""
    return {field: getattr(line, field) for field in _PROVIDER}


def held(aside: HeldListing | None, *, whole: bool = True) -> dict[str, Any] | None:
    """The list that is set aside: why, and what it would change; `None` where none is.

    Without `whole` it names no model: for those whose key did not bring it.
    """
    if aside is None:
        return None
    hold = aside.held.hold
    return {
        "kind": hold.kind,
        "reason": hold.sentence,
        "since": aside.held.since,
        "times": aside.held.times,
        "fetched_at": aside.fetched_at,
        "changing": hold.changing,
        **_of_models(aside if whole else None),
    }


def _of_models(aside: HeldListing | None) -> dict[str, Any]:
    if aside is None:
        return {"gone": [], "came": [], "renames": {}, "examples": []}
    return {
        "gone": list(aside.gone),
        "came": list(aside.came),
        "renames": dict(aside.held.hold.renames),
        "examples": [msgspec.structs.asdict(example) for example in aside.held.hold.examples],
    }


def claims(explanations: Iterable[Explanation]) -> dict[str, list[dict[str, Any]]]:
    """Every witness of each field that any speaks of: the one that won, whose `reason` is `None`,
    then those that lost. A field that nobody is believed about has only those, and a price of an
    unknown unit is one of them: its value holds text by the names it has in the list."""
    return {
        one.field: [
            *([_claim(one.value, one.evidence, None)] if one.evidence else []),
            *(_claim(lost.value, lost.evidence, lost.reason) for lost in one.losing),
        ]
        for one in explanations
        if one.evidence or one.losing
    }


def _claim(value: Any, evidence: Evidence, reason: str | None) -> dict[str, Any]:
    return {
        "value": value,
        "source": evidence.source,
        "evidence": evidence.evidence,
        "observed_at": evidence.observed_at,
        "reason": reason,
    }


def cost(id: str, found: Cost) -> dict[str, Any]:
    """What calls of one model cost, USD as exact decimal text; `None` is unknown or not asked."""
    return {
        "id": id,
        "per_call": _exact(found.per_call),
        "per_day": _exact(found.per_day),
        "per_month": _exact(found.per_month),
        "currency": "USD",
        "applied": found.applied,
        "unknown": found.unknown,
        "parts": [_part(part) for part in found.parts],
    }


def _part(part: Part) -> dict[str, str]:
    figures = ("quantity", "rate", "amount")
    return {"unit": part.unit, **{figure: exact(getattr(part, figure)) for figure in figures}}


def _exact(usd: Decimal | None) -> str | None:
    return None if usd is None else exact(usd)
