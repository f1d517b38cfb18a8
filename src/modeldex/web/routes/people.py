"""`/api/v1/admin/users`: who may sign in, and as what; no password and no hash of one is ever shown."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, StrictBool
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ...domain.account import Role, User
from ...domain.errors import NotFound
from ..account_documents import Person
from ..admin_documents import People
from ..describing import answers
from ..own import own
from ..paging import FORM, MOST, behind, cursor
from ..strict import Strict
from ..tenancy import accounts_of, allowed, occasion, tenancy_of
from .sessions import HASHING, person

router = APIRouter(prefix="/api/v1/admin/users", tags=["admin"])

_Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0" * 32])]
_QUESTION = "users"
_PERSON = {
    "id": "0" * 32,
    "name": "ada@example.com",
    "role": "user",
    "created_at": "2026-11-20T12:00:00Z",
    "disabled_at": None,
}


class NewPerson(Strict):
    """Somebody who is let in."""

    name: str = Field(min_length=1, max_length=200, examples=["ada@example.com"])
    password: str | None = Field(
        None,
        min_length=1,
        max_length=1024,
        description="null: they do not sign in with a password.",
    )
    role: Role = Role.USER


class ChangedPerson(Strict):
    """What is to be another; the rest stays."""

    role: Role | None = None
    disabled: StrictBool | None = Field(None, description="Shut out, or let in again.")


@router.get(
    "",
    summary="Everybody",
    **answers(People, personal=True, example={"users": [_PERSON], "next": None}),
)
def users(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str | None, Query(pattern=FORM)] = None,
) -> Response:
    """Everybody by name, those shut out included."""
    allowed(request, "admin")
    return own(request, _page(accounts_of(request).people.all(), limit, cursor))


@router.post(
    "",
    status_code=201,
    summary="Let somebody in",
    **answers(Person, status=201, example=_PERSON),
)
async def add(request: Request, wanted: NewPerson) -> Response:
    """Let somebody in, by a name that nobody has."""
    allowed(request, "admin")
    people, on = tenancy_of(request).people, occasion(request)
    user: User = await anyio.to_thread.run_sync(
        lambda: people.add(on, wanted.name, wanted.password, wanted.role), limiter=HASHING
    )
    return own(request, person(user), 201)


@router.patch("/{id}", summary="Change somebody", **answers(Person, open=True, example=_PERSON))
async def change(request: Request, id: _Id, wanted: ChangedPerson) -> Response:
    """Give another role, shut out or let in again; it counts from their next request on. The last
    administrator stays one."""
    allowed(request, "admin")
    user = await run_in_threadpool(_change, request, id, wanted)
    tenancy_of(request).recognised.forget(id)
    return own(request, person(user))


def _change(request: Request, id: str, wanted: ChangedPerson) -> User:
    tenancy, on = tenancy_of(request), occasion(request)
    with tenancy.accounts.transaction():
        if wanted.role is not None:
            tenancy.people.set_role(on, id, wanted.role)
        if wanted.disabled is True:
            tenancy.people.disable(on, id)
        elif wanted.disabled is False:
            tenancy.people.enable(on, id)
    user = tenancy.accounts.people.get(id)
    if user is None:
        raise NotFound("there is no such person")
    return user


def _page(everybody: tuple[User, ...], limit: int, start: str | None) -> People:
    first = behind(start, _QUESTION, [one.id for one in everybody] if start else [])
    shown = everybody[first : first + limit]
    end = first + len(shown)
    more = shown and end < len(everybody)
    return People(
        users=[person(one) for one in shown],
        next=cursor(_QUESTION, end - 1, shown[-1].id) if more else None,
    )
