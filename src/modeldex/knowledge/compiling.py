"""From the public datasets to one small pack: read, reconcile by origin, write; same input, same bytes."""

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from ..domain.claims import JUDGED, Claims
from ..domain.errors import BadReferenceData
from . import bases
from .datasets import COPIED, READERS
from .datasets.records import UNREADABLE, Losses
from .editions import Edition, packaged_editions, packaged_precedence
from .elsewhere import Listings
from .lending import lendable
from .naming import Names, packaged
from .packfile import Packed, PackedEdition, pack
from .packing import Rooms
from .reconciling import Judge

MOST_RECORDS = 100_000
"""Records of one dataset beyond which it is no longer taken for one."""

Models: TypeAlias = dict[str, dict[str, Claims]]
"""Claims of one dataset by provider and native id."""


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
    of_bases = listings(said)
    lent = lendable(of_bases)
    rooms = Rooms(judge, published, of_bases, lent)
    providers = {
        provider: rooms.packed(
            provider,
            _by_id(provider, said),
            _copied(provider, said),
            free=_charges_nothing(provider, names),
        )
        for provider in sorted({provider for one in said.values() for provider in one.models})
    }
    editions = {name: packed_edition(said[name]) for name in sorted(said)}
    return pack(
        Packed(
            editions=editions,
            evidences=rooms.evidences,
            providers=providers,
            lent=msgspec.Raw(msgspec.msgpack.encode(lent)),
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


def listings(said: Mapping[str, Said]) -> Listings:
    """What is said of each base; datasets of one origin speak once."""
    models: dict[str, dict[str, dict[str, Claims]]] = {}
    for dataset in sorted(said):
        of_origin = models.setdefault(said[dataset].edition.origin, {})
        for provider, by_id in said[dataset].models.items():
            known = of_origin.setdefault(provider, {})
            for native_id, claims in by_id.items():
                earlier = known.get(native_id)
                known[native_id] = claims if earlier is None else _joined(earlier, claims)
    return Listings(models, bases.packaged())


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
