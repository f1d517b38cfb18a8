"""What changed: in pages, and as feeds."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.change import Change, ChangeKind
from ...exports.atom import atom
from ...exports.json_feed import json_feed
from ...rules.spans import moment
from ...rules.telling import document
from ..describing import answers
from ..documents import ChangePage
from ..paging import FORM, MOST, behind, cursor
from ..replying import Here, encoded, reply
from ..strict import Strict

router = APIRouter(prefix="/api/v1", tags=["changes"])

_SPAN = (
    r"^([0-9]{1,3}[hdwmy]|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)$"
)
_MOST_LOOKED_AT = 10_000
"""The newest so many changes are what pages and feeds are cut from."""


class Wanted(Strict):
    """Which changes."""

    since: str = Field(
        "7d", pattern=_SPAN, description="`12h`, `7d`, `4w`, a day or a time.", examples=["7d"]
    )
    kind: list[ChangeKind] = Field([], max_length=20)
    provider: str | None = Field(None, max_length=200)
    id: str | None = Field(None, max_length=1000, description="Only of this model.")
    limit: int = Field(50, ge=1, le=MOST)


class WantedPage(Wanted):
    """Which changes, and which page of them."""

    cursor: str | None = Field(None, pattern=FORM)


@router.get("/changes", summary="What changed", **answers(ChangePage))
def changes(request: Request, wanted: Annotated[WantedPage, Query()]) -> Response:
    """Models that came and went, prices, limits, abilities; newest first."""
    return reply(request, lambda here: _page(here, wanted), moving=True)


@router.get(
    "/changes.atom",
    summary="What changed, as an Atom feed",
    **answers(
        media="application/atom+xml",
        example='<feed xmlns="http://www.w3.org/2005/Atom"><title>modeldex: changes</title></feed>',
    ),
)
def changes_atom(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
    """The newest changes for a feed reader (RFC 4287)."""

    def make(here: Here) -> bytes:
        return atom(_found(here, wanted, wanted.limit), _published(here)).encode()

    return reply(request, make, moving=True, media="application/atom+xml; charset=utf-8")


@router.get(
    "/changes.json",
    summary="What changed, as a JSON Feed",
    **answers(
        media="application/feed+json",
        kind="object",
        example={
            "version": "https://jsonfeed.org/version/1.1",
            "title": "modeldex: changes",
            "language": "en",
            "items": [],
        },
    ),
)
def changes_json(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
    """The newest changes for a feed reader (JSON Feed 1.1)."""

    def make(here: Here) -> bytes:
        return json_feed(_found(here, wanted, wanted.limit)).encode()

    return reply(request, make, moving=True, media="application/feed+json")


def _published(here: Here) -> datetime:
    return here.opened.stamp.published_at


def _found(here: Here, wanted: Wanted, limit: int) -> list[Change]:
    return list(
        here.catalog.changes(
            since=moment(wanted.since, here.now),
            kinds=tuple(wanted.kind),
            provider=wanted.provider,
            id=wanted.id,
            limit=limit,
        )
    )


def _page(here: Here, wanted: WantedPage) -> bytes:
    question = encoded(wanted.model_dump(mode="json", exclude={"limit", "cursor"})).decode()
    found = _found(here, wanted, _MOST_LOOKED_AT)
    keys = [change.key for change in found] if wanted.cursor else []
    start = behind(wanted.cursor, question, keys)
    shown = found[start : start + wanted.limit]
    end = start + len(shown)
    more = shown and end < len(found)
    return encoded(
        {
            "changes": [document(change) for change in shown],
            "next": cursor(question, end - 1, shown[-1].key) if more else None,
        }
    )
