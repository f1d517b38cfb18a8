"""GMI Cloud: the list a key opens, and the public price table in whole micro-USD per million tokens.

Source: https://docs.gmicloud.ai/inference-engine/api-reference/llm-api-reference
"""

from decimal import Decimal

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route, When
from ..domain.price import PriceUnit
from . import openai
from .fields import charged, price, usd
from .reading import read_list


class Priced(msgspec.Struct, rename="camel"):
    model_name: str
    billing_type: str | None = None
    price_per1m_prompt_token: Decimal | None = msgspec.field(
        default=None, name="pricePer1mPromptToken"
    )
    price_per1m_completion_token: Decimal | None = msgspec.field(
        default=None, name="pricePer1mCompletionToken"
    )
    price_per1m_cached_token: Decimal | None = msgspec.field(
        default=None, name="pricePer1mCachedToken"
    )


def priced(record: Priced) -> Claims | None:
    if record.billing_type != "llm":
        return None
    unit = PriceUnit.MICRO_USD_PER_MILLION
    return Claims(
        native_id=record.model_name,
        price=price(
            input=usd(record.price_per1m_prompt_token, unit),
            output=usd(record.price_per1m_completion_token, unit),
            cache_read=charged(usd(record.price_per1m_cached_token, unit)),
        ),
    )


def read(page: Page) -> Reading:
    if page.ask.route != "prices":
        return openai.read(page)
    return read_list(page, record=Priced, claims=priced, at=("modelPrices",), unread=("tiers",))


DIALECT = Dialect(
    name="gmicloud",
    routes=(
        Route(name="models", path="models"),
        Route(
            name="prices",
            path="api/v1/billing/model_prices",
            role=Role.ADDS,
            when=When.WITH_KEY,
            public=True,
            sends_key=False,
        ),
    ),
    read=read,
)
