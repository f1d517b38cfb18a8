"""What each dataset said, read back out of a pack, so that the next one can be compiled without it."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from ..domain.claims import JUDGED, Claims
from .compiling import Said
from .editions import Edition
from .packfile import Aside, Dissent, Group, Packed, PackedProvider
from .packing import SERVED_BY

_GROUPS = msgspec.msgpack.Decoder(dict[str, list[Group]])
_DISSENTS = msgspec.msgpack.Decoder(list[Dissent])
_ASIDE = msgspec.msgpack.Decoder(Aside)

_Value: TypeAlias = tuple[str, str, str, Any]
"""Dataset, native id, field and what is said of it."""


def recalled(packed: Packed, editions: Mapping[str, Edition]) -> dict[str, Said]:
    """Every dataset of the pack that `editions` know, as it was when the pack was compiled."""
    models: dict[str, dict[str, dict[str, Claims]]] = {name: {} for name in packed.editions}
    copied: dict[str, dict[str, frozenset[str]]] = {name: {} for name in packed.editions}
    for provider, raw in packed.providers.items():
        room = msgspec.msgpack.decode(raw, type=PackedProvider)
        for dataset, ids in room.copied.items():
            copied[dataset][provider] = frozenset(ids)
        for dataset, claims in _of_provider(packed, room):
            models[dataset].setdefault(provider, {})[claims.native_id] = claims
    return {
        name: Said(
            edition=msgspec.structs.replace(
                editions[name], version=edition.version, published=edition.published
            ),
            models=models[name],
            records=edition.records,
            lost=edition.lost,
            copied=copied[name],
        )
        for name, edition in packed.editions.items()
        if name in editions
    }


def _of_provider(packed: Packed, room: PackedProvider) -> Iterator[tuple[str, Claims]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for dataset, native_id, field, value in _values(packed, room):
        found.setdefault((dataset, native_id), {})[field] = value
    for native_id in room.serves:
        if SERVED_BY in packed.editions:
            found.setdefault((SERVED_BY, native_id), {})
    for (dataset, native_id), said in found.items():
        yield dataset, Claims(native_id=native_id, **said)


def _values(packed: Packed, room: PackedProvider) -> Iterator[_Value]:
    """Every value that any dataset stated; one that stands twice stands last as it was said."""
    for native_id, groups in _GROUPS.decode(room.models).items():
        for at, claims in groups:
            evidence = packed.evidences[at]
            for dataset in () if evidence.guess else (evidence.dataset, *evidence.agrees):
                yield from _stated(dataset, native_id, claims)
    for native_id, field, _, others in _DISSENTS.decode(room.dissents):
        for dataset, value in others.items():
            claims = msgspec.convert({"native_id": "", field: value}, Claims)
            yield dataset, native_id, field, getattr(claims, field)
    for native_id, by_dataset in _ASIDE.decode(room.aside).items():
        for dataset, claims in by_dataset.items():
            yield from _stated(dataset, native_id, claims)


def _stated(dataset: str, native_id: str, claims: Claims) -> Iterator[_Value]:
    for field in JUDGED:
        value = getattr(claims, field)
        if value is not None:
            yield dataset, native_id, field, value
