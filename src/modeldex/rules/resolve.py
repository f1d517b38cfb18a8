"""From claims to facts: for each field the strongest witness that says anything wins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import JUDGED, Claims
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model, Tier
from ..domain.price import price_tier
from ..domain.provider import Provider
from ..domain.source import Evidence, Losing, Source
from .sanity import screened

_STRENGTH: dict[Source, float] = {source: rank for rank, source in enumerate(Source)}
Witness = tuple[Evidence, Claims]


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is known to be wrong about one field at one provider, and is trusted less."""

    source: Source
    """Whose claims are moved."""
    below: Source
    """The source after which they come."""
    reason: str


Authorities = Mapping[tuple[str, str], Authority]
"""(provider id, field) → the exception that holds there."""


class Resolver:
    """Makes models of claims; models whose facts have the same sources share one mapping."""

    def __init__(self, published_at: datetime, authorities: Authorities | None = None) -> None:
        self._authorities = authorities or {}
        self.losing: dict[str, tuple[Losing, ...]] = {}
        """Model id → the claims that lost, for every model made so far."""
        self._available = Evidence(
            source=Source.OBSERVED, evidence="the keys known here", observed_at=published_at
        )
        self._shared: dict[tuple[int | None, ...], Mapping[str, Evidence]] = {}
        self._kept: list[Evidence] = []

    def model(
        self,
        provider: Provider,
        native_id: str,
        witnesses: Iterable[Witness],
        *,
        tier: Tier,
        seen: Evidence | None,
        first_seen: datetime | None,
    ) -> Model:
        """The model that the witnesses describe.

        `seen` is the evidence of the listing that holds it, `None` for a manifest;
        `first_seen` is when it was first listed, `None` when it never was.
        """
        facts: dict[str, Any] = {}
        by: dict[str, Evidence] = {}
        lost: list[Losing] = []
        ranked = _plausible(witnesses, lost)
        for field in JUDGED:
            said = [
                (evidence, value)
                for evidence, claims in ranked
                if (value := getattr(claims, field)) is not None
            ]
            if not said:
                continue
            exception = self._authorities.get((provider.id, field)) if self._authorities else None
            if exception is not None:
                said.sort(key=lambda one: _rank(one[0].source, exception))
            by[field], facts[field] = said[0]
            for evidence, value in said[1:]:
                why = _why(by[field].source, evidence.source, exception)
                lost.append(Losing(field=field, value=value, evidence=evidence, reason=why))
        _derive(facts, by)
        if seen is not None:
            _observe(facts, by, seen, first_seen)
        model_id = f"{provider.id}/{native_id}"
        if lost:
            self.losing[model_id] = tuple(lost)
        return Model(
            id=model_id,
            provider=provider.id,
            native_id=native_id,
            tier=tier,
            sources=self._sources(by),
            **facts,
        )

    def _sources(self, by: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
        key = tuple(id(by[field]) if field in by else None for field in SOURCED)
        shared = self._shared.get(key)
        if shared is None:
            shared = {field: by[field] for field in SOURCED if field in by}
            shared["available"] = self._available
            self._shared[key] = shared
            self._kept.extend(shared.values())
        return shared


SOURCED: Sequence[str] = (*JUDGED, "price_tier", "first_seen", "last_seen")
"""The fields of a model that have a source."""


def _plausible(witnesses: Iterable[Witness], lost: list[Losing]) -> list[Witness]:
    """The witnesses, strongest first, without values that look like a mistake: those are `lost`."""
    kept = []
    for evidence, claims in sorted(witnesses, key=lambda one: _STRENGTH[one[0].source]):
        clean, flags = screened(claims)
        kept.append((evidence, clean))
        lost.extend(
            Losing(field=flag.field, value=flag.value, evidence=evidence, reason=flag.reason)
            for flag in flags
        )
    return kept


def _rank(source: Source, exception: Authority) -> float:
    return _STRENGTH[exception.below] + 0.5 if source is exception.source else _STRENGTH[source]


def _why(winner: Source, loser: Source, exception: Authority | None) -> str:
    """The rule that decided between two witnesses."""
    if exception is not None and loser is exception.source and winner is not loser:
        return f"{winner} over {loser} here: {exception.reason}"
    return f"{winner} over {loser}" if winner is not loser else f"an earlier witness of {winner}"


def _derive(facts: dict[str, Any], by: dict[str, Evidence]) -> None:
    """Facts that follow from another one have its source."""
    media = facts.get("input_modalities")
    if "vision" not in facts and media is not None:
        facts["vision"], by["vision"] = Modality.IMAGE in media, by["input_modalities"]
    if "kind" not in facts and (kind := _kind_of(media, facts.get("output_modalities"))):
        facts["kind"], by["kind"] = kind, by["output_modalities"]
    tier = price_tier(facts.get("price"))
    if tier is not None:
        facts["price_tier"], by["price_tier"] = tier, by["price"]


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


def _observe(
    facts: dict[str, Any], by: dict[str, Evidence], seen: Evidence, first_seen: datetime | None
) -> None:
    facts["first_seen"] = first_seen or seen.observed_at
    facts["last_seen"] = seen.observed_at
    by["first_seen"] = by["last_seen"] = seen
    if "lifecycle" not in facts:
        facts["lifecycle"], by["lifecycle"] = Lifecycle.ACTIVE, seen
