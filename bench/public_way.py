"""Whether announced successors reach those who ask: a fresh catalog is asked by id, as people do.

The rows are those of the packaged tables, and most of their models are in no list any more. A row
counts where its end has come and its successor, or the successor of that, is there to stay.
"""

from collections.abc import Container
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from msgspec.structs import replace

from modeldex.domain.catalog import How, ListingStamp
from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.knowledge.known import Known
from modeldex.providers import packaged
from modeldex.rules.standing_in import can_stand_in
from modeldex.service.announced import Announcement, announcements
from modeldex.service.assembling import Part, assemble
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.writing import write

from .synthetic import NOW

TODAY = NOW.date()


class Way(NamedTuple):
    """What became of the announced ends that have come, of models in no list."""

    asked: int
    there: int
    """Those with a successor that is there."""
    led: int
    """Those of them that led to it."""
    silent: tuple[str, ...]
    """Ids that passed through with nothing beside them, though models like them are there."""
    refused: tuple[str, ...]
    """Places that are deprecated, about to retire, out of reach or at a service that is closed."""


def fresh(path: Path, only: Container[str] = packaged()) -> Catalog:
    """The catalog of somebody who never asked a provider and has no key."""
    known = Known.packaged()
    parts = [Part(row, _unasked(name), None) for name, row in packaged().items() if name in only]
    write(path, assemble(parts, known, {}, NOW))
    return Catalog(CatalogFile(path), {}, NOW)


def _unasked(provider: str) -> ListingStamp:
    return ListingStamp(
        provider=provider,
        connection=f"{provider}:0",
        tier=Tier.MANIFEST,
        callable=False,
        hash="",
        fetched_at=None,
        checked_at=None,
        outcome=Outcome.NO_KEY,
    )


def walked() -> Way:
    """Every announced end, asked for by id."""
    with TemporaryDirectory() as folder:
        catalog = fresh(Path(folder) / "fresh.db")
        over = [one for one in announcements().values() if one.over(TODAY)]
        unlisted = [one for one in over if catalog.get(one.id) is None]
        found = {one.id: catalog.resolve(one.id) for one in unlisted}
        heirs = {one.id: heir for one in unlisted if (heir := _heir(catalog, one, ()))}
        return Way(
            asked=len(unlisted),
            there=len(heirs),
            led=sum(found[one].id == heir for one, heir in heirs.items()),
            silent=tuple(
                one
                for one, where in found.items()
                if where.how is How.PASSED_THROUGH and not where.alternatives
                if _has_kin(catalog, one)
            ),
            refused=tuple(
                where.id
                for one, where in found.items()
                if where.id != one and not _fits(catalog, where.id)
            ),
        )


def _heir(catalog: Catalog, gone: Announcement, before: tuple[str, ...]) -> str | None:
    """The named successor that is there to stay, or the first of those that came after it."""
    for heir in gone.successors:
        place = f"{gone.provider}/{heir}"
        if _fits(catalog, place):
            return place
        then = announcements().get(place)
        if then is not None and place not in before:
            return _heir(catalog, then, (*before, gone.id))
    return None


def _fits(catalog: Catalog, id: str) -> bool:
    model = catalog.get(id)
    closed = packaged()[id.partition("/")[0]].retired
    return model is not None and not closed and can_stand_in(replace(model, available=None), TODAY)


def _has_kin(catalog: Catalog, id: str) -> bool:
    """Whether its provider has a model of its first word that is there to stay."""
    provider, _, native = id.partition("/")
    head = native.partition("-")[0]
    return any(
        one.native_id.startswith(head) and _fits(catalog, one.id)
        for one in catalog.find(provider=provider)
    )
