"""Cloudflare AI Gateway: ids of all upstream providers, with what a token costs at most of them.

Costs are USD per token, apart from some that are per picture or per million tokens without saying
so. No token costs a thousandth of a dollar, so that from there on a cost is left unknown; both
costs at zero are how the list writes that it does not know them, and below it that they vary.
Source: recorded answers, and https://developers.cloudflare.com/ai-gateway/get-started
"""

from decimal import Decimal

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import Price
from .fields import price, unix_seconds, usd_per_token
from .reading import read_list

_NO_TOKEN_COSTS = Decimal("0.001")


class Record(msgspec.Struct):
    id: str
    created_at: float | None = None
    cost_in: Decimal | None = None
    cost_out: Decimal | None = None


def claims(record: Record) -> Claims:
    return Claims(
        native_id=record.id,
        created=unix_seconds(record.created_at),
        price=_price(record.cost_in, record.cost_out),
    )


def _price(given: Decimal | None, taken: Decimal | None) -> Price | None:
    stated = [cost for cost in (given, taken) if cost is not None]
    if not any(stated) or max(stated) >= _NO_TOKEN_COSTS:
        return None
    if min(stated) < 0:
        return price(varies=True)
    return price(input=usd_per_token(given), output=usd_per_token(taken))


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=("object", "owned_by"))


DIALECT = Dialect(
    name="cloudflare_gateway", routes=(Route(name="models", path="models"),), read=read
)
