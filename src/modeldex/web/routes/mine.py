"""`/api/v1/favourites`, `/preferences` and `/bindings`: what each user sets for themselves."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ...domain.catalog import How
from ...domain.errors import NotFound, UserMistake
from ...service.reading import Catalog
from ...storage.accounts.preferences import Preferences
from .. import bound
from ..account_documents import BindingsPage, Favourite, Favourites, ProgramBindings
from ..describing import answers
from ..own import done, own
from ..problems import Problem
from ..replying import actor_of, here_of
from ..strict import Strict
from ..tenancy import accounts_of, allowed

router = APIRouter(prefix="/api/v1", tags=["user"])

MOST_FAVOURITES = 1000
LARGEST_PREFERENCES = 16 * 1024
"""Bytes of JSON."""
_DEEPEST = 20
"""Objects and arrays within one another."""
_NAME = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,298}[^\s\x00-\x1f\x7f])?$"
"""One line of text that neither begins nor ends with a space."""
_PREFERRED = {
    "last_model": "groq/openai/gpt-oss-120b",
    "custom_models": {"openai": ["ft:gpt-4.1-mini:acme::x1"]},
}
_FAVOURITE = {
    "model": "groq/openai/gpt-oss-120b",
    "name": "GPT-OSS 120B",
    "listed": True,
    "available": True,
}
_BOUND = {
    "program": "support-bot",
    "models": [
        {"id": "groq/openai/gpt-oss-120b", "said": "gpt-oss-120b", "how": "alias", "since": None}
    ],
}

_Model = Annotated[
    str,
    Path(
        pattern=_NAME,
        description="A model's id, or a name that leads to one; slashes stand as they are.",
        examples=["groq/openai/gpt-oss-120b"],
    ),
]
_Program = Annotated[
    str, Path(pattern=_NAME, description="What the user calls it.", examples=["support-bot"])
]
_ModelName = Annotated[str, Field(pattern=_NAME, examples=["gpt-oss-120b"])]


class Uses(Strict):
    """The models that a program uses, each by any name that leads to it."""

    models: list[_ModelName] = Field(max_length=100)


@router.get(
    "/favourites",
    summary="Your favourites",
    **answers(Favourites, personal=True, example={"favourites": [_FAVOURITE]}),
)
def favourites(request: Request) -> Response:
    """The models that the user marked, also those that the catalog does not have at present."""
    allowed(request, "read")
    catalog = here_of(request).catalog
    marked = accounts_of(request).favourites.of(actor_of(request).user)
    return own(request, Favourites(favourites=[_favourite(catalog, one) for one in marked]))


@router.put(
    "/favourites/{model:path}",
    summary="Mark a model",
    **answers(Favourite, open=True, example=_FAVOURITE),
)
def mark(request: Request, model: _Model) -> Response:
    """Mark a model as a favourite. A short name is kept as the id it leads to, and a name that
    leads nowhere, such as that of a model of the user's own, as it is."""
    allowed(request, "write")
    catalog, user = here_of(request).catalog, actor_of(request).user
    kept, named = accounts_of(request).favourites, _id(catalog, model)
    marked = kept.of(user)
    if named not in marked and len(marked) >= MOST_FAVOURITES:
        raise UserMistake(f"nobody marks more than {MOST_FAVOURITES} models: remove one first")
    kept.add(user, named)
    return own(request, _favourite(catalog, named))


@router.delete(
    "/favourites/{model:path}", status_code=204, summary="Unmark a model", **answers(status=204)
)
def unmark(request: Request, model: _Model) -> Response:
    """Take a model from the favourites."""
    allowed(request, "write")
    kept, user = accounts_of(request).favourites, actor_of(request).user
    if not (kept.remove(user, model) or kept.remove(user, _id(here_of(request).catalog, model))):
        raise NotFound("that model is no favourite")
    return done()


@router.get(
    "/preferences",
    summary="Your preferences",
    **answers(kind="object", personal=True, example=_PREFERRED),
)
def preferences(request: Request) -> Response:
    """What the user's programs and pages put here, as they put it; empty until then."""
    allowed(request, "read")
    return own(request, accounts_of(request).preferences.get(actor_of(request).user))


@router.put(
    "/preferences",
    summary="Put your preferences",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": _PREFERRED}},
        }
    },
    **answers(kind="object", open=True, example=_PREFERRED),
)
async def prefer(request: Request) -> Response:
    """Put all preferences anew: a JSON object of at most 16 KiB, such as the model picked last and
    the names of models that no list has."""
    allowed(request, "write")
    wanted, user = _object(await request.body()), actor_of(request).user
    kept: Preferences = (await run_in_threadpool(accounts_of, request)).preferences
    await run_in_threadpool(kept.put, user, wanted)
    return own(request, wanted)


@router.get(
    "/bindings",
    summary="Your programs",
    **answers(BindingsPage, personal=True, example={"bindings": [_BOUND]}),
)
def bindings(request: Request) -> Response:
    """Which programs use which models."""
    allowed(request, "read")
    return own(request, BindingsPage(bindings=bound.programs(request)))


@router.put(
    "/bindings/{program:path}",
    summary="Bind a program's models",
    **answers(ProgramBindings, open=True, example=_BOUND),
)
def bind(request: Request, program: _Program, wanted: Uses) -> Response:
    """Say anew which models a program uses; none: it uses none any more. A name that leads nowhere
    is bound as it is."""
    allowed(request, "write")
    return own(request, bound.put(request, program, wanted.models))


@router.delete(
    "/bindings/{program:path}", status_code=204, summary="Forget a program", **answers(status=204)
)
def unbind(request: Request, program: _Program) -> Response:
    """Forget which models a program uses."""
    allowed(request, "write")
    bound.remove(request, program)
    return done()


def _id(catalog: Catalog, name: str) -> str:
    led = catalog.resolve(name)
    return led.id if led.how in (How.EXACT, How.ALIAS) else name


def _favourite(catalog: Catalog, id: str) -> Favourite:
    found = catalog.get(id)
    return Favourite(
        model=id,
        name=found.name if found else None,
        listed=found is not None,
        available=found.available if found else None,
    )


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body that can be kept; raises `Problem` for anything else."""
    if len(body) > LARGEST_PREFERENCES:
        raise Problem(413, f"preferences are at most {LARGEST_PREFERENCES} bytes of JSON")
    try:
        found = msgspec.json.decode(body, type=dict[str, Any])
        if _within(found, _DEEPEST) and msgspec.json.decode(msgspec.json.encode(found)) == found:
            return found
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError):
        pass
    raise Problem(422, "send one JSON object, with nothing in it that JSON cannot say again")


def _within(value: Any, deepest: int) -> bool:
    """Whether objects and arrays lie at most so deep within one another."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return deepest > 0 and all(_within(one, deepest - 1) for one in value)
