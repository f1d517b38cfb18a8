"""One provider's part of a pack: its models reconciled, what was left, and what moving names are lent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.lifecycle import Lifecycle
from .doubting import settling
from .elsewhere import Listings
from .lending import lent_to
from .packfile import (
    LEFT_OPEN,
    Dissent,
    Group,
    PackedEvidence,
    PackedLent,
    PackedProvider,
)
from .reconciling import Judge, Taken, reconcile

SERVED_BY = "models-dev"
"""The dataset whose lists are kept up to date; LiteLLM's keep ids long after they are gone."""
NO_DISSENT = frozenset({"name"})
"""Names differ by a space or a bracket; that is no disagreement about the model."""


class Rooms:
    """Packs one provider after the other; equal evidence is one throughout."""

    def __init__(
        self,
        judge: Judge,
        published: date,
        listings: Listings,
        lent: Mapping[str, list[PackedLent]],
    ) -> None:
        self._judge = judge
        self._published = published
        self._listings = listings
        self._lent = lent
        self._evidences: dict[PackedEvidence, int] = {}

    @property
    def evidences(self) -> tuple[PackedEvidence, ...]:
        """Those that the rooms packed so far point at."""
        return tuple(self._evidences)

    def packed(
        self,
        provider: str,
        models: Mapping[str, Mapping[str, Claims]],
        copied: Mapping[str, frozenset[str]],
        *,
        free: bool,
    ) -> msgspec.Raw:
        """What the datasets say of each model; `copied` are ids with another one's price."""
        groups: dict[str, list[Group]] = {}
        dissents: list[Dissent] = []
        aside: dict[str, dict[str, Claims]] = {}
        serves = []
        for native_id, said in sorted(models.items()):
            copies = frozenset(dataset for dataset, ids in copied.items() if native_id in ids)
            settle = settling(provider, native_id, self._listings)
            taken = reconcile(said, self._judge, free=free, copies=copies, settle=settle)
            if unsaid := _aside(said, taken):
                aside[native_id] = unsaid
            if not taken:
                continue
            of_base = self._of_base(provider, native_id, taken)
            if found := [
                *self._settled(taken),
                *self._guessed(provider, native_id, taken),
                *(one for one in of_base.values() if _says_anything(one[1])),
            ]:
                groups[native_id] = found
            dissents.extend(self._dissents(native_id, taken, of_base))
            if SERVED_BY in said and _still_served(taken, self._published):
                serves.append(native_id)
        room = PackedProvider(
            serves=tuple(serves),
            models=msgspec.Raw(msgspec.msgpack.encode(groups)),
            dissents=msgspec.Raw(msgspec.msgpack.encode(dissents)),
            aside=msgspec.Raw(msgspec.msgpack.encode(aside)),
            copied={dataset: tuple(sorted(ids)) for dataset, ids in copied.items()},
        )
        return msgspec.Raw(msgspec.msgpack.encode(room))

    def _settled(self, taken: Iterable[Taken]) -> Iterator[Group]:
        fields: dict[int, dict[str, Any]] = {}
        for one in taken:
            if not one.open:
                fields.setdefault(self._evidence(one), {})[one.field] = one.value
        for at, said in fields.items():
            yield at, Claims(native_id="", **said)

    def _guessed(self, provider: str, native_id: str, taken: Iterable[Taken]) -> Iterator[Group]:
        settled = {one.field for one in taken if not one.open}
        for evidence, claims in lent_to(provider, native_id, self._lent, self._listings):
            if all(getattr(claims, field) is None for field in settled):
                yield self._at(evidence), claims

    def _of_base(self, provider: str, native_id: str, taken: Iterable[Taken]) -> dict[str, Group]:
        """By field: what the listings of its base together say where its own word is not taken."""
        found: dict[str, Group] = {}
        for one in taken:
            if one.open and one.field == "open_weights":
                weights = self._listings.weights(provider, native_id)
                if weights is not None:
                    said = Claims(native_id="", open_weights=weights.open)
                    found[one.field] = self._at(PackedEvidence("", (), weights.why)), said
            elif one.open and one.field == "released":
                release = self._listings.release(provider, native_id)
                if release is not None:
                    at = self._at(PackedEvidence("", (), release.why))
                    found[one.field] = at, Claims(native_id="")
        return found

    def _dissents(
        self, native_id: str, taken: Iterable[Taken], of_base: Mapping[str, Group]
    ) -> Iterator[Dissent]:
        for one in taken:
            if one.others and one.field not in NO_DISSENT:
                if one.field in of_base:
                    at = of_base[one.field][0]
                else:
                    at = LEFT_OPEN if one.open else self._evidence(one)
                yield native_id, one.field, at, one.others

    def _evidence(self, taken: Taken) -> int:
        return self._at(PackedEvidence(taken.dataset, taken.agrees))

    def _at(self, evidence: PackedEvidence) -> int:
        return self._evidences.setdefault(evidence, len(self._evidences))


def _says_anything(claims: Claims) -> bool:
    return claims != Claims(native_id="")


def _aside(said: Mapping[str, Claims], taken: Iterable[Taken]) -> dict[str, Claims]:
    """What each dataset said that stands neither in a value taken nor in a dissent."""
    by_field = {one.field: one for one in taken}
    found = {}
    for dataset, claims in said.items():
        left = {
            field: value
            for field in JUDGED
            if (value := getattr(claims, field)) is not None
            and not _stands(value, dataset, by_field.get(field))
        }
        if left:
            found[dataset] = Claims(native_id="", **left)
    return found


def _stands(value: Any, dataset: str, taken: Taken | None) -> bool:
    if taken is None:
        return False
    if dataset in taken.others:
        return taken.field not in NO_DISSENT
    agrees = dataset == taken.dataset or dataset in taken.agrees
    return agrees and bool(value == taken.value)


def _still_served(taken: Iterable[Taken], published: date) -> bool:
    """Not past its last day, and not deprecated unless its last day is still to come."""
    value = {one.field: one.value for one in taken}
    retires_on = value.get("retires_on")
    if retires_on is not None:
        return bool(retires_on > published)
    return value.get("lifecycle") is not Lifecycle.DEPRECATED
