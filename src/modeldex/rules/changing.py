"""What changed from one catalog to the next: one row per field and event, none twice.

Two questions, two functions, no overlap: `of_memory` tells how models come, go and age,
`of_models` which facts differ between two catalogs' models of one id. Both are given the names of
the two catalogs; asked again with the same, they give rows with the same keys.

Not compared: what is worked out from other facts (`price_tier`, `lab`, `family`, `recommended`,
`available`), what changes with every list (`last_seen`, `sources`, `tier`), `created`, which some
providers set to the time of the answer, and `endpoints`, whose backends come and go by the hour.
`lifecycle` and `first_seen` are told by the memory.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from ..domain.capability import CAPABILITIES
from ..domain.change import Change, ChangeKind
from ..domain.lifecycle import Lifecycle
from ..domain.memory import Memory, Remembered, Thresholds
from ..domain.model import Model
from ..domain.price import UNITS, Price, exact
from ..domain.source import Evidence, Source

PRICE_RISE = Thresholds().price_rise

FIELDS: Mapping[str, ChangeKind] = {
    "name": ChangeKind.DETAIL,
    "base": ChangeKind.DETAIL,
    "kind": ChangeKind.DETAIL,
    "context_window": ChangeKind.LIMIT,
    "max_output": ChangeKind.LIMIT,
    "input_modalities": ChangeKind.MODALITY,
    "output_modalities": ChangeKind.MODALITY,
    **dict.fromkeys(CAPABILITIES, ChangeKind.CAPABILITY),
    "reasoning": ChangeKind.CAPABILITY,
    "open_weights": ChangeKind.DETAIL,
    "knowledge_cutoff": ChangeKind.DETAIL,
    "released": ChangeKind.DETAIL,
    "aliases": ChangeKind.ALIAS,
    "retires_on": ChangeKind.RETIREMENT,
    "successor": ChangeKind.RETIREMENT,
    "quantization": ChangeKind.DETAIL,
    "access": ChangeKind.DETAIL,
    "access_note": ChangeKind.DETAIL,
    "hugging_face_id": ChangeKind.DETAIL,
}
"""The fields that are compared as a whole, in the order of their rows; `price` is by unit."""

_ORDERLESS = frozenset({"aliases", "input_modalities", "output_modalities"})


class Between(NamedTuple):
    """The two catalogs whose difference is told."""

    before: str
    """The older one's name; empty when there was none."""
    snapshot: str
    at: datetime
    """When the newer lists were fetched."""


def of_memory(old: Memory, new: Memory, between: Between) -> Iterator[Change]:
    """Models that came, went, returned, flap, aged or were renamed, by id.

    The first list of a provider is where its history begins, and adds nothing to it.
    """
    heirs = {now.renamed_to for now in new.models.values() if now.renamed_to}
    for one in sorted(new.models):
        was, now = old.models.get(one), new.models[one]
        if was is None:
            if old.counted_at is not None and one not in heirs:
                yield _change(between, one, ChangeKind.ADDED, "listed", (None, True))
        elif was != now:
            yield from _of_one(one, was, now, between)


def _of_one(id: str, was: Remembered, now: Remembered, between: Between) -> Iterator[Change]:
    if now.renamed_to and now.renamed_to != was.renamed_to:
        yield _change(between, id, ChangeKind.RENAMED, "id", (id, now.renamed_to))
        return
    if was.listed and not now.listed and not was.unstable:
        yield _change(between, id, ChangeKind.MISSING, "listed", (True, False))
    if now.listed and not was.listed:
        if not now.unstable:
            yield _change(between, id, ChangeKind.RETURNED, "listed", (False, True))
        elif not was.unstable:
            yield _change(between, id, ChangeKind.FLAPPING, "listed", (False, True))
    kind = _moved(was, now)
    if kind is not None:
        by = Source.OBSERVED
        if kind is not ChangeKind.REMOVED:
            by = now.announced_by or was.announced_by or by
        yield _change(between, id, kind, "lifecycle", (was.lifecycle, now.lifecycle), by)


def _moved(was: Remembered, now: Remembered) -> ChangeKind | None:
    """The event that a change of lifecycle is; `None` where coming and going says it all."""
    if now.lifecycle is was.lifecycle:
        return None
    if now.lifecycle is Lifecycle.DEPRECATED:
        return ChangeKind.DEPRECATED
    if now.lifecycle is Lifecycle.REMOVED:
        return ChangeKind.REMOVED
    if was.listed and was.lifecycle is Lifecycle.DEPRECATED and now.listed:
        return ChangeKind.REINSTATED
    return None


def of_models(
    old: Model, new: Model, between: Between, rise: Decimal = PRICE_RISE
) -> Iterator[Change]:
    """The facts that differ between two versions of one model, in a fixed order.

    `rise` is the share by which a price has to rise to be an event of its own.
    """
    for field, kind in FIELDS.items():
        was, now = getattr(old, field), getattr(new, field)
        if was == now:
            continue
        was, now = _plain(field, was), _plain(field, now)
        if was != now:
            yield _change(between, new.id, kind, field, (was, now), _said(old, new, field))
    if old.price != new.price:
        by = _said(old, new, "price")
        for kind, field, was, now in _of_prices(old.price, new.price, rise):
            yield _change(between, new.id, kind, field, (was, now), by)


def _plain(field: str, value: Any) -> Any:
    """A value as plain JSON; a set of names in the one order that makes two of them comparable."""
    if field in _ORDERLESS and value is not None:
        return sorted(value)
    return _json(value)


def _json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _said(old: Model, new: Model, field: str) -> Source | None:
    said: Evidence | None = new.sources.get(field) or old.sources.get(field)
    return said.source if said else None


def _of_prices(
    old: Price | None, new: Price | None, rise: Decimal
) -> Iterator[tuple[ChangeKind, str, Any, Any]]:
    was, now = old or _UNKNOWN, new or _UNKNOWN
    for unit in UNITS:
        before, after = getattr(was, unit), getattr(now, unit)
        if before != after:
            field, old_usd, new_usd = f"price.{unit}", _amount(before), _amount(after)
            yield ChangeKind.PRICE, field, old_usd, new_usd
            if before is not None and after is not None and _rises(before, after, rise):
                yield ChangeKind.PRICE_RISE, field, old_usd, new_usd
    if was.tiers != now.tiers:
        yield ChangeKind.PRICE, "price.tiers", _json(was.tiers), _json(now.tiers)
    if was.varies != now.varies:
        yield ChangeKind.PRICE, "price.varies", was.varies, now.varies


_UNKNOWN = Price()


def _amount(usd: Decimal | None) -> str | None:
    return None if usd is None else exact(usd)


def _rises(before: Decimal, after: Decimal, rise: Decimal) -> bool:
    return after > before and after - before >= before * rise


def _change(
    between: Between,
    id: str,
    kind: ChangeKind,
    field: str,
    values: tuple[Any, Any],
    source: Source | None = Source.OBSERVED,
) -> Change:
    old, new = values
    return Change(
        at=between.at,
        id=id,
        kind=kind,
        field=field,
        old=old,
        new=new,
        source=source,
        before=between.before,
        snapshot=between.snapshot,
    )
