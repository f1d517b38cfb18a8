"""What a refresh begins with: the catalog in force, or what is left where that was damaged."""

from pathlib import Path
from typing import NamedTuple

from ..domain.catalog import HeldListing, ListingStamp
from ..domain.errors import StorageError
from ..storage import kept_lists
from ..storage.blobs import Blobs
from ..storage.catalog_file import CatalogFile
from ..storage.publishing import current, lost


class BegunWith(NamedTuple):
    """The earlier catalog and the lists whose pages are read again."""

    catalog: CatalogFile | None
    """`None` when there is none that can be read."""
    stamps: dict[str, ListingStamp]
    """Connection → its list."""
    held: dict[str, HeldListing]
    """Connection → the list of it that is set aside."""
    warning: str = ""
    """What was lost and what stands in for it; empty when nothing was."""


def begun_with(catalogs: Path, blobs: Blobs) -> BegunWith:
    """What there is to begin with. Where the catalog in force is lost, what is said beside the raw
    pages names the lists; where a page of a list is lost too, an earlier catalog's list does."""
    path = current(catalogs, thorough=True)
    gone = lost(catalogs, path)
    catalog = _readable(path)
    stamps = {stamp.connection: stamp for stamp in catalog.listings()} if catalog else {}
    held = catalog.held() if catalog else {}
    if not gone:
        return BegunWith(catalog, stamps, held)
    said = kept_lists.read(blobs.folder)
    again = {
        stamp.connection: stamp
        for stamp in said.listings
        if stamp.pages and all(blobs.get(page.hash) is not None for page in stamp.pages)
    }
    if said.listings:
        held = {aside.connection: aside for aside in said.held}
    return BegunWith(catalog, stamps | again, held, _told(catalogs, catalog, len(again)))


def _told(catalogs: Path, catalog: CatalogFile | None, again: int) -> str:
    reread = f"the lists of {again} connections were read again from the pages kept here"
    if catalog is not None:
        at = f"{catalog.stamp.published_at:%Y-%m-%d %H:%M} UTC"
        return (
            f"the catalog in force in {catalogs} was damaged and the one of {at} took its place:"
            f" {reread if again else 'its lists are shown'}; changes recorded since then are lost"
        )
    instead = "packaged lists stand in until `modeldex refresh` has asked the providers"
    return (
        f"no catalog in {catalogs} could be read, each is damaged or of another version:"
        f" {reread if again else instead}; what was remembered of models and changes is lost"
    )


def _readable(path: Path | None) -> CatalogFile | None:
    """The catalog in force; one of another format, or damaged, is replaced and not read."""
    if path is None:
        return None
    try:
        return CatalogFile(path)
    except StorageError:
        return None
