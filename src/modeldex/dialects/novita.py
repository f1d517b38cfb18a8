"""Novita's list: prices are whole ten-thousandths of a USD per million tokens, -1 is unknown.

A status of 1 is an active model, 4 was seen on suspended ones; any other says nothing.
Source: https://novita.ai/docs/api-reference/model-apis-llm-list-models
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec import Raw

from ..domain.capability import Access
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .additions import UNREAD, Additions, added
from .fields import charged, price, ten_thousandths_per_million, unix_seconds
from .reading import read_list

_SUSPENDED = 4


class PerMillion(msgspec.Struct):
    price_per_m: Decimal | None = None


class Record(Additions):
    id: str
    created: float | None = None
    model_type: str | None = None
    status: int | None = None
    input_token_price_per_m: Decimal | None = None
    output_token_price_per_m: Decimal | None = None


def claims(record: Record) -> Claims:
    record.mode = record.model_type
    suspended = record.status == _SUSPENDED
    return msgspec.structs.replace(
        added(record.id, record, None),
        access=Access.NOT_CALLABLE if suspended else None,
        access_note="its provider has suspended it" if suspended else None,
        created=unix_seconds(record.created),
        price=price(
            input=ten_thousandths_per_million(record.input_token_price_per_m),
            output=ten_thousandths_per_million(record.output_token_price_per_m),
            cache_read=charged(ten_thousandths_per_million(_cached(record.pricing or {}))),
        ),
    )


def _cached(said: Mapping[str, Raw]) -> Decimal | None:
    found = said.get("input_cache_read")
    return None if found is None else msgspec.json.decode(found, type=PerMillion).price_per_m


def read(page: Page) -> Reading:
    unread = (*UNREAD, "title", "endpoints", "tags")
    return read_list(page, record=Record, claims=claims, unread=unread)


DIALECT = Dialect(name="novita", routes=(Route(name="models", path="v1/models"),), read=read)
