"""The packaged knowledge, read: what is known of exactly this id, and which ids a provider serves."""

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any, NamedTuple, final

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.errors import BadReferenceData
from ..domain.source import Evidence, Losing, Source
from . import manifest as manifests
from .evidences import evidences, of_edition
from .manifest import Manifest
from .packfile import (
    LEFT_OPEN,
    Dissent,
    Group,
    Packed,
    PackedEdition,
    PackedLent,
    PackedProvider,
    unpack,
)

FILE = "pack.bin"
Witness = tuple[Evidence, Claims]

_OPEN = "left open: no two origins agree"

_MODELS = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_GROUPS = msgspec.msgpack.Decoder(list[Group])
_DISSENTS = msgspec.msgpack.Decoder(list[Dissent])
_LENT = msgspec.msgpack.Decoder(dict[str, list[PackedLent]])


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """One field of one model on which datasets differ."""

    provider: str
    native_id: str
    field: str
    evidence: str
    """Whose value was taken, and who agrees, or that none was."""
    taken: Any
    """The value taken, as JSON would have it; `None` where the field is left open."""
    others: Mapping[str, Any]
    """What was said instead, by dataset."""


class Lent(NamedTuple):
    """One field that the listings of a base agree on, whoever serves it."""

    field: str
    value: Any
    evidence: Evidence
    not_to: Container[str]
    """Providers to which it is not lent."""


class EverybodyBut:
    """All providers there are but a few."""

    __slots__ = ("_but",)

    def __init__(self, but: Container[str]) -> None:
        self._but = but

    def __contains__(self, provider: object) -> bool:
        return provider not in self._but


class Size(NamedTuple):
    """How much is known of the models of a provider."""

    models: int
    claims: int
    """Fields of models of which something is said."""
    conflicts: int
    """Fields of models on which datasets differ."""


class _Room(msgspec.Struct, frozen=True):
    """One provider's part of the pack, decoded as far as the ids."""

    serves: tuple[str, ...]
    models: Mapping[str, msgspec.Raw]
    dissents: msgspec.Raw


_EMPTY = _Room((), {}, msgspec.Raw(msgspec.msgpack.encode([])))


@final
class Pack:
    """A knowledge pack. Parts are decoded when they are asked for; nothing is ever guessed.

    An id of which nothing is known gets nothing, however much it looks like another.
    """

    __slots__ = (
        "_evidences",
        "_lent",
        "_manifest",
        "_manifests",
        "_overruled",
        "_packed",
        "_rooms",
    )

    def __init__(self, packed: Packed, manifest: Callable[[str], Manifest]) -> None:
        self._packed = packed
        self._manifest = manifest
        self._manifests: dict[str, tuple[Manifest, dict[str, Witness]]] = {}
        self._rooms: dict[str, _Room] = {}
        self._overruled: dict[str, dict[str, tuple[Losing, ...]]] = {}
        self._evidences = tuple(evidences(packed))
        self._lent: dict[str, tuple[Lent, ...]] | None = None

    @property
    def editions(self) -> Mapping[str, PackedEdition]:
        """The editions that it was compiled from, by dataset."""
        return self._packed.editions

    @property
    def packed(self) -> Packed:
        """What it was read from."""
        return self._packed

    @property
    def date(self) -> date:
        """The day of its newest edition."""
        return self._packed.published

    def providers(self) -> tuple[str, ...]:
        """The providers of which it knows models, sorted."""
        return tuple(self._packed.providers)

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        """The native ids that the provider is known to serve, without those whose last day is past.

        From the hand-kept manifest and, unless that is complete, from the datasets that keep
        their lists up to date. Empty when nobody keeps a list.
        """
        by_hand, _ = self._by_hand(provider_id)
        ids = [
            row.id
            for row in by_hand.rows
            if row.retires_on is None or row.retires_on > self._packed.published
        ]
        listed = {row.id for row in by_hand.rows}
        if not by_hand.complete:
            ids.extend(one for one in self._room(provider_id).serves if one not in listed)
        return tuple(ids)

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What is known of exactly this id, the hand-kept row first; empty when nothing is."""
        _, rows = self._by_hand(provider_id)
        said = [rows[native_id]] if native_id in rows else []
        said.extend(self._groups(provider_id, native_id))
        return tuple(said)

    def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
        """What datasets say of this id and the other listings of its base overrule, with the reason;
        empty for nearly all ids."""
        if provider_id not in self._overruled:
            found: dict[str, list[Losing]] = {}
            for one, lost in self._dissenting(provider_id):
                found.setdefault(one, []).append(lost)
            self._overruled[provider_id] = {one: tuple(lost) for one, lost in found.items()}
        return self._overruled[provider_id].get(native_id, ())

    def lent(self, base: str) -> tuple[Lent, ...]:
        """What may be taken for true of any model of this base; empty when too few speak of it."""
        if self._lent is None:
            self._lent = dict(_lent(self._packed))
        return self._lent.get(base, ())

    def size(self, provider_id: str) -> Size:
        """How much is known of a provider's models."""
        room = self._room(provider_id)
        said = (claims for raw in room.models.values() for _, claims in _GROUPS.decode(raw))
        return Size(
            models=len(room.models),
            claims=sum(getattr(claims, field) is not None for claims in said for field in JUDGED),
            conflicts=len(_DISSENTS.decode(room.dissents)),
        )

    def conflicts(self, provider_id: str | None = None) -> Iterator[Conflict]:
        """Every field on which datasets differ, by provider and id; of one provider, or of all."""
        for provider in self._packed.providers if provider_id is None else (provider_id,):
            for native_id, field, at, others in _DISSENTS.decode(self._room(provider).dissents):
                evidence = None if at == LEFT_OPEN else self._evidences[at]
                values = (
                    getattr(claims, field)
                    for witness, claims in self._groups(provider, native_id)
                    if witness is evidence
                )
                yield Conflict(
                    provider=provider,
                    native_id=native_id,
                    field=field,
                    evidence=_OPEN if evidence is None else evidence.evidence,
                    taken=msgspec.to_builtins(next(values, None)),
                    others=others,
                )

    def _dissenting(self, provider_id: str) -> Iterator[tuple[str, Losing]]:
        for native_id, field, at, others in _DISSENTS.decode(self._room(provider_id).dissents):
            why = "" if at == LEFT_OPEN else self._packed.evidences[at].guess
            for dataset, raw in others.items() if why else ():
                said = msgspec.convert({"native_id": native_id, field: raw}, Claims)
                evidence = of_edition(self._packed.editions[dataset], ())
                lost = Losing(
                    field=field, value=getattr(said, field), evidence=evidence, reason=why
                )
                yield native_id, lost

    def _groups(self, provider_id: str, native_id: str) -> Iterator[Witness]:
        raw = self._room(provider_id).models.get(native_id)
        for at, claims in _GROUPS.decode(raw) if raw is not None else ():
            yield self._evidences[at], msgspec.structs.replace(claims, native_id=native_id)

    def _room(self, provider_id: str) -> _Room:
        if provider_id not in self._rooms:
            raw = self._packed.providers.get(provider_id)
            self._rooms[provider_id] = _EMPTY if raw is None else _opened(raw)
        return self._rooms[provider_id]

    def _by_hand(self, provider_id: str) -> tuple[Manifest, dict[str, Witness]]:
        if provider_id not in self._manifests:
            found = self._manifest(provider_id)
            self._manifests[provider_id] = found, _witnesses(found)
        return self._manifests[provider_id]


def _lent(packed: Packed) -> Iterator[tuple[str, tuple[Lent, ...]]]:
    since = datetime.combine(packed.published, time(), UTC)
    for base, entries in _LENT.decode(packed.lent).items():
        yield base, tuple(_lending(base, one, since) for one in entries)


def _lending(base: str, entry: PackedLent, since: datetime) -> Lent:
    said = ((field, getattr(entry.claims, field)) for field in JUDGED)
    field, value = next(one for one in said if one[1] is not None)
    evidence = Evidence(
        source=Source.HEURISTIC,
        evidence=f"by base {base}: {entry.agreeing} of {entry.of} listings",
        observed_at=since,
    )
    not_to = EverybodyBut(entry.only_to) if entry.only_to else entry.not_to
    return Lent(field, value, evidence, not_to)


def _opened(raw: msgspec.Raw) -> _Room:
    packed = msgspec.msgpack.decode(raw, type=PackedProvider)
    return _Room(packed.serves, _MODELS.decode(packed.models), packed.dissents)


def _witnesses(manifest: Manifest) -> dict[str, Witness]:
    """Rows that state something; those with equal evidence share one object."""
    shared: dict[Evidence, Evidence] = {}
    return {
        row.id: (shared.setdefault(row.evidence, row.evidence), row.claims)
        for row in manifest.rows
        if row.claims != Claims(native_id=row.id)
    }


def load(body: bytes | None = None) -> Pack:
    """The pack in `body`, or the packaged one; raises `BadReferenceData` when it is damaged.

    The packaged manifests go with either.
    """
    name = f"knowledge/{FILE}" if body is None else "the knowledge pack given"
    if body is None:
        body = files(__package__).joinpath(FILE).read_bytes()
    try:
        packed = unpack(body)
    except ValueError as error:
        raise BadReferenceData(f"{name} is damaged: {error}") from None
    return Pack(packed, manifests.packaged)
