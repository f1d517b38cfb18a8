"""What may take the place of a model that is gone or going: a ranked list, each with its reasons.

Its provider's word comes first, then the same model at another provider, then the models that
are closest to it, and last the model to start with. Nothing that is deprecated, about to retire
or not callable is ever proposed; nor is what answers hours later for what did not. What is called
in a session of its own (realtime) is no job like a chat.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from ..domain.capability import Access, Kind
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model
from ..domain.price import exact
from ..domain.resolution import Ground, StandIn
from .answering import answers_later
from .base_names import key
from .closeness import distance, generations, lacking, shorter, usd
from .lineage import Generation, line_of
from .recommending import STAYS_FOR

FARTHEST = 20.0
"""A model farther than this is no stand-in."""
_TALK = frozenset({Kind.CHAT, Kind.COMPLETION, Kind.AUDIO})


def can_stand_in(model: Model, today: date) -> bool:
    """Whether a model may be proposed at all: there to stay, and not known to be out of reach."""
    stays = model.retires_on is None or model.retires_on - today > STAYS_FOR
    alive = model.lifecycle in (None, Lifecycle.ACTIVE)
    return (
        stays and alive and model.access is not Access.NOT_CALLABLE and model.available is not False
    )


def stand_ins(
    gone: Model,
    candidates: Iterable[Model],
    today: date,
    *,
    named: Sequence[str] = (),
    default: Model | None = None,
    limit: int = 5,
) -> tuple[StandIn, ...]:
    """At most `limit` proposals for `gone`, the best first; empty when nothing comes near.

    The best one of its own provider and the model to start with are among them if `limit` lets
    them, whatever stands before.

    `candidates` are the models that the user can call, `named` the native ids that the provider
    names as successors, the preferred one first, `default` the model to start with.
    """
    fit = [one for one in candidates if _may(gone, one, today)]
    found = {one.id: one for one in _named(gone, fit, named)}
    for model in _elsewhere(gone, fit):
        found.setdefault(model.id, _proposal(gone, model, Ground.ELSEWHERE))
    for model in _closest(gone, fit):
        found.setdefault(model.id, _proposal(gone, model, _ground(gone, model)))
    last = None
    if default is not None and gone.kind in (None, *_TALK) and _may(gone, default, today):
        last = _proposal(gone, default, Ground.DEFAULT)
    home = next((one for one in found.values() if _provider(one) == gone.provider), None)
    ranked = list(found.values())[:limit]
    also = [
        one
        for one in (home, last)
        if one is not None and one.id not in {each.id for each in ranked}
    ]
    return (*ranked[: max(1, limit - len(also))], *also)[:limit]


def _may(gone: Model, one: Model, today: date) -> bool:
    """Whether one may be proposed in the place of the other, however near it is."""
    at_once = answers_later(gone) or not answers_later(one)
    return one.id != gone.id and at_once and can_stand_in(one, today)


def _provider(one: StandIn) -> str:
    return one.id.partition("/")[0]


def _named(gone: Model, fit: Sequence[Model], named: Sequence[str]) -> Iterable[StandIn]:
    there = [model for model in fit if model.provider == gone.provider]
    by_id = {name: model for model in there for name in (model.id, model.native_id)}
    by_key = {key(model.native_id): model for model in reversed(there)}
    for name in named:
        model = by_id.get(name) or by_key.get(key(name))
        if model is not None:
            yield _proposal(gone, model, Ground.NAMED)


def _elsewhere(gone: Model, fit: Sequence[Model]) -> list[Model]:
    """The same model at other providers, the cheapest first."""
    same = [one for one in fit if gone.base and one.base == gone.base]
    return sorted(
        (one for one in same if one.provider != gone.provider),
        key=lambda one: (usd(one) is None, usd(one) or Decimal(0), one.id),
    )


def _closest(gone: Model, fit: Sequence[Model]) -> list[Model]:
    """One model of each generation of each line, the nearest first."""
    alike = [one for one in fit if _comparable(gone, one)]
    chosen: dict[Generation, Model] = {}
    for model in sorted(alike, key=lambda one: _plainest(gone, one)):
        chosen.setdefault(line_of(model).generation, model)
    newer = generations(chosen.values())
    far = {model.id: distance(gone, model, newer) for model in chosen.values()}
    near = [model for model in chosen.values() if far[model.id] <= FARTHEST]
    return sorted(near, key=lambda one: (far[one.id], one.id))


def _comparable(gone: Model, other: Model) -> bool:
    if gone.base and gone.base == other.base:
        return False  # here another name of what is gone; elsewhere it has been proposed already
    if other.provider != gone.provider and (gone.lab is None or other.lab != gone.lab):
        return False
    return (
        None in (gone.kind, other.kind)
        or gone.kind == other.kind
        or {
            gone.kind,
            other.kind,
        }
        <= _TALK
    )


def _plainest(gone: Model, model: Model) -> tuple[object, ...]:
    """Of several names of one generation: at the same provider, undated, moving, newest."""
    stamp = line_of(model).stamp
    cost = usd(model)
    return (
        model.provider != gone.provider,
        stamp != 0,
        -stamp,
        cost is None,
        cost or 0,
        len(model.native_id),
        model.id,
    )


def _ground(gone: Model, model: Model) -> Ground:
    was, now = line_of(gone), line_of(model)
    if gone.lab is not None and gone.lab == model.lab:
        same = was.head == now.head or (gone.family is not None and gone.family == model.family)
        return Ground.FAMILY if same else Ground.LAB
    return Ground.LIKE


_WORDS = {
    Ground.NAMED: "{provider} names it as the successor",
    Ground.ELSEWHERE: "the same model, served by {provider}",
    Ground.FAMILY: "of the same lab and family",
    Ground.LAB: "of the same lab, for the same job",
    Ground.LIKE: "for the same job at the same provider",
    Ground.DEFAULT: "the model to start with",
}


def _proposal(gone: Model, model: Model, ground: Ground) -> StandIn:
    reasons = [_WORDS[ground].format(provider=model.provider)]
    if lost := lacking(gone, model):
        reasons.append(f"without {', '.join(lost)}")
    if shorter(gone, model):
        reasons.append(f"context of {model.context_window} tokens instead of {gone.context_window}")
    had, has = usd(gone), usd(model)
    if has is None:
        reasons.append("its price is not known")
    elif had is not None and had != has:
        reasons.append(f"input at {exact(has)} USD per million tokens instead of {exact(had)}")
    return StandIn(id=model.id, ground=ground, reasons=tuple(reasons))
