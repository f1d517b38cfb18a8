"""Answers in the JSON shapes that are promised outside, the same in terminal and API."""

from decimal import Decimal
from typing import Any, Protocol

from ..domain.price import exact
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
