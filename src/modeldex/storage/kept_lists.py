"""Which lists the raw pages of a folder belong to, said beside the pages: should every catalog be
damaged, the pages can still be read again."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from ..domain.catalog import HeldListing, ListingStamp
from . import durable

_FILE = "lists.json"
_FORMAT = 1


class KeptLists(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of the catalog that was published last."""

    format: int = _FORMAT
    listings: tuple[ListingStamp, ...] = ()
    held: tuple[HeldListing, ...] = ()
    """Those that were set aside."""


_decoder = msgspec.json.Decoder(KeptLists)


def write(folder: Path, listings: Iterable[ListingStamp], held: Iterable[HeldListing]) -> None:
    """Say whose pages `folder` holds; raises `StorageError` where it cannot be written."""
    said = KeptLists(listings=tuple(listings), held=tuple(held))
    durable.private_folder(folder)
    with durable.writing_to(folder):
        durable.put_whole(folder / _FILE, msgspec.json.encode(said))


def read(folder: Path) -> KeptLists:
    """What was said last; nothing where it is missing, damaged or of another version."""
    try:
        found = _decoder.decode((folder / _FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return KeptLists()
    return found if found.format == _FORMAT else KeptLists()
