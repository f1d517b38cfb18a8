"""`/v1/models`: the catalog for clients that were made for OpenAI, Anthropic or OpenRouter."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ...domain.model import Model
from ...domain.provider import Provider
from ...service.many.asking import Showing
from ...service.many.standing import Standing
from ...service.many.views import models_of
from ..describing import answers
from ..hot import HOT, Body, Shown
from ..house import house_of
from ..opened import Opened
from ..own import own
from ..replying import Here, actor_of, day_of, encoded, here_of, kept_reply, reply
from ..shapes import anthropic, listed, openai, openrouter
from ..shapes.lines import Lines
from ..shapes.listed import Listed
from ..shapes.owned import Own, beside
from ..tenancy import Tenancy, tenancy_of
from ..their_providers import ADD
from .models import missing

router = APIRouter(prefix="/v1", tags=["lists"])

_MOST = 1000
_ANTHROPIC_PAGE = 20
_EXAMPLE = {
    "object": "list",
    "data": [
        {
            "id": "groq/openai/gpt-oss-120b",
            "object": "model",
            "created": 1754407957,
            "owned_by": "OpenAI",
            "ready": True,
            "metadata": {"context_window": 131072, "created_from": "created"},
            "get_key": None,
        }
    ],
    "has_more": False,
    "first_id": "groq/openai/gpt-oss-120b",
    "last_id": "groq/openai/gpt-oss-120b",
}


class Shape(StrEnum):
    """Whose list it is to look like."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    OPENROUTER = "openrouter"


_Shaped = Annotated[
    Shape | None,
    Query(description="`openai` unless Anthropic's header `anthropic-version` is sent."),
]
_Version = Annotated[str | None, Header(alias="anthropic-version")]
_Id = Annotated[str | None, Query(max_length=1000)]


@router.get(
    "/models",
    summary="All models, as other services list them",
    **answers(
        openai.OpenAIModels,
        anthropic.AnthropicModels,
        openrouter.OpenRouterModels,
        personal=True,
    ),
)
async def models(
    request: Request,
    shape: _Shaped = None,
    anthropic_version: _Version = None,
    ready: Annotated[
        bool | None, Query(description="Only those that can be called now, or cannot.")
    ] = None,
    limit: Annotated[
        int | None, Query(ge=1, le=_MOST, description="All, or 20 in Anthropic's shape.")
    ] = None,
    after: Annotated[_Id, Query(description="An id: what comes behind it.")] = None,
    after_id: _Id = None,
    before_id: _Id = None,
) -> Response:
    """Models of this machine first, then what the user's keys open, then all others with how to get
    a key. Nothing is left out: any of them may be asked for."""
    chosen = shape or (Shape.ANTHROPIC if anthropic_version is not None else Shape.OPENAI)
    if chosen is Shape.ANTHROPIC:
        limit = limit or _ANTHROPIC_PAGE
    wanted = _Page(chosen, ready, limit, after_id or after, before_id)
    if house_of(request).tenancy is not None:
        return await _of_many(request, wanted)

    def make(here: Here) -> bytes:
        return wanted.of(here.opened.listed)

    keep = request.scope["query_string"] in HOT["/v1/models"]
    return await run_in_threadpool(reply, request, make, personal=True, keep=keep)


class _Page(NamedTuple):
    """Which models are wanted, in whose shape."""

    shape: Shape
    ready: bool | None
    limit: int | None
    after: str | None
    before: str | None

    def of(self, every: Sequence[Listed], lines: Lines | None = None) -> bytes:
        """Those of them that are wanted, as JSON."""
        shown, more = listed.page(every, self.ready, self.after, self.before, self.limit)
        match self.shape:
            case Shape.ANTHROPIC:
                return encoded(anthropic.models(shown, more))
            case Shape.OPENROUTER:
                return encoded(openrouter.models(shown))
        return encoded(openai.models(shown, more) if lines is None else lines.models(shown, more))


async def _of_many(request: Request, wanted: _Page) -> Response:
    tenancy, clock = tenancy_of(request), house_of(request).clock

    def make(shown: Shown) -> Body:
        every = shown.opened.listed
        lines = shown.opened.once("lines", lambda: Lines(every))
        mine = beside(every, _own(tenancy, shown.standing, shown.showings), tenancy.rows)
        return Body(wanted.of(mine, lines), day_of(clock())[1])

    return await kept_reply(request, make)


@router.get(
    "/models/{model:path}",
    summary="One model, as other services show it",
    **answers(
        openai.OpenAIModel, anthropic.AnthropicModel, openrouter.OpenRouterModel, personal=True
    ),
)
def model(
    request: Request,
    model: Annotated[str, Path(examples=["groq/openai/gpt-oss-120b"], max_length=1000)],
    shape: _Shaped = None,
    anthropic_version: _Version = None,
) -> Response:
    """One model by its id, `provider/native-id`; slashes stand as they are."""
    chosen = shape or (Shape.ANTHROPIC if anthropic_version is not None else Shape.OPENAI)

    mine, shelf = _mine(request, model), house_of(request).shelf

    def make(here: Here) -> bytes:
        one = _by_id(here.opened if mine is None else shelf.opened).get(model)
        if mine is not None:
            few = beside([one] if one else [], *mine)
            one = next((known for known in few if known.id == model), None)
        if one is None:
            raise missing(here.catalog, model)
        match chosen:
            case Shape.ANTHROPIC:
                return encoded(anthropic.model(one))
            case Shape.OPENROUTER:
                return encoded(openrouter.model(one))
        return encoded(openai.model(one, None if mine is None else ADD))

    if mine is not None:
        return own(request, None, body=make(here_of(request)))
    return reply(request, make, personal=True)


def _by_id(opened: Opened) -> dict[str, Listed]:
    return opened.once("listed by id", lambda: {one.id: one for one in opened.listed})


def _mine(request: Request, of: str) -> tuple[Own, Mapping[str, Provider]] | None:
    """What is the user's own at the provider of that model; `None` where the keys are those of this
    machine."""
    if house_of(request).tenancy is None:
        return None
    tenancy = tenancy_of(request)
    keys, found = tenancy.keys_of(actor_of(request).user), dict[str, Model]()
    for kept, view, row in keys.showings():
        if view is not None and row is not None and row.id == of.partition("/")[0]:
            for model in keys.shelved(kept, view, row).models:
                found.setdefault(model.id, model)
    return Own(found, keys.standing.providers), tenancy.rows


def _own(tenancy: Tenancy, standing: Standing, showings: Iterable[Showing]) -> Own:
    found = models_of(showings, tenancy.row_of, tenancy.shelf)
    return Own({model.id: model for model in found}, standing.providers)
