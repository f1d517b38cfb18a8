"""`/api/v1/tokens` and `/api/v1/sessions`: with what programs and people come back, and how that ends."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import AwareDatetime, Field
from starlette.responses import Response

from ...domain.errors import AccessDenied, NotFound
from ...domain.session import ApiToken, Session
from ...service.accounts.programs import add_token, revoke_token
from ..account_documents import (
    NewToken,
    SessionDocument,
    Sessions,
    TokenDocument,
    Tokens,
)
from ..describing import answers
from ..house import house_of
from ..own import done, own
from ..replying import ASKING, actor_of
from ..strict import Strict
from ..tenancy import accounts_of, allowed, occasion, tenancy_of, whole

router = APIRouter(prefix="/api/v1", tags=["session"])

_Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0" * 32])]
_Scope = Literal["read", "write", "report", "refresh", "keys", "admin"]
_TOKEN = {
    "id": "0" * 32,
    "name": "litellm on the build machine",
    "scopes": ["report"],
    "created_at": "2026-11-20T12:00:00Z",
    "expires_at": None,
    "last_used_at": None,
}
_SESSION = {
    "id": "0" * 32,
    "client": "",
    "started_at": "2026-11-20T12:00:00Z",
    "used_at": "2026-11-20T12:00:00Z",
    "expires_at": "2027-02-18T12:00:00Z",
    "current": True,
}


class WantedToken(Strict):
    """A token for a program."""

    name: str = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$",
        description="What the user calls it.",
        examples=["litellm on the build machine"],
    )
    scopes: list[_Scope] | None = Field(
        None,
        min_length=1,
        max_length=6,
        description="What it is limited to; null: it may do all that its user may.",
        examples=[["report"]],
    )
    expires_at: AwareDatetime | None = Field(None, description="null: it does not expire.")


@router.get(
    "/tokens",
    summary="Your programs' tokens",
    **answers(Tokens, personal=True, example={"tokens": [_TOKEN]}),
)
def tokens(request: Request) -> Response:
    """The tokens that the user gave to programs, never their text; also those that ran out."""
    allowed(request, "read")
    found = accounts_of(request).tokens.api_of(actor_of(request).user)
    return own(request, Tokens(tokens=[_token(one) for one in found]))


@router.post(
    "/tokens",
    status_code=201,
    summary="Make a token",
    **answers(NewToken, status=201, example={"token": _TOKEN, "text": "mdx_…"}),
)
def add(request: Request, wanted: WantedToken) -> Response:
    """Make a token for a program. Its text is in this answer and is never shown again.

    A token that expires makes none that lasts longer. Another password takes all of them back.
    """
    whole(request)
    house_of(request).limiter.spend("keys", actor_of(request).user)
    scopes = None if wanted.scopes is None else frozenset[str](wanted.scopes)
    token, text = add_token(
        accounts_of(request),
        occasion(request),
        actor_of(request),
        wanted.name,
        scopes,
        wanted.expires_at,
    )
    return own(request, NewToken(token=_token(token), text=text), 201)


@router.delete("/tokens/{id}", status_code=204, summary="Take a token back", **answers(status=204))
def revoke(request: Request, id: _Id) -> Response:
    """Take a token back, at once."""
    whole(request)
    revoke_token(accounts_of(request), occasion(request), actor_of(request), id)
    _forget(request)
    return done()


@router.get(
    "/sessions",
    summary="Where you are signed in",
    **answers(Sessions, personal=True, example={"sessions": [_SESSION]}),
)
def sessions(request: Request) -> Response:
    """The sessions of this user; none where one user has it all and nobody signs in."""
    allowed(request, "read")
    now, user = house_of(request).clock(), actor_of(request).user
    found = accounts_of(request).tokens.sessions(user, now)
    current = _current(request) if found else None
    return own(request, Sessions(sessions=[_session(one, current) for one in found]))


@router.delete("/sessions/{id}", status_code=204, summary="End a session", **answers(status=204))
def end(request: Request, id: _Id) -> Response:
    """End a session of this user, wherever it is; its tokens are refused from now on."""
    whole(request)
    if house_of(request).single is not None:
        raise NotFound("there is no such session")
    tenancy_of(request).signing_in.sign_out(occasion(request), id)
    _forget(request)
    return done()


def _forget(request: Request) -> None:
    """Have every token of this user looked up anew."""
    if house_of(request).single is None:
        tenancy_of(request).recognised.forget(actor_of(request).user)


def _current(request: Request) -> str | None:
    """The session to which the request belongs; `None` of a program's."""
    (token,) = request.scope[ASKING].credentials
    recognising = tenancy_of(request).recognised.recognising
    try:
        return recognising.of_session(token.decode("ascii"), house_of(request).clock())[1]
    except (AccessDenied, UnicodeDecodeError):
        return None


def _token(one: ApiToken) -> TokenDocument:
    return TokenDocument(
        id=one.id,
        name=one.name,
        scopes=None if one.scopes is None else sorted(one.scopes),
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
    )


def _session(one: Session, current: str | None) -> SessionDocument:
    return SessionDocument(
        id=one.id,
        client=one.client,
        started_at=one.started_at,
        used_at=one.used_at,
        expires_at=one.expires_at,
        current=one.id == current,
    )
