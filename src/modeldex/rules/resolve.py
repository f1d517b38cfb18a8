"""From claims to facts: for each field the strongest witness that says anything wins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import astuple, replace

from ..domain.capability import Kind, Modality
from ..domain.claims import JUDGED, Claims
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model, Tier
from ..domain.price import price_tier
from ..domain.provider import Provider
from ..domain.source import Evidence, Losing, Source
from .sanity import screened

_tier_of = lru_cache(maxsize=4096)(price_tier)
"""Many models cost the same."""
_STRENGTH: dict[Source, float] = {source: rank for rank, source in enumerate(Source)}
_OVER = {
    (winner, loser): f"{winner} over {loser}"
    if winner is not loser
    else f"an earlier witness of {winner}"
    for winner in Source
    for loser in Source
}
Witness = tuple[Evidence, Claims]
_Ranked = tuple[float, Evidence, Claims]


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
        self._excepted = {provider_id for provider_id, _ in self._authorities}
        self.losing: dict[str, tuple[Losing, ...]] = {}
        """Model id → the claims that lost, for every model made so far."""
        self._available = Evidence(
            source=Source.OBSERVED, evidence="the keys known here", observed_at=published_at
        )
        self._shared: dict[tuple[object, ...], Mapping[str, Evidence]] = {}
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
        for rank, evidence, claims in self._ranked(provider.id, witnesses, lost):
            for field, value in zip(JUDGED, astuple(claims)[1:], strict=True):
                if value is None:
                    continue
                if field not in facts:
                    facts[field], by[field] = value, evidence
                else:
                    why = self._why(provider.id, field, by[field].source, evidence.source, rank)
                    lost.append(Losing(field=field, value=value, evidence=evidence, reason=why))
        _derive(facts, by, lost)
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

    def _ranked(
        self, provider_id: str, witnesses: Iterable[Witness], lost: list[Losing]
    ) -> list[_Ranked]:
        """The witnesses, strongest first, without values that look like a mistake: those are `lost`.

        A source that is trusted less for some fields stands twice: once without them, once with
        nothing else and further down.
        """
        ranked = []
        for evidence, said in witnesses:
            claims, flags = screened(said)
            for flag in flags:
                one = Losing(
                    field=flag.field, value=flag.value, evidence=evidence, reason=flag.reason
                )
                lost.append(one)
            ranked.append((_STRENGTH[evidence.source], evidence, claims))
        if provider_id in self._excepted:
            ranked = [part for one in ranked for part in self._parted(provider_id, *one)]
        ranked.sort(key=_rank)
        return ranked

    def _parted(
        self, provider_id: str, rank: float, evidence: Evidence, claims: Claims
    ) -> Iterator[_Ranked]:
        moved = {
            field: exception
            for (where, field), exception in self._authorities.items()
            if where == provider_id and exception.source is evidence.source
        }
        yield rank, evidence, replace(claims, **dict.fromkeys(moved))
        for field, exception in moved.items():
            alone = Claims(native_id=claims.native_id, **{field: getattr(claims, field)})
            yield _STRENGTH[exception.below] + 0.5, evidence, alone

    def _why(self, provider_id: str, field: str, winner: Source, loser: Source, rank: float) -> str:
        """The rule that decided between two witnesses."""
        if rank != _STRENGTH[loser]:
            exception = self._authorities[provider_id, field]
            return f"{winner} over {loser} here: {exception.reason}"
        return _OVER[winner, loser]

    def _sources(self, by: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
        key = (*by, *map(id, by.values()))
        shared = self._shared.get(key)
        if shared is None:
            shared = {field: by[field] for field in SOURCED if field in by}
            shared["available"] = self._available
            self._shared[key] = shared
            self._kept.extend(shared.values())
        return shared


SOURCED: Sequence[str] = (*JUDGED, "price_tier", "first_seen", "last_seen")
"""The fields of a model that have a source."""


def _rank(one: _Ranked) -> float:
    return one[0]


def _derive(facts: dict[str, Any], by: dict[str, Evidence], lost: list[Losing]) -> None:
    """Facts that follow from another one have its source, unless calls showed otherwise."""
    media = facts.get("input_modalities")
    if media is not None:
        sees, evidence = Modality.IMAGE in media, by["input_modalities"]
        if "vision" not in facts:
            facts["vision"], by["vision"] = sees, evidence
        elif by["vision"].source is Source.OBSERVED and sees is not facts["vision"]:
            why = _OVER[Source.OBSERVED, evidence.source]
            lost.append(Losing(field="vision", value=sees, evidence=evidence, reason=why))
    if "kind" not in facts and (kind := _kind_of(media, facts.get("output_modalities"))):
        facts["kind"], by["kind"] = kind, by["output_modalities"]
    tier = _tier_of(facts.get("price"))
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
