"""How far one model is from another that it might replace: a sum of weighted steps.

What the other lacks weighs most, then another lab or line, then how far it is behind the newest,
and the price. The weights were fitted to replacements that providers announced
(`python -m bench.successors`), so the share found there is no forecast for other providers.
What is not known of either model is no difference;
only an unknown price counts, as `unknown price`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import log2
from typing import NamedTuple

from ..domain.capability import Reasoning
from ..domain.model import Model
from .lineage import SPECIAL, Line, Version, line_of

WEIGHTS: Mapping[str, float] = {
    "lacks": 3.5,
    "shorter": 1.5,
    "other lab": 2.5,
    "other head": 2.5,
    "words lost": 2.0,
    "words new": 0.25,
    "made for something": 2.0,
    "older than it": 3.5,
    "behind its line": 0.5,
    "behind its family": 0.5,
    "size": 2.0,
    "price": 0.25,
    "unknown price": 1.5,
    "other kind": 0.5,
    "other provider": 1.0,
}
"""How far one step of each difference is; sizes and prices step by each doubling or halving."""
_ABILITIES = ("tools", "structured_output", "json_mode", "vision")
_MOST_STEPS = 4.0


class Newer(NamedTuple):
    """The generations among all candidates."""

    of_line: Mapping[frozenset[str], frozenset[tuple[Version, int]]]
    of_head: Mapping[str, frozenset[Version]]


def generations(models: Iterable[Model]) -> Newer:
    """The generations of all these models, by line and by the first word of it.

    A version that may have lost its point is none: 52 is not newer than 5.4.
    """
    parted = [line_of(model) for model in models]
    of_head: dict[str, set[Version]] = defaultdict(set)
    for one in parted:
        of_head[one.head].add(one.version)
    sure = [one for one in parted if not one.doubtful(of_head[one.head])]
    of_line: dict[frozenset[str], set[tuple[Version, int]]] = defaultdict(set)
    of_head.clear()
    for one in sure:
        of_line[one.words].add((one.version, one.stamp))
        of_head[one.head].add(one.version)
    return Newer(
        {words: frozenset(found) for words, found in of_line.items()},
        {head: frozenset(found) for head, found in of_head.items()},
    )


def distance(gone: Model, model: Model, newer: Newer) -> float:
    """How far `model` is from `gone`; 0 is no difference that is known."""
    was, now = line_of(gone), line_of(model)
    steps = {
        "lacks": len(lacking(gone, model)),
        "shorter": shorter(gone, model),
        "other lab": not gone.lab or gone.lab != model.lab,
        "other head": was.head != now.head,
        "words lost": len(was.words - now.words),
        "words new": len(now.words - was.words),
        "made for something": len((now.words - was.words) & SPECIAL),
        "older than it": _older(was, now),
        "size": _doublings(was.size, now.size),
        "price": _doublings(usd(gone), usd(model)),
        "unknown price": not usd(gone) or not usd(model),
        "other kind": gone.kind != model.kind,
        "other provider": gone.provider != model.provider,
        **_behind(now, newer),
    }
    return sum(WEIGHTS[name] * float(many) for name, many in steps.items())


def _behind(now: Line, newer: Newer) -> dict[str, float]:
    line_of = newer.of_line.get(now.words, frozenset())
    head_of = newer.of_head.get(now.head, frozenset())
    in_line = sum(one > (now.version, now.stamp) for one in line_of)
    in_family = sum(version > now.version for version in head_of)
    return {
        "behind its line": min(3.0, in_line),
        "behind its family": min(_MOST_STEPS, in_family),
    }


def _older(was: Line, now: Line) -> bool:
    same = was.words == now.words and now.stamp != 0
    return same and (now.version, now.stamp) < (was.version, was.stamp)


def lacking(gone: Model, model: Model) -> tuple[str, ...]:
    """The abilities that the one has and the other is known to lack."""
    lost = [name for name in _ABILITIES if getattr(gone, name) and getattr(model, name) is False]
    reasons = gone.reasoning not in (None, Reasoning.NONE)
    return tuple([*lost, "reasoning"] if reasons and model.reasoning is Reasoning.NONE else lost)


def shorter(gone: Model, model: Model) -> bool:
    """Whether the other's context is known to be shorter."""
    had, has = gone.context_window, model.context_window
    return had is not None and has is not None and has < had


def _doublings(one: float | Decimal | None, other: float | Decimal | None) -> float:
    return min(_MOST_STEPS, abs(log2(float(other) / float(one)))) if one and other else 0.0


def usd(model: Model) -> Decimal | None:
    """USD per million tokens going in; `None` when unknown, varying, or nothing."""
    price = model.price
    return None if price is None or price.varies or not price.input else price.input
