"""The shortlist of what can be called here: made for each catalog, and for each who reads one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from ..domain.capability import Kind, Modality
from ..domain.catalog import CatalogContent
from ..domain.model import Model
from ..domain.shortlist import Bucket, Measured, Shortlist
from ..knowledge import benchmarks, curation
from ..rules.shortlisting import shortlist
from ..storage.catalog_file import CatalogFile


def picked(
    content: CatalogContent,
    previous: CatalogFile | None,
    measured: Mapping[str, Measured] | None = None,
) -> CatalogContent:
    """The content with the picks of its models: of those that can be called, or of all where none
    can. What was picked in the catalog before keeps its place unless another is well ahead.
    `measured` holds observations by model id."""
    models = tuple(content.models)
    callable_ids = frozenset[str]().union(
        *(content.opened.get(one.connection, ()) for one in content.listings if one.callable)
    )
    closed = frozenset(row.id for row in content.providers if row.retired)
    chosen = picks(
        [
            model
            for model in models
            if model.provider not in closed and (not callable_ids or model.id in callable_ids)
        ],
        content.published_at.date(),
        previous.picks() if previous else {},
        measured,
    )
    ids = {bucket.value: tuple(p.id for p in found) for bucket, found in chosen.buckets.items()}
    return replace(content, models=models, history=replace(content.history, picks=ids))


def picks(
    models: Iterable[Model],
    today: date,
    incumbents: Mapping[str, Sequence[str]],
    measured: Mapping[str, Measured] | None = None,
) -> Shortlist:
    """The shortlist among `models`; raises `BadReferenceData` when a packaged file is wrong."""
    return shortlist(
        _answering(models),
        today,
        benchmarks=benchmarks.packaged(),
        measured=measured,
        core=curation.packaged().core,
        incumbents={bucket: incumbents.get(bucket, ()) for bucket in Bucket},
    )


def _answering(models: Iterable[Model]) -> Iterator[Model]:
    """The models that some bucket could take."""
    for model in models:
        if model.kind in (Kind.CHAT, Kind.IMAGE) or Modality.IMAGE in (
            model.output_modalities or ()
        ):
            yield model
