"""From the public datasets to one small pack: read, reconcile by origin, write; same input, same bytes."""

import gzip
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.errors import BadReferenceData
from ..domain.lifecycle import Lifecycle
from . import bases
from .datasets import COPIED, READERS
from .datasets.records import UNREADABLE, Losses
from .editions import Edition, packaged_editions, packaged_precedence
from .lending import lendable
from .naming import Names, packaged
from .packfile import (
    Dissent,
    Group,
    Packed,
    PackedEdition,
    PackedEvidence,
    PackedLent,
    PackedProvider,
    pack,
)
from .reconciling import Judge, Taken, reconcile

SERVED_BY = "models-dev"
"""The dataset whose lists are kept up to date; LiteLLM's keep ids long after they are gone."""
NO_DISSENT = frozenset({"name"})
"""Names differ by a space or a bracket; that is no disagreement about the model."""
MOST_RECORDS = 100_000
"""Records of one dataset beyond which it is no longer taken for one."""

Models: TypeAlias = dict[str, dict[str, Claims]]
"""Claims of one dataset by provider and native id."""
Evidences: TypeAlias = dict[PackedEvidence, int]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """All that one edition of a dataset says of our providers' models."""

    edition: Edition
    models: Models
    records: int
    """Records read, those of one model counted each."""
    lost: int = 0
    """Records that could not be read."""
    copied: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    """By provider: native ids to which it copies another one's price."""


def read(dataset: str, body: bytes, edition: Edition, names: Names | None = None) -> Said:
    """What a dataset's published bytes say; a record that cannot be read is counted as lost.

    Raises `BadReferenceData` naming the dataset when the whole is none.
    """
    names = packaged() if names is None else names
    models: Models = {}
    lost: Losses = []
    records = 0
    try:
        for provider, claims in READERS[dataset](body, names, edition.published, lost):
            records += 1
            if records > MOST_RECORDS:
                raise BadReferenceData(f"dataset {dataset}: more than {MOST_RECORDS} records")
            by_id = models.setdefault(provider, {})
            earlier = by_id.get(claims.native_id)
            by_id[claims.native_id] = claims if earlier is None else _joined(earlier, claims)
        copied = COPIED[dataset](body, names) if dataset in COPIED else {}
    except UNREADABLE as error:
        raise BadReferenceData(f"dataset {dataset}: {error}") from None
    return Said(edition=edition, models=models, records=records, lost=len(lost), copied=copied)


def compiled(said: Mapping[str, Said], names: Names | None = None) -> bytes:
    """A pack of what the datasets (by name) say together."""
    names = packaged() if names is None else names
    judge = Judge(
        origins={name: one.edition.origin for name, one in said.items()},
        orders=packaged_precedence(),
        days={name: one.edition.published for name, one in said.items()},
    )
    published = max(one.edition.published for one in said.values())
    evidences: Evidences = {}
    providers = {
        provider: _provider(
            _by_id(provider, said),
            _copied(provider, said),
            judge,
            evidences,
            published,
            free=_charges_nothing(provider, names),
        )
        for provider in sorted({provider for one in said.values() for provider in one.models})
    }
    editions = {name: packed_edition(said[name]) for name in sorted(said)}
    return pack(
        Packed(
            editions=editions,
            evidences=tuple(evidences),
            providers=providers,
            lent=msgspec.Raw(msgspec.msgpack.encode(_lent(said))),
        )
    )


def build(
    datasets: Mapping[str, bytes], editions: Mapping[str, Edition], names: Names | None = None
) -> bytes:
    """A pack of `datasets` (name → published bytes).

    Raises `BadReferenceData` naming the dataset that cannot be read.
    """
    said = {name: read(name, body, editions[name], names) for name, body in datasets.items()}
    return compiled(said, names)


def _joined(first: Claims, second: Claims) -> Claims:
    """Two records of one model in one dataset: what the first leaves open, the second may say."""
    more = {
        field: value
        for field in JUDGED
        if getattr(first, field) is None and (value := getattr(second, field)) is not None
    }
    return msgspec.structs.replace(first, **more)


def _charges_nothing(provider: str, names: Names) -> bool:
    return provider in names and names[provider].free


def packed_edition(said: Said) -> PackedEdition:
    """What a pack remembers of an edition."""
    edition = said.edition
    return PackedEdition(
        name=edition.name,
        version=edition.version,
        published=edition.published,
        licence=edition.licence,
        link=edition.link,
        records=said.records,
        lost=said.lost,
    )


def _by_id(provider: str, said: Mapping[str, Said]) -> dict[str, dict[str, Claims]]:
    """The claims of each dataset about each model of a provider."""
    models: dict[str, dict[str, Claims]] = {}
    for dataset in sorted(said):
        for native_id, claims in said[dataset].models.get(provider, {}).items():
            models.setdefault(native_id, {})[dataset] = claims
    return models


def _copied(provider: str, said: Mapping[str, Said]) -> dict[str, frozenset[str]]:
    """Native ids to which a dataset copies another one's price, by dataset."""
    return {
        dataset: one.copied[provider]
        for dataset, one in sorted(said.items())
        if provider in one.copied
    }


def _lent(said: Mapping[str, Said]) -> Mapping[str, list[PackedLent]]:
    """What listings of one base agree on; datasets of one origin speak once."""
    models: dict[str, dict[str, dict[str, Claims]]] = {}
    for dataset in sorted(said):
        of_origin = models.setdefault(said[dataset].edition.origin, {})
        for provider, by_id in said[dataset].models.items():
            known = of_origin.setdefault(provider, {})
            for native_id, claims in by_id.items():
                earlier = known.get(native_id)
                known[native_id] = claims if earlier is None else _joined(earlier, claims)
    return lendable(models, bases.packaged())


def _provider(
    models: Mapping[str, Mapping[str, Claims]],
    copied: Mapping[str, frozenset[str]],
    judge: Judge,
    evidences: Evidences,
    published: date,
    *,
    free: bool,
) -> msgspec.Raw:
    groups: dict[str, list[Group]] = {}
    dissents: list[Dissent] = []
    aside: dict[str, dict[str, Claims]] = {}
    serves = []
    for native_id, said in sorted(models.items()):
        copies = frozenset(dataset for dataset, ids in copied.items() if native_id in ids)
        taken = reconcile(said, judge, free=free, copies=copies)
        if unsaid := _aside(said, taken):
            aside[native_id] = unsaid
        if not taken:
            continue
        groups[native_id] = _groups(native_id, taken, evidences)
        dissents.extend(_dissents(native_id, taken, evidences))
        if SERVED_BY in said and _still_served(taken, published):
            serves.append(native_id)
    packed = PackedProvider(
        serves=tuple(serves),
        models=msgspec.Raw(msgspec.msgpack.encode(groups)),
        dissents=msgspec.Raw(msgspec.msgpack.encode(dissents)),
        aside=msgspec.Raw(msgspec.msgpack.encode(aside)),
        copied={dataset: tuple(sorted(ids)) for dataset, ids in copied.items()},
    )
    return msgspec.Raw(msgspec.msgpack.encode(packed))


def _groups(native_id: str, taken: Iterable[Taken], evidences: Evidences) -> list[Group]:
    fields: dict[int, dict[str, Any]] = {}
    for one in taken:
        fields.setdefault(_position(one, evidences), {})[one.field] = one.value
    return [(at, Claims(native_id="", **said)) for at, said in fields.items()]


def _dissents(native_id: str, taken: Iterable[Taken], evidences: Evidences) -> Iterator[Dissent]:
    for one in taken:
        if one.others and one.field not in NO_DISSENT:
            yield native_id, one.field, _position(one, evidences), one.others


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


def _position(taken: Taken, evidences: Evidences) -> int:
    return evidences.setdefault(PackedEvidence(taken.dataset, taken.agrees), len(evidences))


def _still_served(taken: Iterable[Taken], published: date) -> bool:
    """Not past its last day, and not deprecated unless its last day is still to come."""
    value = {one.field: one.value for one in taken}
    retires_on = value.get("retires_on")
    if retires_on is not None:
        return bool(retires_on > published)
    return value.get("lifecycle") is not Lifecycle.DEPRECATED


def read_folder(folder: Path, editions: Mapping[str, Edition]) -> dict[str, bytes]:
    """The datasets of `editions` from a folder of gzipped files."""
    return {
        name: gzip.decompress((folder / edition.file).read_bytes())
        for name, edition in editions.items()
    }


def main(arguments: list[str]) -> int:
    """`python -m modeldex.knowledge.compiling DATASET_FOLDER OUT`."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m modeldex.knowledge.compiling DATASET_FOLDER OUT\n")
        return 2
    editions = packaged_editions()
    built = build(read_folder(Path(arguments[0]), editions), editions)
    Path(arguments[1]).write_bytes(built)
    sys.stdout.write(f"{arguments[1]}: {len(built)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
