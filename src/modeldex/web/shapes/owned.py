"""A user's own models beside the catalog's: what their keys open, also what nobody else can see."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ...domain.model import Model
from ...domain.provider import Provider
from .listed import COLUMNS, Listed, Source, created_of

_JOINED = ("input_modalities", "output_modalities")


def beside(
    found: Iterable[Listed], mine: Mapping[str, Model], rows: Mapping[str, Provider]
) -> list[Listed]:
    """All models, ready where the user's keys open them; their own ones first."""
    every = {one.id: one for one in found}
    ready = [
        every[name]._replace(ready=True) if name in every else _listed(model, rows)
        for name, model in mine.items()
    ]
    others = (one._replace(ready=False) for name, one in every.items() if name not in mine)
    return [*ready, *others]


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
