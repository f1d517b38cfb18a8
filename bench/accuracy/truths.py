"""What is true of the recorded models, and who says so.

A provider's own value is the truth about its models, save where it is known to be wrong and that is
declared, with a link. Where it is silent, what two origins that do
not copy one another agree on is taken for true. What one origin says alone is a truth to be scored
against that origin only. LiteLLM and Portkey are one origin: Portkey speaks where LiteLLM does not.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from kinds import labelled

from modeldex.domain.capability import Kind
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from modeldex.knowledge import naming, overriding
from modeldex.knowledge.datasets.rates import is_plausible, is_zero

from .fields import FIELDS, Answers, By, answers
from .knowing import datasets, editions
from .recorded import Recorded

LABELS = "litellm"
"""Labels of kinds rest on LiteLLM's `mode` wherever the provider states none."""
Votes: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Field → what each origin says of it, for one model."""


class Truth(NamedTuple):
    """One value, and the origins that state it; a provider's own value rests on no origin."""

    value: Any
    origins: tuple[str, ...] = ()


Truths: TypeAlias = Mapping[str, Truth]
"""By field."""


def stated(recorded: Recorded) -> By:
    """What the provider itself says of each of its models."""
    found: dict[str, dict[str, Any]] = {native_id: {} for native_id in recorded.ids}
    for claims in recorded.claims:
        for field, value in answers(claims).items():
            found[claims.native_id].setdefault(field, value)
    return found


def truths(recorded: Recorded) -> dict[str, Truths]:
    """The truth about each recorded model, as far as there is one."""
    own, kinds = stated(recorded), kind_labels()
    found: dict[str, Truths] = {}
    for native_id in recorded.ids:
        votes = votes_on(recorded.provider.id, native_id)
        known = {field: truth for field in FIELDS if (truth := agreed(votes.get(field, {})))}
        label = kinds.get((recorded.provider.id, native_id))
        if label is not None:
            known["kind"] = Truth(label, (LABELS,))
        known.update(
            (field, Truth(value))
            for field, value in own[native_id].items()
            if not declared_wrong(recorded.provider.id, native_id, field)
        )
        found[native_id] = known
    return found


_decided = cache(overriding.packaged)
_exceptions = cache(overriding.authorities)


def declared_wrong(provider: str, native_id: str, field: str) -> bool:
    """Whether a person decided against what the provider says of that field of the model."""
    fields = (field, "input_modalities") if field == "vision" else (field,)
    decided = (said for _, said in _decided().get((provider, native_id), ()))
    if any(getattr(said, one, None) is not None for said in decided for one in fields):
        return True
    exceptions = (_exceptions().get((provider, one)) for one in fields)
    return any(one is not None and one.about(native_id) for one in exceptions)


def agreed(votes: Mapping[str, Any]) -> Truth | None:
    """What at least two origins say, unless as many say something else."""
    by_value: dict[Any, list[str]] = defaultdict(list)
    for origin, value in sorted(votes.items()):
        by_value[value].append(origin)
    ranked = sorted(by_value.items(), key=lambda one: -len(one[1]))
    if (
        not ranked
        or len(ranked[0][1]) < 2
        or (ranked[1:] and len(ranked[1][1]) == len(ranked[0][1]))
    ):
        return None
    return Truth(ranked[0][0], tuple(ranked[0][1]))


def votes_on(provider: str, native_id: str) -> Votes:
    """What each origin says of one model, by field."""
    votes: dict[str, dict[str, Any]] = defaultdict(dict)
    for dataset in sorted(datasets()):
        claims = datasets()[dataset].models.get(provider, {}).get(native_id)
        if claims is not None:
            for field, value in said_by(claims, provider).items():
                votes[field].setdefault(editions()[dataset].origin, value)
    return votes


def spelled(provider: str, native_id: str) -> Iterator[Claims]:
    """What any dataset says of the id at this provider, however it spells the id."""
    for dataset in datasets():
        for claims in _by_spelling(dataset, provider).get(_plain(native_id), ()):
            if _beside(native_id, claims.native_id):
                yield claims


@cache
def _by_spelling(dataset: str, provider: str) -> Mapping[str, list[Claims]]:
    found: dict[str, list[Claims]] = defaultdict(list)
    for native_id, claims in datasets()[dataset].models.get(provider, {}).items():
        found[_plain(native_id)].append(claims)
    return found


def _beside(one: str, other: str) -> bool:
    """Whether two paths may lead to one offer: of equal length, or one of them is left out.

    `nim/mistralai/…` is another offer than `mistralai/…`, and is hosted by the hour.
    """
    lengths = one.count("/"), other.count("/")
    return lengths[0] == lengths[1] or 0 in lengths


def _plain(native_id: str) -> str:
    """Letters and digits alone, and the path before the last slash left out."""
    return re.sub(r"[^a-z0-9:]", "", native_id.lower().rpartition("/")[2])


def said_by(claims: Claims, provider: str) -> Answers:
    """What a dataset says, without prices in a mistaken unit and zeros that only fill a gap."""
    said = answers(claims)
    if claims.price is None or _meant(claims.price, claims.native_id, provider):
        return said
    return {field: value for field, value in said.items() if not field.startswith("price.")}


def _meant(price: Price, native_id: str, provider: str) -> bool:
    free = provider in _names() and _names()[provider].free
    return is_plausible(price) and (not is_zero(price) or free or native_id.endswith(":free"))


@cache
def _names() -> Mapping[str, naming.Naming]:
    return naming.packaged()


@cache
def kind_labels() -> Mapping[tuple[str, str], Kind]:
    """Kinds from type fields and LiteLLM's `mode`, decided by hand where they disagree."""
    kinds: Mapping[tuple[str, str], Kind] = labelled()[0]
    return kinds
