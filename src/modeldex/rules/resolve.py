"""From claims to facts: for each field the strongest witness that says anything wins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import astuple, replace

from ..domain.claims import JUDGED, Claims
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model, Tier
from ..domain.provider import Provider
from ..domain.source import Evidence, Losing, Source
from .dating import own_day, redate
from .following import OVER, STRENGTH, derive
from .sanity import screened

Witness = tuple[Evidence, Claims]
_Ranked = tuple[float, Evidence, Claims]


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is known to be wrong about one field at one provider, and is trusted less."""

    source: Source
    """Whose claims are moved."""
    below: Source
    """The source after which they come."""
    reason: str
    ids: frozenset[str] = frozenset()
    """The native ids of which it is wrong; empty is all of them."""

    def about(self, native_id: str) -> bool:
        """Whether it holds for that model."""
        return not self.ids or native_id in self.ids


Authorities = Mapping[tuple[str, str], Authority]
"""(provider id, field) → the exception that holds there."""


class Resolver:
    """Makes models of claims; models whose facts have the same sources share one mapping."""

    def __init__(
        self,
        published_at: datetime,
        authorities: Authorities | None = None,
        made: Mapping[str, date] | None = None,
    ) -> None:
        """`made`: by base, since when the lab's own list holds it, as far as that is known."""
        self._authorities = authorities or {}
        self._made = made or {}
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
        unread: Losing | None = None,
        overruled: Iterable[Losing] = (),
    ) -> Model:
        """The model that the witnesses describe.

        `seen` is the evidence of the listing that holds it, `None` for a manifest;
        `first_seen` is when it was first listed, `None` when it never was; `unread` is what its
        list says and nobody could read, `None` when that is nothing; `overruled` are claims that
        lost before.
        """
        facts: dict[str, Any] = {}
        by: dict[str, Evidence] = {}
        lost: list[Losing] = [*([unread] if unread else ()), *overruled]
        ranked = self._ranked(provider.id, witnesses, lost)
        flagged = len(lost)
        for rank, evidence, claims in ranked:
            for field, value in zip(JUDGED, astuple(claims)[1:], strict=True):
                if value is None:
                    continue
                if field not in facts:
                    facts[field], by[field] = value, evidence
                else:
                    why = self._why(provider.id, field, by[field].source, evidence.source, rank)
                    lost.append(Losing(field=field, value=value, evidence=evidence, reason=why))
        excepted = provider.id in self._excepted
        mistaken = self._mistaken(provider.id, native_id, by) if excepted else None
        derive(facts, by, lost, mistaken)
        if "released" in facts:
            base = facts.get("base", "")
            made = self._made.get(base) or own_day(provider.id, facts, by)
            redate((native_id, base), made, facts, by, lost, flagged)
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
            ranked.append((STRENGTH[evidence.source], evidence, claims))
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
            if where == provider_id
            and exception.source is evidence.source
            and exception.about(claims.native_id)
        }
        yield rank, evidence, replace(claims, **dict.fromkeys(moved))
        for field, exception in moved.items():
            alone = Claims(native_id=claims.native_id, **{field: getattr(claims, field)})
            yield STRENGTH[exception.below] + 0.5, evidence, alone

    def _mistaken(self, provider_id: str, native_id: str, by: Mapping[str, Evidence]) -> str | None:
        """Why what is said to go in is known to be wrong, and comes after what is said of seeing."""
        exception = self._authorities.get((provider_id, "input_modalities"))
        stated, seen = by.get("input_modalities"), by.get("vision")
        if exception is None or stated is None or seen is None or not exception.about(native_id):
            return None
        after = STRENGTH[seen.source] <= STRENGTH[exception.below]
        return exception.reason if after and stated.source is exception.source else None

    def _why(self, provider_id: str, field: str, winner: Source, loser: Source, rank: float) -> str:
        """The rule that decided between two witnesses."""
        if rank != STRENGTH[loser]:
            exception = self._authorities[provider_id, field]
            return f"{winner} over {loser} here: {exception.reason}"
        return OVER[winner, loser]

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


def _observe(
    facts: dict[str, Any], by: dict[str, Evidence], seen: Evidence, first_seen: datetime | None
) -> None:
    facts["first_seen"] = first_seen or seen.observed_at
    facts["last_seen"] = seen.observed_at
    by["first_seen"] = by["last_seen"] = seen
    if "lifecycle" not in facts:
        facts["lifecycle"], by["lifecycle"] = Lifecycle.ACTIVE, seen
