"""What a provider's list really gave, told from the facts that rest on it."""

import msgspec

from ..domain.claims import JUDGED
from ..domain.query import Condition, Op, Query
from ..domain.source import Source
from ..storage.catalog_file import CatalogFile

_SAID_BY_ALL = frozenset({"name", "created"})


class _Evidence(msgspec.Struct):
    source: str


class _Document(msgspec.Struct):
    sources: dict[str, _Evidence]


def gave(file: CatalogFile, provider: str, connection: str) -> tuple[str, ...] | None:
    """The fields beside the id that the list of a connection (`Connection.id`) gave, those that
    became facts; `None` when the list shown is not from that connection."""
    if not any(one.connection == connection and one.hash for one in file.listings()):
        return None
    served = Query(conditions=(Condition(field="provider", op=Op.EQ, values=(provider,)),))
    one_of_each = {kind: place for place, kind in file.rows(served, ("place", "provenance"))}
    found = {
        field
        for document, _ in file.at(one_of_each.values())
        for field, evidence in msgspec.json.decode(document, type=_Document).sources.items()
        if evidence.source == Source.API
    }
    return tuple(field for field in JUDGED if field in found - _SAID_BY_ALL)
