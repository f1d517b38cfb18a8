"""What the next catalog remembers: models that age, come and go, and what changed on the way."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from ..domain.catalog import CatalogContent, HeldListing, History, ListingStamp, Remembering, Step
from ..domain.change import Change
from ..domain.lifecycle import Lifecycle
from ..domain.memory import Announced, Memory, Remembered, Thresholds
from ..domain.model import Model
from ..domain.source import Evidence, Source
from ..rules.aging import aged, renamed
from ..rules.changing import Between, of_memory, of_models
from ..storage.catalog_file import CatalogFile

Tell = Callable[[Model, Model], Iterable[Change]]


class Taken(NamedTuple):
    """A whole, plausible list that came in this refresh."""

    connection: str
    renames: Mapping[str, str] = {}
    """Old native id → new one, when a mass rename was accepted."""


class Past(NamedTuple):
    """What the catalog in force remembers; nothing when there is none."""

    remembering: Mapping[str, Remembering] = {}
    name: str = ""
    """That catalog's hash."""
    get: Callable[[str], Model | None] = lambda _: None
    """A model of that catalog by its id."""

    def first_seen(self) -> dict[str, datetime]:
        """When each model was first listed, those that are gone too."""
        return {
            name: state.first_seen
            for one in self.remembering.values()
            for name, state in one.memory.models.items()
        }


def past(catalog: CatalogFile | None) -> Past:
    """What a catalog remembers."""
    if catalog is None:
        return Past()
    return Past(catalog.remembering(), catalog.path.stem, catalog.get)


class Remembers(NamedTuple):
    """The content with its history, and what tells the changes of facts while it is written."""

    content: CatalogContent
    tell: Tell


def remember(
    content: CatalogContent,
    taken: Mapping[str, Taken],
    held: Iterable[HeldListing],
    past: Past,
    limits: Thresholds,
    bound: Collection[str] = (),
) -> Remembers:
    """The content of the next catalog with its models' lives in it.

    `taken` are the lists by provider that may age models; every other provider keeps what is
    remembered of it. `bound` are the ids that programs have registered: they are never removed.
    """
    models: dict[str, list[Model]] = {}
    for model in content.models:
        models.setdefault(model.provider, []).append(model)
    now = content.published_at
    lives = [
        _Life(
            stamp, models.get(name := stamp.provider, []), past, taken.get(name), limits, bound, now
        )
        for stamp in _one_each(content.listings)
    ]
    betweens = {life.provider: life.between for life in lives if life.told}

    def tell(old: Model, new: Model) -> Iterable[Change]:
        between = betweens.get(new.provider)
        return of_models(old, new, between, limits.price_rise) if between else ()

    history = History(
        remembering=tuple(one for life in lives if (one := life.remembering())),
        held=tuple(held),
        steps=tuple(life.step() for life in lives if life.told),
        changes=tuple(change for life in lives for change in life.changes()),
        removed=tuple(name for life in lives for name in life.removed()),
    )
    shown = tuple(model for life in lives for model in life.models())
    return Remembers(msgspec.structs.replace(content, models=shown, history=history), tell)


def _one_each(stamps: Iterable[ListingStamp]) -> Iterator[ListingStamp]:
    """One list per provider: its first connection's."""
    return iter({stamp.provider: stamp for stamp in reversed(tuple(stamps))}.values())


class _Life:
    """One provider's models between two catalogs."""

    def __init__(
        self,
        stamp: ListingStamp,
        listed: list[Model],
        past: Past,
        taken: Taken | None,
        limits: Thresholds,
        bound: Collection[str],
        now: datetime,
    ) -> None:
        self.provider = stamp.provider
        self.stamp = stamp
        self.listed = {model.id: model for model in listed}
        self.past = past
        known = past.remembering.get(stamp.provider)
        self.before = known.memory if known else Memory()
        if known is not None and known.connection != stamp.connection and taken:
            self.before = _another_key(known.memory, self.listed)
        self.connection = taken.connection if taken else known.connection if known else ""
        self.memory = self.before
        if taken is not None and stamp.fetched_at is not None:
            self.memory = self._aged(stamp.fetched_at, taken, limits, bound)
        self.told = self.before.counted_at is not None
        """Whether its history has begun: its first list begins it and is no news."""
        self.between = Between(
            before=past.name,
            snapshot=stamp.hash,
            at=(stamp.fetched_at if taken else None) or now,
        )

    def _aged(
        self, at: datetime, taken: Taken, limits: Thresholds, bound: Collection[str]
    ) -> Memory:
        names = {
            f"{self.provider}/{old}": f"{self.provider}/{new}" for old, new in taken.renames.items()
        }
        began = renamed(self.before, names, at) if names else self.before
        announced = {name: _announced(model) for name, model in self.listed.items()}
        return aged(began, self.listed.keys(), announced, limits, at, bound)

    def remembering(self) -> Remembering | None:
        """What the next refresh finds; `None` for a provider that never sent a whole list."""
        if self.memory.counted_at is None:
            return None
        return Remembering(provider=self.provider, connection=self.connection, memory=self.memory)

    def step(self) -> Step:
        before, snapshot, at = self.between
        return Step(provider=self.provider, at=at, before=before, snapshot=snapshot)

    def changes(self) -> Iterator[Change]:
        """How models came, went and aged."""
        if self.told and self.memory is not self.before:
            yield from of_memory(self.before, self.memory, self.between)

    def models(self) -> Iterator[Model]:
        """The models listed, and those that are missing and not yet removed."""
        states = self.memory.models
        for name, model in self.listed.items():
            state = states.get(name)
            yield _living(model, state) if state else model
        for name in self._missing():
            if (was := self.past.get(name)) is not None:
                yield self._gone(was, states[name])

    def _missing(self) -> Iterator[str]:
        for name, state in self.memory.models.items():
            if name not in self.listed and state.lifecycle is not Lifecycle.REMOVED:
                yield name

    def removed(self) -> Iterator[str]:
        """Ids that become tombstones now."""
        for name, state in self.memory.models.items():
            was = self.before.models.get(name)
            gone = state.lifecycle is Lifecycle.REMOVED
            if gone and (was is None or was.lifecycle is not Lifecycle.REMOVED):
                yield name

    def _gone(self, was: Model, state: Remembered) -> Model:
        model = _living(was, state)
        seen = Evidence(
            source=state.announced_by or Source.OBSERVED,
            evidence="missing in complete lists of its provider",
            observed_at=state.missing_since or state.last_seen,
        )
        kept = was.sources.get("lifecycle") if was.lifecycle is state.lifecycle else seen
        return msgspec.structs.replace(
            model, recommended=False, sources={**was.sources, "lifecycle": kept or seen}
        )


def _living(model: Model, state: Remembered) -> Model:
    """A model with what is remembered of its life; the same object where that is nothing new."""
    if model.lifecycle is state.lifecycle and model.first_seen == state.first_seen:
        return model
    sources = model.sources
    if model.lifecycle is not state.lifecycle:
        by = sources.get("retires_on") or sources.get("lifecycle")
        sources = {**sources, "lifecycle": by} if by else sources
    return msgspec.structs.replace(
        model, lifecycle=state.lifecycle, first_seen=state.first_seen, sources=sources
    )


def _another_key(memory: Memory, listed: Collection[str]) -> Memory:
    """What stays of a memory when another key's list takes its place.

    Models that this key does not open have not gone: they are let go of without a word, and only
    tombstones and first days stay.
    """
    kept = {
        name: state
        for name, state in memory.models.items()
        if name in listed or state.tombstone is not None
    }
    return Memory(counted_at=None, models=kept)


def _announced(model: Model) -> Announced:
    by = model.sources.get("lifecycle") or model.sources.get("retires_on")
    return Announced(
        lifecycle=model.lifecycle,
        retires_on=model.retires_on,
        successor=model.successor,
        source=by.source if by else Source.API,
    )
