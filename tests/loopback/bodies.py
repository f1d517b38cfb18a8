"""Where the served bodies come from: full recordings, small ones, or a few records made here."""

import gzip
from functools import lru_cache
from pathlib import Path

import msgspec

from .feed import Feed, feed
from .mounting import Served

SMALL = Path(__file__).parent.parent / "recordings"
FULL = Path(__file__).parent.parent.parent.parent / "shared" / "recordings"


class Bodies(msgspec.Struct, frozen=True):
    """Small bodies by default; with a folder of full recordings those first."""

    full: Path | None = None
    small: Path = SMALL

    @classmethod
    def recorded(cls) -> "Bodies":
        """The full recordings beside the project where they are, else the small bodies."""
        return cls(full=FULL if FULL.is_dir() else None)

    def feed(self, served: Served) -> Feed:
        """The list that a route serves."""
        return _feed(self, served)

    def body(self, served: Served) -> bytes:
        if self.full and served.full:
            recorded = gzip.decompress((self.full / f"{served.full}.json.gz").read_bytes())
            return served.shape(recorded) if served.shape else recorded
        path = self.small / f"{served.small}.json"
        if path.is_file():
            return path.read_bytes()
        if served.tiny:
            return served.tiny(b"")
        return served.shape(_bare()) if served.shape else _bare(served.at, served.id_key)


@lru_cache(maxsize=128)
def _feed(bodies: Bodies, served: Served) -> Feed:
    body = bodies.body(served)
    if served.raw:
        return Feed(body=body, at="", id_key="", records=())
    return feed(body, at=served.at, id_key=served.id_key)


def _bare(at: str = "data", id_key: str = "id") -> bytes:
    """Three records with nothing but names."""
    records = [
        {id_key: f"loopback-{size}", "object": "model", "created": 1767225600, "type": "chat"}
        for size in ("small", "medium", "large")
    ]
    return msgspec.json.encode({at: records} if at else records)
