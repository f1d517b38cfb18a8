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
from .datasets import READERS
from .editions import Edition, packaged_editions, packaged_precedence
from .naming import Names, packaged
from .packfile import Dissent, Group, Packed, PackedEvidence, PackedProvider, pack
from .reconciling import Judge, Taken, reconcile

SERVED_BY = "models-dev"
"""The dataset whose lists are kept up to date; LiteLLM's keep ids long after they are gone."""
NO_DISSENT = frozenset({"name"})
"""Names differ by a space or a bracket; that is no disagreement about the model."""

Said: TypeAlias = dict[str, dict[str, dict[str, Claims]]]
"""Claims by provider, native id and dataset."""


def build(
    datasets: Mapping[str, bytes], editions: Mapping[str, Edition], names: Names | None = None
) -> bytes:
    """A pack of what `datasets` (name → published bytes) say together.

    Raises `BadReferenceData` naming the dataset that cannot be read.
    """
    names = packaged() if names is None else names
    judge = Judge(
        origins={name: edition.origin for name, edition in editions.items()},
        orders=packaged_precedence(),
    )
    said = _gather(datasets, editions, names)
    published = max(editions[name].published for name in datasets)
    evidences: dict[tuple[str, tuple[str, ...]], int] = {}
    providers = {
        provider: _provider(models, judge, evidences, published, free=names[provider].free)
        for provider, models in sorted(said.items())
    }
    return pack(
        Packed(
            version=", ".join(editions[name].label for name in sorted(datasets)),
            published=published,
            evidences=tuple(_evidence(*key, editions) for key in evidences),
            providers=providers,
        )
    )


def _gather(datasets: Mapping[str, bytes], editions: Mapping[str, Edition], names: Names) -> Said:
    said: Said = {}
    for dataset in sorted(datasets):
        try:
            for provider, claims in READERS[dataset](
                datasets[dataset], names, editions[dataset].published
            ):
                by_dataset = said.setdefault(provider, {}).setdefault(claims.native_id, {})
                earlier = by_dataset.get(dataset)
                by_dataset[dataset] = claims if earlier is None else _joined(earlier, claims)
        except (msgspec.DecodeError, ValueError) as error:
            raise BadReferenceData(f"dataset {dataset}: {error}") from None
    return said


def _joined(first: Claims, second: Claims) -> Claims:
    """Two records of one model in one dataset: what the first leaves open, the second may say."""
    more = {
        field: value
        for field in JUDGED
        if getattr(first, field) is None and (value := getattr(second, field)) is not None
    }
    return msgspec.structs.replace(first, **more)


def _provider(
    models: Mapping[str, Mapping[str, Claims]],
    judge: Judge,
    evidences: dict[tuple[str, tuple[str, ...]], int],
    published: date,
    *,
    free: bool,
) -> msgspec.Raw:
    groups: dict[str, list[Group]] = {}
    dissents: list[Dissent] = []
    serves = []
    for native_id, said in sorted(models.items()):
        taken = reconcile(said, judge, free=free)
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
    )
    return msgspec.Raw(msgspec.msgpack.encode(packed))


def _groups(
    native_id: str, taken: Iterable[Taken], evidences: dict[tuple[str, tuple[str, ...]], int]
) -> list[Group]:
    fields: dict[int, dict[str, Any]] = {}
    for one in taken:
        fields.setdefault(_position(one, evidences), {})[one.field] = one.value
    return [(at, Claims(native_id="", **said)) for at, said in fields.items()]


def _dissents(
    native_id: str, taken: Iterable[Taken], evidences: dict[tuple[str, tuple[str, ...]], int]
) -> Iterator[Dissent]:
    for one in taken:
        if one.others and one.field not in NO_DISSENT:
            yield native_id, one.field, _position(one, evidences), one.others


def _position(taken: Taken, evidences: dict[tuple[str, tuple[str, ...]], int]) -> int:
    return evidences.setdefault((taken.dataset, taken.agrees), len(evidences))


def _evidence(
    dataset: str, agrees: tuple[str, ...], editions: Mapping[str, Edition]
) -> PackedEvidence:
    edition = editions[dataset]
    others = ", ".join(editions[name].label for name in agrees)
    text = f"{edition.label}; agrees: {others}" if others else edition.label
    return PackedEvidence(text, edition.published)


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
