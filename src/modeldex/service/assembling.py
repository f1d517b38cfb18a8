"""Put the next catalog together: live lists where there are any, manifests where not, facts for all."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple, Protocol

import msgspec

from ..domain.capability import Access
from ..domain.catalog import CatalogContent, ListingStamp
from ..domain.claims import Claims
from ..domain.listing import Role
from ..domain.model import Model, Tier
from ..domain.provider import Provider
from ..domain.source import Evidence, Losing, Source
from ..rules.dating import DATED, made_on
from ..rules.recommending import recommended
from ..rules.resolve import Authorities, Resolver, Witness
from ..rules.unpriced import unpriced
from .listing import Shown


class Knows(Protocol):
    """What is known without asking: the knowledge pack, or nothing at all."""

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        """Native ids that the provider is known to serve."""

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What is known of one model, by exact id."""

    def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
        """What is known of one model and does not count beside what is known of its base."""
        return ()

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What people decided about this id, the user's own decisions first."""

    def authorities(self) -> Authorities:
        """Where a source is known to be wrong."""

    def preferred(self, provider_id: str) -> tuple[str, ...]:
        """The native ids to start with, the most preferred first, listed or not."""

    def guess(
        self, provider_id: str, native_id: str, said: Sequence[Claims] = ()
    ) -> tuple[Witness, ...]:
        """What the shape of the name suggests, given what others say of the model."""


class Part(NamedTuple):
    """One connection's share of the catalog."""

    provider: Provider
    stamp: ListingStamp
    shown: Shown | None
    """The list shown; `None` has the provider's manifest stand in."""


def assemble(
    parts: Iterable[Part], knows: Knows, first_seen: Mapping[str, datetime], now: datetime
) -> CatalogContent:
    """The content of the next catalog. `first_seen` holds what earlier catalogs remember."""
    parts = tuple(parts)
    with _no_search_for_cycles():
        build = _Build(Resolver(now, knows.authorities()), knows, first_seen)
        made = made_on(_of_their_labs(parts, build))
        build = build._replace(resolver=Resolver(now, knows.authorities(), made))
        return _assembled(parts, build, now)


def _of_their_labs(parts: Iterable[Part], build: "_Build") -> Iterator[Model]:
    """The models of the few lists that say since when they hold one of their own."""
    for part in parts:
        if part.shown and part.provider.id in DATED:
            yield from build.listed(part.provider, part.shown)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Without the collector for a while; what is no longer used is freed all the same.

    A build makes a dozen objects per model, nearly all of which stay, and none points back to
    another. The collector would walk through them after every few hundred: an eighth of the time
    of a build, in a refresh as in a benchmark, to find nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _assembled(parts: Iterable[Part], build: "_Build", now: datetime) -> CatalogContent:
    knows = build.knows
    providers, stamps, models = [], [], list[Model]()
    opened = {}
    for part in parts:
        listed = list(
            build.listed(part.provider, part.shown) if part.shown else build.manifest(part.provider)
        )
        providers.append(part.provider)
        stamps.append(msgspec.structs.replace(part.stamp, models=len(listed)))
        preferred = knows.preferred(part.provider.id)
        models += _proposing(listed, preferred, _opened(part), now.date())
        if part.shown:
            opened[part.stamp.connection] = frozenset(
                f"{part.provider.id}/{native}" for native in part.shown.joined.opened
            )
    return CatalogContent(
        published_at=now,
        providers=tuple(providers),
        listings=tuple(stamps),
        models=models,
        opened=opened,
        losing=build.resolver.losing,
    )


def _opened(part: Part) -> frozenset[str]:
    return part.shown.joined.opened if part.shown else frozenset()


def _proposing(
    models: list[Model], preferred: Sequence[str], opened: frozenset[str], today: date
) -> list[Model]:
    """The models with the one to start with marked; of those the connection opens, if it does."""
    open_here = [
        model
        for model in models
        if (not opened or model.native_id in opened) and model.access is not Access.NOT_CALLABLE
    ]
    best = recommended(preferred, open_here, today)
    return [
        msgspec.structs.replace(model, recommended=True) if model.native_id == best else model
        for model in models
    ]


def _unit_unstated(row: Provider) -> bool:
    """Whether the row's list has prices in a unit that only the row could state, and does not."""
    return row.dialect == "openai" and row.price_unit is None


class _Build(NamedTuple):
    resolver: Resolver
    knows: Knows
    first_seen: Mapping[str, datetime]

    def listed(self, row: Provider, shown: Shown) -> Iterator[Model]:
        listing = shown.listing
        seen = Evidence(
            source=Source.OBSERVED,
            evidence=next((p.url for p in listing.pages if p.ask.role is not Role.DETAIL), row.id),
            observed_at=listing.fetched_at,
        )
        raw = unpriced(listing.pages) if _unit_unstated(row) else {}
        for native_id, witnesses in shown.joined.witnesses.items():
            priced = any(said.price is not None for _, said in witnesses)
            yield self.resolver.model(
                row,
                native_id,
                self._all(row.id, native_id, witnesses),
                tier=listing.tier,
                seen=seen,
                first_seen=self.first_seen.get(f"{row.id}/{native_id}"),
                unread=None if priced else raw.get(native_id),
                overruled=self.knows.overruled(row.id, native_id),
            )

    def manifest(self, row: Provider) -> Iterator[Model]:
        for native_id in self.knows.manifest(row.id):
            yield self.resolver.model(
                row,
                native_id,
                self._all(row.id, native_id, ()),
                tier=Tier.MANIFEST,
                seen=None,
                first_seen=None,
                overruled=self.knows.overruled(row.id, native_id),
            )

    def _all(
        self, provider_id: str, native_id: str, listed: Iterable[Witness]
    ) -> list[tuple[Evidence, Claims]]:
        """What the provider says, what is known, and what both together suggest."""
        witnesses = [
            *listed,
            *self.knows.overrides(provider_id, native_id),
            *self.knows.claims(provider_id, native_id),
        ]
        said = [claims for _, claims in witnesses]
        witnesses.extend(self.knows.guess(provider_id, native_id, said))
        return witnesses
