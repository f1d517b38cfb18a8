"""SambaNova's list: USD per token, and per hour of audio where that is what is sold.

Beside a rate per hour, zero for tokens says that they are not sold and is no price.
Source: https://docs.sambanova.ai, https://pypi.org/project/sambanova/
"""

from decimal import Decimal

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price, PriceUnit
from .additions import UNREAD, Additions, added, decimal
from .fields import charged, unix_seconds, usd_per_hour
from .reading import read_list


class Record(Additions):
    id: str
    created: float | None = None


def claims(record: Record) -> Claims:
    claim = added(record.id, record, PriceUnit.USD_PER_TOKEN)
    hourly = charged(usd_per_hour(decimal((record.pricing or {}).get("duration_per_hour"))))
    return msgspec.structs.replace(
        claim,
        created=unix_seconds(record.created),
        price=_by_the_hour(claim.price, hourly) if hourly else claim.price,
    )


def _by_the_hour(tokens: Price | None, second: Decimal) -> Price:
    said = tokens or Price()
    return Price(input=charged(said.input), output=charged(said.output), second=second)


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=(*UNREAD, "sn_metadata"))


DIALECT = Dialect(name="sambanova", routes=(Route(name="models", path="models"),), read=read)
