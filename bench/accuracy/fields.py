"""The fields that are scored, what of a model each compares, and to which models each applies."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.model import Model

Answers: TypeAlias = Mapping[str, Any]
"""What somebody says of one model, by field; a field of which nothing is known is left out."""
By: TypeAlias = Mapping[str, Answers]
"""Answers by native id."""

_TALKS = frozenset({Kind.CHAT})
_READS = frozenset({Kind.CHAT, Kind.COMPLETION, Kind.EMBEDDING})
_ALL = frozenset(Kind)


def _reasons(said: Claims | Model) -> bool | None:
    return None if said.reasoning is None else said.reasoning is not Reasoning.NONE


def _rate(unit: str) -> Callable[[Claims | Model], Decimal | None]:
    def rate(said: Claims | Model) -> Decimal | None:
        found: Decimal | None = getattr(said.price, unit) if said.price else None
        return found

    return rate


def _set(field: str) -> Callable[[Claims | Model], frozenset[str] | None]:
    def media(said: Claims | Model) -> frozenset[str] | None:
        words = getattr(said, field)
        return None if words is None else frozenset(words)

    return media


def _plain(field: str) -> Callable[[Claims | Model], Any]:
    return lambda said: getattr(said, field)


READ: Mapping[str, Callable[[Claims | Model], Any]] = {
    "kind": _plain("kind"),
    "context_window": _plain("context_window"),
    "max_output": _plain("max_output"),
    "input_modalities": _set("input_modalities"),
    "output_modalities": _set("output_modalities"),
    "tools": _plain("tools"),
    "reasoning": _reasons,
    "structured_output": _plain("structured_output"),
    "price.input": _rate("input"),
    "price.output": _rate("output"),
}
"""Field → what of it is compared: whether it reasons at all, media as a set, exact rates."""
FIELDS: tuple[str, ...] = tuple(READ)

APPLIES: Mapping[str, frozenset[Kind]] = {
    "kind": _ALL,
    "context_window": _READS,
    "max_output": _TALKS,
    "input_modalities": _ALL,
    "output_modalities": _ALL,
    "tools": _TALKS,
    "reasoning": _TALKS,
    "structured_output": _TALKS,
    "price.input": _READS,
    "price.output": _TALKS,
}
"""Field → the kinds of model that ought to have it; a picture has no context window."""


def answers(said: Claims | Model) -> Answers:
    """What is said of a model."""
    return {field: value for field in FIELDS if (value := READ[field](said)) is not None}


def has(field: str, kind: Kind | None) -> bool:
    """Whether a model of that kind ought to have the field; one of unknown kind ought to."""
    return kind is None or kind in APPLIES[field]
