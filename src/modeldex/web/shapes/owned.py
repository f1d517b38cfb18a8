"""A user's own models beside the catalog's: what their keys open, also what nobody else can see."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from ...domain.model import Model
from ...domain.provider import Provider
from .listed import COLUMNS, Listed, Source, created_of

_JOINED = ("input_modalities", "output_modalities")


class Own(NamedTuple):
    """What is one user's own."""

    models: Mapping[str, Model]
    """What their keys open, by id."""
    providers: frozenset[str]
    """Ids of the providers of which they keep a key."""


def beside(found: Iterable[Listed], own: Own, rows: Mapping[str, Provider]) -> list[Listed]:
    """All models of a catalog without keys, ready where the user's keys open them; their own ones
    first."""
    every = {one.id: one for one in found}
    ready = [
        _opened(every[name]) if name in every else _listed(model, rows)
        for name, model in own.models.items()
    ]
    with_key = _Sources(own.providers)
    others = (with_key.of(one) for name, one in every.items() if name not in own.models)
    return [*ready, *others]


def _opened(one: Listed) -> Listed:
    return one._replace(ready=True, source=one.source._replace(available=True))


class _Sources:
    """The providers of a catalog, as one user has them."""

    def __init__(self, providers: frozenset[str]) -> None:
        self._providers = providers
        self._available: dict[str, Source] = {}

    def of(self, one: Listed) -> Listed:
        """The model, not ready; no key is missing where the user has one."""
        provider = one.facts["provider"]
        if provider not in self._providers:
            return one._replace(ready=False) if one.ready else one
        source = self._available.get(provider)
        if source is None:
            source = self._available[provider] = one.source._replace(available=True)
        return one._replace(ready=False, source=source)


def _listed(model: Model, rows: Mapping[str, Provider]) -> Listed:
    facts = _facts(model)
    at, known_by = created_of(facts)
    row = rows.get(model.provider)
    source = Source(
        name=row.name if row else model.provider,
        available=True,
        local=row is not None and row.local,
        key_url=row.key_url if row else None,
        key_env=(),
    )
    return Listed(facts, model.price, source, ready=True, created=at, created_from=known_by)


def _facts(model: Model) -> dict[str, Any]:
    said = msgspec.to_builtins(model)
    facts = {name: said.get(name) for name in COLUMNS}
    for name in _JOINED:
        if facts[name] is not None:
            facts[name] = ",".join(facts[name])
    return facts | {"callable": 1, "maybe_chat": int(model.kind in (None, "chat"))}
