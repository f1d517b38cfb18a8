"""Inception's list: USD per token, and the endpoints that answer for a model, which are its job.

`fim` fills in what is between two texts; `edit` and `decisions` are jobs that we have no word for.
Source: https://docs.inceptionlabs.ai, https://pypi.org/project/inceptionai/
"""

from collections.abc import Collection

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from ..domain.price import PriceUnit
from .additions import UNREAD, Additions, added
from .fields import unix_seconds
from .reading import read_list

_KINDS = (
    ("chat.completions", Kind.CHAT),
    ("fim", Kind.COMPLETION),
    ("edit", Kind.OTHER),
    ("decisions", Kind.OTHER),
)


class Record(Additions):
    id: str
    created: float | None = None
    supported_endpoints: list[str] | None = None


def claims(record: Record) -> Claims:
    claim = added(record.id, record, PriceUnit.USD_PER_TOKEN)
    return msgspec.structs.replace(
        claim,
        kind=_kind(record.supported_endpoints or ()) or claim.kind,
        created=unix_seconds(record.created),
    )


def _kind(endpoints: Collection[str]) -> Kind | None:
    return next((kind for word, kind in _KINDS if word in endpoints), None)


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(name="inception", routes=(Route(name="models", path="models"),), read=read)
