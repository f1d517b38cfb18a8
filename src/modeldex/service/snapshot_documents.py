"""The documents beside a catalog that people and other programs read without opening it."""

import base64
import gzip
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from ..domain.catalog import ListingStamp
from ..domain.lifecycle import Lifecycle
from ..domain.memory import Remembered
from ..storage.blobs import Blobs
from ..storage.catalog_file import CatalogFile
from ..storage.snapshots import Version


def curated(file: CatalogFile, version: Version) -> bytes:
    """`curated.json`: the model to start with at each provider, and the shortlist, with all that is
    known of these models."""
    chosen, picks = dict(sorted(file.recommended().items())), file.picks()
    named = sorted({*chosen.values(), *(one for ids in picks.values() for one in ids)})
    models = (file.get(name) for name in named)
    return _document(
        _head(version)
        | {
            "recommended": chosen,
            "picks": picks,
            "models": [model for model in models if model is not None],
        }
    )


def deprecations(file: CatalogFile, version: Version) -> bytes:
    """`deprecations.json`: what is announced to end, what has ended, and where old ids lead."""
    lives = sorted(
        (name, provider, life)
        for provider, one in file.remembering().items()
        for name, life in one.memory.models.items()
    )
    redirects = {name: _leads(provider, life) for name, provider, life in lives}
    return _document(
        _head(version)
        | {
            "redirects": {name: to for name, to in redirects.items() if to is not None},
            "deprecated": [
                _ending(name, life)
                for name, _, life in lives
                if life.lifecycle is Lifecycle.DEPRECATED
            ],
            "tombstones": [
                _ending(name, life) | {"model": file.tombstone(name)}
                for name, _, life in lives
                if life.tombstone is not None
            ],
        }
    )


def _leads(provider: str, life: Remembered) -> dict[str, str] | None:
    """Where an id leads: to its new name, or to what its provider puts in its place."""
    if life.renamed_to is not None:
        return {"to": life.renamed_to, "because": "renamed"}
    if life.successor is not None and life.lifecycle is not Lifecycle.ACTIVE:
        return {"to": f"{provider}/{life.successor}", "because": "successor"}
    return None


def _ending(id: str, life: Remembered) -> dict[str, Any]:
    return {
        "id": id,
        "lifecycle": life.lifecycle,
        "first_seen": life.first_seen,
        "last_seen": life.last_seen,
        "missing_since": life.missing_since,
        "retires_on": life.retires_on,
        "successor": life.successor,
        "removed_at": life.tombstone,
    }


def raw(stamp: ListingStamp, fetched_at: datetime, blobs: Blobs) -> bytes | None:
    """`raw/<provider>/<hour>.json.gz`: every page of a list; `None` when one is lost here."""
    pages = list(_pages(stamp, blobs))
    if len(pages) != len(stamp.pages):
        return None
    said = {
        "provider": stamp.provider,
        "connection": stamp.connection,
        "fetched_at": fetched_at,
        "tier": stamp.tier,
        "complete": stamp.complete,
        "hash": stamp.hash,
        "pages": pages,
    }
    return gzip.compress(_document(said), mtime=0)


def _pages(stamp: ListingStamp, blobs: Blobs) -> Iterator[dict[str, Any]]:
    for page in stamp.pages:
        body = blobs.get(page.hash)
        if body is None:
            return
        yield {
            "hash": page.hash,
            "url": page.url,
            "fetched_at": page.fetched_at,
            "ask": page.ask,
            **_text(body),
        }


def _text(body: bytes) -> dict[str, str]:
    """The body as it came: as text where it is any."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def body_of(page: Any) -> bytes:
    """The body of a page of a raw document, as it came; raises `ValueError` for none."""
    if isinstance(page.get("body"), str):
        return str(page["body"]).encode()
    return base64.b64decode(page.get("base64", "!"), validate=True)


def _head(version: Version) -> dict[str, Any]:
    return {
        "catalog": version.hash,
        "sequence": version.sequence,
        "published_at": version.published_at,
    }


def _document(said: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"
