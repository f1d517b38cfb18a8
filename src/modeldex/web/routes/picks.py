"""`/api/v1/picks` and `/api/v1/aliases`: the few models to look at first, and the short names of models."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ...domain.alias import AliasSpan
from ...domain.model import Model
from ...domain.shortlist import Bucket, Shortlist
from ...service.many.asking import Showing
from ...service.many.views import models_of
from ..conditional import tag
from ..describing import answers
from ..documents import Alias, AliasPage, Picks, PicksOf
from ..house import house_of
from ..own import own
from ..paging import FORM, MOST, behind, cursor
from ..replying import Here, actor_of, encoded, here_of, reply
from ..tenancy import tenancy_of

router = APIRouter(prefix="/api/v1", tags=["catalog"])

_PICKED = {
    "buckets": {
        "coding": {
            "picks": [
                {
                    "id": "groq/openai/gpt-oss-120b",
                    "score": 0.61,
                    "known": 2,
                    "because": ["$0.15 in and $0.60 out per 1M tokens"],
                    "curated": False,
                }
            ],
            "short": None,
        }
    }
}
_ALIAS = {
    "alias": "gpt-oss-120b",
    "id": "groq/openai/gpt-oss-120b",
    "since": "2026-11-20T12:00:00Z",
    "until": None,
}

_Buckets = Annotated[list[Bucket], Query(max_length=20, description="Only these.")]


@router.get(
    "/picks", summary="What to look at first", **answers(Picks, personal=True, example=_PICKED)
)
def picks(
    request: Request,
    bucket: _Buckets = [],  # noqa: B006 (FastAPI copies it)
    mine: Annotated[
        bool | None,
        Query(description="Only models that the user can call; null: so where there are any."),
    ] = None,
) -> Response:
    """The few models to look at first, by what they are for, each with its reasons. What was picked
    when the catalog was published keeps its place unless another is well ahead."""
    wanted = bucket or list(Bucket)
    if house_of(request).tenancy is None or mine is False:
        return reply(
            request,
            lambda here: encoded(_told(_picks(here, mine), wanted)),
            personal=True,
            keep=True,
        )
    callable_here = _callable(request)
    among = callable_here if callable_here or mine else None
    found = here_of(request).catalog.picks(mine=False, among=among)
    return own(request, _told(found, wanted))


@router.get(
    "/aliases",
    summary="Short names",
    **answers(AliasPage, example={"aliases": [_ALIAS], "total": 1, "next": None}),
)
def aliases(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="A part of the alias or the id.")] = "",
    history: Annotated[
        bool, Query(description="Also what an alias led to in former days.")
    ] = False,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str | None, Query(pattern=FORM)] = None,
) -> Response:
    """The short names of models: each is given once and keeps its meaning. By alias, the oldest
    first."""
    return reply(request, lambda here: _page(here, q.lower(), history, limit, cursor))


def _picks(here: Here, mine: bool | None) -> Shortlist:
    return here.opened.once(f"picks {mine} {here.now}", lambda: here.catalog.picks(mine=mine))


def _callable(request: Request) -> tuple[Model, ...]:
    """What the user's own keys open."""
    tenancy = tenancy_of(request)
    kept, views, _ = tenancy.standings.of(actor_of(request).user)
    showings = [Showing(one, views[one.id]) for one in kept if one.id in views]
    return models_of(showings, tenancy.row_of, tenancy.shelf)


def _told(found: Shortlist, wanted: list[Bucket]) -> Picks:
    return Picks(
        buckets={
            bucket: PicksOf(picks=list(found.buckets[bucket]), short=found.short.get(bucket))
            for bucket in wanted
        }
    )


def _page(here: Here, q: str, history: bool, limit: int, start: str | None) -> bytes:
    every: list[AliasSpan] = here.opened.everybodys.once(
        "aliases", lambda: list(here.catalog.aliases())
    )
    found = [
        one
        for one in every
        if (history or one.until is None) and (q in one.alias or q in one.id.lower())
    ]
    question = f"aliases {q} {history}"
    first = behind(start, question, list(map(_key, found)) if start else [])
    shown = found[first : first + limit]
    end = first + len(shown)
    more = shown and end < len(found)
    return encoded(
        AliasPage(
            aliases=[
                Alias(alias=one.alias, id=one.id, since=one.since, until=one.until) for one in shown
            ],
            total=len(found),
            next=cursor(question, end - 1, _key(shown[-1])) if more else None,
        )
    )


def _key(one: AliasSpan) -> str:
    return tag(one.alias, one.since.isoformat())
