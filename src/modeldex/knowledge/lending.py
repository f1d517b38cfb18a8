"""What listings of one base agree on at several providers, ready to be lent where one is silent.

Only what the weights decide is lent: whether a model reasons, what comes out of it, which job it is
for. Limits, prices, tools and structured output are each provider's own decision, and never are.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from ..domain.claims import Claims
from ..rules import identity
from ..rules.registry import Registry
from .packfile import PackedLent

LENT: tuple[str, ...] = ("kind", "output_modalities", "reasoning")
LEAST_STATEMENTS = 3
LEAST_SHARE = 0.75
"""More than this share of the statements must be the same."""

Models: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Claims]]]
"""Claims by origin, provider and native id."""
_Statement: TypeAlias = tuple[str, str, Any]
"""Provider, origin and value: whoever says the same of many ids of one base says it once."""


class _Majority(NamedTuple):
    value: Any
    agreeing: int
    of: int


def lendable(models: Models, registry: Registry) -> dict[str, list[PackedLent]]:
    """By base: what is lent of it, and to whom it is not."""
    found: dict[str, list[PackedLent]] = {}
    for (base, field), statements in sorted(_statements(models, registry).items()):
        most = _majority(statements)
        if most is not None:
            claims = Claims(native_id="", **{field: most.value})
            alone = tuple(sorted(_leaning_on_itself(most.value, statements)))
            found.setdefault(base, []).append(PackedLent(claims, most.agreeing, most.of, alone))
    return found


def _statements(models: Models, registry: Registry) -> dict[tuple[str, str], set[_Statement]]:
    found: dict[tuple[str, str], set[_Statement]] = {}
    bases: dict[tuple[str, str], str | None] = {}
    for origin, provider, native_id, claims in _each(models):
        model = provider, native_id
        if model not in bases:
            linked = identity.explain(provider, native_id, (), registry)
            bases[model] = linked.base if linked is not None else None
        base = bases[model]
        for field in LENT if base is not None else ():
            value = getattr(claims, field)
            if base is not None and value is not None:
                found.setdefault((base, field), set()).add((provider, origin, value))
    return found


def _each(models: Models) -> Iterator[tuple[str, str, str, Claims]]:
    for origin, by_provider in models.items():
        for provider, by_id in by_provider.items():
            for native_id, claims in by_id.items():
                yield origin, provider, native_id, claims


def _majority(statements: set[_Statement]) -> _Majority | None:
    """The value that enough statements share; `None` when there is none."""
    counts: dict[Any, int] = {}
    for _, _, value in statements:
        counts[value] = counts.get(value, 0) + 1
    if len(statements) < LEAST_STATEMENTS:
        return None
    value, most = max(counts.items(), key=lambda one: one[1])
    return _Majority(value, most, len(statements)) if most > LEAST_SHARE * len(statements) else None


def _leaning_on_itself(value: Any, statements: set[_Statement]) -> Iterator[str]:
    """Providers for whom the others alone would not say so."""
    for provider in {provider for provider, _, _ in statements}:
        others = _majority({one for one in statements if one[0] != provider})
        if others is None or others.value != value:
            yield provider
