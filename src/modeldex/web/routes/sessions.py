"""`/api/v1/session` and `/api/v1/setup`: people come in, stay in, and leave."""

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.account import User, name_key
from ...domain.errors import AccessDenied
from ...service.accounts.signing_in import SignedIn
from ..account_documents import Person, SessionTokens
from ..describing import answers
from ..house import house_of
from ..oidc import passwords_allowed
from ..own import done, own
from ..problems import Problem
from ..replying import ASKING
from ..strict import Strict
from ..tenancy import occasion, tenancy_of

router = APIRouter(prefix="/api/v1", tags=["session"])

HASHING = anyio.CapacityLimiter(2)
"""Passwords worked on at once: each takes a processor and 32 MiB for a while."""

_Name = Annotated[str, Field(min_length=1, max_length=200, examples=["ada@example.com"])]
_Password = Annotated[str, Field(min_length=1, max_length=1024)]


class Credentials(Strict):
    """A name and its password."""

    name: _Name
    password: _Password


class Renewal(Strict):
    """What the last session answer gave to renew it with; it works once."""

    renewal: str = Field(min_length=1, max_length=200)


class Setup(Credentials):
    """The first administrator, by the code that the console showed."""

    code: str = Field(min_length=1, max_length=200)


class PasswordChange(Strict):
    """The old password and the one to come."""

    old: _Password
    new: _Password


@router.post(
    "/setup",
    status_code=201,
    summary="Become the first administrator",
    **answers(Person, status=201),
)
async def setup(request: Request, wanted: Setup) -> Response:
    """Possible once, within half an hour of the start, with the code that the console shows."""
    tenancy = tenancy_of(request)
    passwords_allowed(request)
    house_of(request).limiter.spend("sign-in-name", "setup")
    work = partial(
        tenancy.people.first_admin, occasion(request), wanted.code, wanted.name, wanted.password
    )
    try:
        user: User = await anyio.to_thread.run_sync(work, limiter=HASHING)
    except AccessDenied as error:
        raise Problem(403, str(error), hint=error.hint or None, denied="setup code") from None
    return own(request, person(user), 201)


@router.post("/session", status_code=201, summary="Sign in", **answers(SessionTokens, status=201))
async def sign_in(request: Request, wanted: Credentials) -> Response:
    """An access token for a quarter of an hour, and one that renews it once."""
    tenancy = tenancy_of(request)
    passwords_allowed(request)
    limiter = house_of(request).limiter
    limiter.spend("sign-in-name", name_key(wanted.name))
    limiter.spend("sign-in-all", "")
    work = partial(tenancy.signing_in.sign_in, occasion(request), wanted.name, wanted.password)
    try:
        signed_in: SignedIn = await anyio.to_thread.run_sync(work, limiter=HASHING)
    except AccessDenied as error:
        raise Problem(401, str(error)) from None
    return own(request, session_tokens(signed_in), 201)


@router.post(
    "/session/renew",
    status_code=201,
    summary="Stay signed in",
    **answers(SessionTokens, status=201),
)
def renew(request: Request, wanted: Renewal) -> Response:
    """The next two tokens. A renewal that comes a second time ends the session."""
    tenancy, limiter = tenancy_of(request), house_of(request).limiter
    limiter.check("stranger", request.scope[ASKING].client)
    try:
        signed_in = tenancy.signing_in.renew(occasion(request), wanted.renewal)
    except AccessDenied as error:
        limiter.spend("stranger", request.scope[ASKING].client)
        raise Problem(401, str(error)) from None
    return own(request, session_tokens(signed_in), 201)


@router.delete("/session", status_code=204, summary="Sign out", **answers(status=204))
def sign_out(request: Request) -> Response:
    """End the session of the token that is sent."""
    tenancy, on = tenancy_of(request), occasion(request)
    tenancy.signing_in.sign_out(on, _session(request))
    tenancy.recognised.forget(on.user or "")
    return done()


@router.put("/password", status_code=204, summary="Change the password", **answers(status=204))
async def change_password(request: Request, wanted: PasswordChange) -> Response:
    """Every other session of this person ends, and every token of their programs is taken back."""
    tenancy, on = tenancy_of(request), occasion(request)
    session = await anyio.to_thread.run_sync(_session, request)
    limiter = house_of(request).limiter
    limiter.spend("sign-in", request.scope[ASKING].client)
    limiter.spend("sign-in-name", on.user or "")
    work = partial(tenancy.signing_in.change_password, on, wanted.old, wanted.new, session)
    try:
        await anyio.to_thread.run_sync(work, limiter=HASHING)
    except AccessDenied as error:
        raise Problem(403, str(error)) from None
    tenancy.recognised.forget(on.user or "")
    return done()


def person(user: User) -> Person:
    """Somebody, as they are shown."""
    return Person(
        id=user.id,
        name=user.name,
        role=user.role,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )


def session_tokens(signed_in: SignedIn) -> SessionTokens:
    """What somebody gets who has signed in."""
    return SessionTokens(
        user=signed_in.user,
        session=signed_in.session,
        access=signed_in.access,
        renewal=signed_in.renewal,
        expires_at=signed_in.expires_at,
    )


def _session(request: Request) -> str:
    """The session of the token that is sent; raises `Problem` for a program's token."""
    (token,) = request.scope[ASKING].credentials
    recognising = tenancy_of(request).recognised.recognising
    try:
        return recognising.of_session(token.decode("ascii"), house_of(request).clock())[1]
    except AccessDenied:
        raise Problem(403, "a program's token is in no session") from None
