"""Facts that follow from other facts, and facts that two others cannot both be."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..domain.capability import Kind, Modality
from ..domain.price import price_tier
from ..domain.source import Evidence, Losing, Source

Facts = dict[str, Any]
By = dict[str, Evidence]
Lost = list[Losing]

OVER = {
    (winner, loser): f"{winner} over {loser}"
    if winner is not loser
    else f"an earlier witness of {winner}"
    for winner in Source
    for loser in Source
}
"""The reason why a claim of the second source lost to one of the first."""
STRENGTH: dict[Source, float] = {source: rank for rank, source in enumerate(Source)}
"""The strongest is the least."""
_tier_of = lru_cache(maxsize=4096)(price_tier)
"""Many models cost the same."""


def derive(facts: Facts, by: By, lost: Lost, mistaken: str | None = None) -> None:
    """Facts that follow from another one have its source, unless a stronger one says otherwise.

    `mistaken` is why the source of what goes in is known to be wrong about it here; else `None`.
    """
    _see(facts, by, lost, mistaken)
    _name_job(facts, by, lost)
    if "kind" not in facts:
        kind = _kind_of(facts.get("input_modalities"), facts.get("output_modalities"))
        if kind is not None:
            facts["kind"], by["kind"] = kind, by["output_modalities"]
    tier = _tier_of(facts.get("price"))
    if tier is not None:
        facts["price_tier"], by["price_tier"] = tier, by["price"]


def _see(facts: Facts, by: By, lost: Lost, mistaken: str | None) -> None:
    """A model that sees takes pictures. Where it is said that it does one and not the other, the
    stronger source decides about seeing; what it takes is left open where that is known to be wrong.
    """
    media = facts.get("input_modalities")
    if media is None:
        return
    sees, stated = Modality.IMAGE in media, by["input_modalities"]
    if "vision" not in facts:
        facts["vision"], by["vision"] = sees, stated
        return
    seen, said = facts["vision"], by["vision"]
    if seen is sees:
        return
    if mistaken is not None:
        why = f"{said.source} over {stated.source} here: {mistaken}"
        lost.append(Losing(field="input_modalities", value=media, evidence=stated, reason=why))
        del facts["input_modalities"], by["input_modalities"]
    elif STRENGTH[stated.source] < STRENGTH[said.source]:
        why = f"{OVER[stated.source, said.source]}, by what goes in"
        lost.append(Losing(field="vision", value=seen, evidence=said, reason=why))
        facts["vision"], by["vision"] = sees, stated
    elif said.source is Source.OBSERVED:
        why = OVER[said.source, stated.source]
        lost.append(Losing(field="vision", value=sees, evidence=stated, reason=why))


def _name_job(facts: Facts, by: By, lost: Lost) -> None:
    """A list's `other` names no job: the strongest that names one, and not chat, is believed."""
    if facts.get("kind") is not Kind.OTHER or by["kind"].source is not Source.API:
        return
    for at, one in enumerate(lost):
        if one.field == "kind" and one.value not in (Kind.OTHER, Kind.CHAT):
            del lost[at]
            why = "it names no job"
            lost.insert(0, Losing(field="kind", value=Kind.OTHER, evidence=by["kind"], reason=why))
            facts["kind"], by["kind"] = one.value, one.evidence
            return


_KIND_OF_OUTPUT: Mapping[tuple[Modality, ...], Kind] = {
    (Modality.TEXT,): Kind.CHAT,
    (Modality.IMAGE,): Kind.IMAGE,
    (Modality.VIDEO,): Kind.VIDEO,
    (Modality.EMBEDDING,): Kind.EMBEDDING,
}


def _kind_of(
    inputs: tuple[Modality, ...] | None, outputs: tuple[Modality, ...] | None
) -> Kind | None:
    if outputs is None or (inputs is not None and Modality.TEXT not in inputs):
        return None
    return _KIND_OF_OUTPUT.get(outputs)
