"""Replicate: the models of its collection of language models, or of any page that names its next one.

The whole list runs to tens of thousands of models of the public and is not asked for.
Source: https://replicate.com/docs/reference/http#collections.get
"""

import re
from urllib.parse import unquote

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .reading import envelope, following, read_list

_CURSOR = re.compile(r"[?&]cursor=([^&#]+)")
_UNREAD = (
    *("url", "description", "visibility", "github_url", "paper_url", "license_url", "run_count"),
    *("cover_image_url", "default_example", "latest_version", "is_official", "weights_url"),
)


class Record(msgspec.Struct):
    owner: str
    name: str


class Paging(msgspec.Struct):
    next: str | None = None
    """The address of the next page, of which only the cursor is taken."""


def claims(record: Record) -> Claims:
    return Claims(native_id=f"{record.owner}/{record.name}")


def read(page: Page) -> Reading:
    after = envelope(page.body, Paging).next
    found = _CURSOR.search(after or "")
    follow, cut_short = following(
        page, "cursor", unquote(found[1]) if found else None, more=bool(after)
    )
    return read_list(
        page,
        record=Record,
        claims=claims,
        at=("models", "results"),
        follow=follow,
        cut_short=cut_short,
        unread=_UNREAD,
    )


DIALECT = Dialect(
    name="replicate",
    routes=(Route(name="collection", path="collections/language-models"),),
    read=read,
)
