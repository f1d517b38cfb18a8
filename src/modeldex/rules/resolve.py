"""From claims to facts: for each field the strongest witness that says anything wins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..domain.capability import Kind, Modality
from ..domain.claims import JUDGED, Claims
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model, Tier
from ..domain.price import price_tier
from ..domain.provider import Provider
from ..domain.source import Evidence, Source

_STRENGTH = {source: rank for rank, source in enumerate(Source)}
Witness = tuple[Evidence, Claims]


class Resolver:
    """Makes models of claims; models whose facts have the same sources share one mapping."""

    def __init__(self, published_at: datetime) -> None:
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
        ranked = sorted(witnesses, key=lambda witness: _STRENGTH[witness[0].source])
        facts: dict[str, Any] = {}
        by: dict[str, Evidence] = {}
        for field in JUDGED:
            for evidence, claims in ranked:
                value = getattr(claims, field)
                if value is not None:
                    facts[field], by[field] = value, evidence
                    break
        _derive(facts, by)
        if seen is not None:
            _observe(facts, by, seen, first_seen)
        return Model(
            id=f"{provider.id}/{native_id}",
            provider=provider.id,
            native_id=native_id,
            tier=tier,
            recommended=native_id == provider.recommended,
            sources=self._sources(by),
            **facts,
        )

    def _sources(self, by: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
        key = tuple(id(by[field]) if field in by else None for field in _SOURCED)
        shared = self._shared.get(key)
        if shared is None:
            shared = {field: by[field] for field in _SOURCED if field in by}
            shared["available"] = self._available
            self._shared[key] = shared
            self._kept.extend(shared.values())
        return shared


_SOURCED: Sequence[str] = (*JUDGED, "price_tier", "first_seen", "last_seen")


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
