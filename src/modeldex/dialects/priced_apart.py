"""Lists with one field per rate, in USD per token: io.net and Requesty.

`max_tokens` is the longest answer here. `cached_price` is for reading a cache, `caching_price` for
writing it.
Source: https://docs.requesty.ai, https://io.net/docs/guides/intelligence/io-intelligence
"""

from decimal import Decimal
from typing import TypeVar

from msgspec.structs import replace

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .additions import UNREAD, Additions, added
from .fields import charged, count, price, reasoning, unix_seconds, usd_per_token
from .reading import read_list

T = TypeVar("T")


class Record(Additions):
    id: str
    created: float | None = None
    max_tokens: float | None = None
    supports_images_input: bool | None = None
    supports_vision: bool | None = None
    supports_caching: bool | None = None
    supports_reasoning: bool | None = None
    input_token_price: Decimal | None = None
    output_token_price: Decimal | None = None
    cache_read_token_price: Decimal | None = None
    cache_write_token_price: Decimal | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    cached_price: Decimal | None = None
    caching_price: Decimal | None = None


def claims(record: Record) -> Claims:
    claim = added(record.id, record, None)
    return replace(
        claim,
        max_output=claim.max_output or count(record.max_tokens),
        vision=_either(record.supports_images_input, record.supports_vision),
        prompt_caching=record.supports_caching,
        reasoning=reasoning(record.supports_reasoning),
        created=unix_seconds(record.created),
        price=price(
            input=usd_per_token(_either(record.input_token_price, record.input_price)),
            output=usd_per_token(_either(record.output_token_price, record.output_price)),
            cache_read=charged(
                usd_per_token(_either(record.cache_read_token_price, record.cached_price))
            ),
            cache_write=charged(
                usd_per_token(_either(record.cache_write_token_price, record.caching_price))
            ),
        ),
    )


def _either(one: T | None, other: T | None) -> T | None:
    return other if one is None else one


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="priced_apart", routes=(Route(name="models", path="models"),), read=read)
