"""What is remembered of each public dataset between two askings, so that it is fetched only when it changed."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from ..domain.outcome import Outcome
from . import durable


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """The last asking for one dataset, and by what the edition in hand is known."""

    url: str
    at: datetime
    """When it was last asked for, aware UTC."""
    outcome: Outcome
    message: str = ""
    pack: str = ""
    """Hash of the pack in force afterwards; the rest means nothing to another pack."""
    etag: str | None = None
    last_modified: str | None = None
    """The validators of the edition that was taken last; `None` when it had none."""
    body: str = ""
    """SHA-256 of that edition, hexadecimal; empty when none was taken."""


_VISITS = msgspec.json.Decoder(dict[str, Visit])


class Visits:
    """The file `datasets.json` of a folder. A damaged one is set aside: then all is asked anew."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "datasets.json"

    def read(self) -> dict[str, Visit]:
        """The last visit to each dataset by its name; empty where nothing is remembered."""
        try:
            return _VISITS.decode(self.path.read_bytes())
        except OSError:
            return {}
        except (msgspec.DecodeError, UnicodeDecodeError):
            durable.set_aside(self.path)
            return {}

    def write(self, visits: Mapping[str, Visit]) -> None:
        """Remember these visits and no others; raises `StorageError` when it cannot."""
        durable.private_folder(self.path.parent)
        with durable.writing_to(self.path):
            durable.put_whole(self.path, msgspec.json.format(msgspec.json.encode(visits)))
