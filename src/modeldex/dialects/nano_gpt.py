"""NanoGPT's detailed list: a price counts only with its unit stated, and `created` is the time of the answer.

A bad key gets the full list like no key at all; a good one may get fewer models.
Source: https://docs.nano-gpt.com
"""

from msgspec import Raw

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import PriceUnit
from .additions import UNREAD, Additions, added
from .reading import read_list

_UNITS = {b'"per_million_tokens"': PriceUnit.USD_PER_MILLION}
_CURRENCIES = (None, b'"USD"')


class Record(Additions):
    id: str


def claims(record: Record) -> Claims:
    said = record.pricing or {}
    unit = _UNITS.get(bytes(said.get("unit", Raw(b"null"))))
    currency = bytes(said["currency"]) if "currency" in said else None
    return added(record.id, record, unit if currency in _CURRENCIES else None)


def read(page: Page) -> Reading:
    unread = (*UNREAD, "created", "icon_url", "cost_estimate", "subscription")
    return read_list(page, record=Record, claims=claims, unread=unread)


DIALECT = Dialect(
    name="nano_gpt",
    routes=(Route(name="models", path="models", params={"detailed": "true"}),),
    read=read,
)
