"""From a catalog's text back to the values of the domain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ..domain.catalog import ListingStamp, PageRef
from ..domain.model import Model, Tier
from ..domain.outcome import Outcome
from ..domain.provider import Provider
from ..domain.source import Evidence, Losing

_model = msgspec.json.Decoder(Model)
_pages = msgspec.json.Decoder(tuple[PageRef, ...])
_provider = msgspec.json.Decoder(Provider)
_evidence = msgspec.json.Decoder(Evidence)
_losing = msgspec.json.Decoder(list[tuple[str, Any, int, str]])


def model(document: str) -> Model:
    """A model from its JSON; raises `ValueError` when it is damaged."""
    return _decoded(_model, document)  # type: ignore[no-any-return]


def provider_row(row: str) -> Provider:
    """A provider from its JSON; raises `ValueError` when it is damaged."""
    return _decoded(_provider, row)  # type: ignore[no-any-return]


def listing_stamp(row: tuple[Any, ...]) -> ListingStamp:
    """A connection's stamp from its row; raises `ValueError` when it is damaged."""
    fetched_at, checked_at = row[6:8]
    return ListingStamp(
        provider=row[1],
        connection=row[2],
        tier=Tier(row[3]),
        callable=bool(row[4]),
        hash=row[5],
        fetched_at=None if fetched_at is None else datetime.fromisoformat(fetched_at),
        checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
        outcome=Outcome(row[8]),
        message=row[9],
        complete=bool(row[10]),
        models=row[11],
        pages=_decoded(_pages, row[12]),
    )


def losing(claims: str, witnesses: Mapping[int, str]) -> tuple[Losing, ...]:
    """Claims that lost, from their JSON; raises `ValueError` when it is damaged."""
    told: list[tuple[str, Any, int, str]] = _decoded(_losing, claims)
    known = {number: _decoded(_evidence, text) for number, text in witnesses.items()}
    return tuple(
        Losing(field=field, value=value, evidence=known[number], reason=reason)
        for field, value, number, reason in told
    )


def _decoded(decoder: Any, text: str) -> Any:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
