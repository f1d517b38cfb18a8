"""OpenAI's list, which most others copy, and what they add to it under names that mean one thing.

A price is only read in the unit that the provider's row declares: the same key means USD per
token here and USD per million there. A price without a declared unit stays unknown.
Source: https://platform.openai.com/docs/api-reference/models/list; of the additions the providers'
references, and https://openrouter.ai/docs/guides/community/for-providers
"""

from functools import partial

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import PriceUnit
from ..domain.provider import Provider
from .additions import UNREAD, Additions, added
from .fields import retirement, unix_seconds
from .reading import read_list


class Record(Additions):
    id: str
    created: float | None = None
    shutdown_date: str | None = None


def claims(record: Record, unit: PriceUnit | None = None) -> Claims:
    """A `shutdown_date` is OpenAI's own word; without one a `deprecation_date` stands."""
    claim = added(record.id, record, unit)
    return msgspec.structs.replace(
        claim,
        created=unix_seconds(record.created),
        retires_on=retirement(record.shutdown_date) or claim.retires_on,
    )


def read(page: Page, unit: PriceUnit | None = None) -> Reading:
    unpriced = 0

    def counting(record: Record) -> Claims:
        nonlocal unpriced
        unpriced += unit is None and bool(record.pricing)
        return claims(record, unit)

    reading = read_list(page, record=Record, claims=counting, at=("data", "models"), unread=UNREAD)
    if not unpriced:
        return reading
    unknown = {**reading.unknown_fields, "pricing": unpriced}
    return msgspec.structs.replace(reading, unknown_fields=unknown)


DIALECT = Dialect(name="openai", routes=(Route(name="models", path="models"),), read=read)


def spoken(row: Provider) -> Dialect:
    """The dialect with prices read in the unit that the row declares."""
    return msgspec.structs.replace(DIALECT, read=partial(read, unit=row.price_unit))
