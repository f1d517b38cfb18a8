"""Vercel's gateway: prices in USD per token, dearer above so many tokens; 0 tokens are unknown.

A tag that is not there says nothing: the tags are not exhaustive.
Source: https://vercel.com/docs/ai-gateway/models-and-providers
"""

from decimal import Decimal

import msgspec
from msgspec import Raw

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import ConditionalRates, Price, PriceCondition, PriceUnit
from .additions import UNREAD, Additions, added, decimal
from .fields import count, day, unix_seconds, usd_per_token
from .reading import read_list


class Above(msgspec.Struct):
    cost: Decimal | None = None
    min: int = 0


class Record(Additions):
    id: str
    created: float | None = None
    released: float | None = None
    max_tokens: float | None = None
    tags: list[str] | None = None


def claims(record: Record) -> Claims:
    record.features = record.tags
    released = unix_seconds(record.released)
    claim = added(record.id, record, PriceUnit.USD_PER_TOKEN)
    return msgspec.structs.replace(
        claim,
        max_output=count(record.max_tokens),
        created=unix_seconds(record.created),
        released=day(released.isoformat()) if released else None,
        price=claim.price and _price(claim.price, record.pricing or {}),
    )


def _price(plain: Price, said: dict[str, Raw]) -> Price:
    tiers = {unit: _tiers(said.get(f"{unit}_tiers")) for unit in ("input", "output")}
    starts = sorted({above for rates in tiers.values() for above in rates if above})
    return msgspec.structs.replace(
        plain,
        image=decimal(said.get("image")),
        search=decimal(said.get("web_search")),
        tiers=tuple(
            ConditionalRates(
                when=PriceCondition(above_input_tokens=start),
                input=tiers["input"].get(start),
                output=tiers["output"].get(start),
            )
            for start in starts
        ),
    )


def _tiers(said: Raw | None) -> dict[int, Decimal | None]:
    found = msgspec.json.decode(said, type=list[Above]) if said is not None else []
    return {one.min: usd_per_token(one.cost) for one in found}


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=(*UNREAD, "modalities"))


DIALECT = Dialect(name="vercel", routes=(Route(name="models", path="models"),), read=read)
