"""Nscale's list: USD per million tokens, and per million pixels for models that draw.

Source: https://docs.nscale.com/docs/use-cases/chat
"""

import re

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import PriceUnit
from .additions import UNREAD, Additions, added
from .fields import unix_seconds
from .reading import read_list

_DRAWS = re.compile(r"flux|stable-diffusion|sdxl", re.IGNORECASE)


class Record(Additions):
    id: str
    created: float | None = None


def claims(record: Record) -> Claims:
    draws = _DRAWS.search(record.id) is not None
    claim = added(record.id, record, None if draws else PriceUnit.USD_PER_MILLION)
    return msgspec.structs.replace(
        claim, kind=Kind.IMAGE if draws else claim.kind, created=unix_seconds(record.created)
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="nscale", routes=(Route(name="models", path="models"),), read=read)
