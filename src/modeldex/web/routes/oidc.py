"""`/api/v1/oidc`: people come in by way of an identity provider."""

import asyncio
import logging
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ...domain.errors import AccessDenied
from ...domain.identity import Unproven
from ...domain.outcome import Verdict
from ...service.accounts.identity_provider import Return
from ...service.accounts.signing_in import SignedIn
from ..account_documents import SessionTokens
from ..describing import answers
from ..headers import PERSONAL
from ..house import house_of
from ..oidc import Oidc, brought, given, oidc_of, redirect_uri, taken
from ..problems import Problem
from ..replying import ASKING, JSON, encoded
from ..tenancy import occasion, tenancy_of
from .sessions import session_tokens

router = APIRouter(prefix="/api/v1/oidc", tags=["session"])

_log = logging.getLogger("modeldex.web")
_AWAY = "the identity provider cannot be asked at the moment"
_REDIRECT: dict[str, Any] = {
    "responses": {
        302: {"description": "To the identity provider."},
        "default": answers(status=204)["responses"]["default"],
    },
    "response_model": None,
}


@router.get("/login", status_code=302, summary="Sign in with the identity provider", **_REDIRECT)
async def login(request: Request) -> Response:
    """Open it in a browser: it leads to the provider, and from there to `callback`. There is no
    other redirect in this service, and no request says where it leads."""
    oidc = oidc_of(request)
    _slow_down(request)
    now, address = house_of(request).clock(), redirect_uri(request, oidc)
    ticket = oidc.tickets.issue(now)
    try:
        there = await oidc.provider.address(ticket, address, now)
    except Verdict as verdict:
        raise _away(verdict) from None
    response = Response()
    response.status_code, response.body = 302, b""
    response.raw_headers = [(b"location", there.encode("ascii")), given(ticket, address), PERSONAL]
    return response


@router.get("/callback", summary="Come back from the identity provider", **answers(SessionTokens))
async def callback(
    request: Request,
    code: str | None = None,
    state: str | None = None,
    iss: str | None = None,
) -> Response:
    """The provider sends the browser here. What it brings counts once, within ten minutes, and
    only in the browser that began."""
    oidc = oidc_of(request)
    _slow_down(request)
    address = redirect_uri(request, oidc)
    try:
        signed_in = await _signed_in(request, oidc, address, (code, state, iss))
    except Problem as problem:
        problem.headers["set-cookie"] = taken(address)[1].decode()
        raise
    tenancy_of(request).recognised.forget(signed_in.user)
    return _said(session_tokens(signed_in), address)


async def _signed_in(
    request: Request, oidc: Oidc, address: str, said: tuple[str | None, ...]
) -> SignedIn:
    on, (code, state, issuer) = occasion(request), said
    try:
        if _is_ambiguous(request):
            raise Unproven("a parameter that is there twice")
        ticket = oidc.tickets.read(brought(request, address), state or "", on.now)
        await asyncio.to_thread(oidc.vouching.spend, on, ticket)
    except Unproven as error:
        raise _refused(request, error) from None
    try:
        back = Return(code=code or "", issuer=issuer)
        vouched = await oidc.provider.vouched(back, ticket, address, on.now)
    except Unproven as error:
        await asyncio.to_thread(oidc.vouching.refused, on)
        raise _refused(request, error) from None
    except Verdict as verdict:
        raise _away(verdict) from None
    try:
        return await asyncio.to_thread(oidc.vouching.sign_in, on, vouched)
    except AccessDenied as error:
        raise Problem(403, str(error)) from None


def _is_ambiguous(request: Request) -> bool:
    names = [name for name, _ in request.query_params.multi_items()]
    return len(names) != len(set(names))


def _refused(request: Request, error: Unproven) -> Problem:
    asking = request.scope[ASKING]
    _log.warning("sign-in %s was refused: %s", asking.id, error.reason)
    return Problem(401, str(error), hint="open /api/v1/oidc/login again")


def _away(verdict: Verdict) -> Problem:
    """The log has the kind of failure; what the provider said is nowhere."""
    return Problem(503, f"{_AWAY} ({verdict.outcome})", headers={"retry-after": "10"})


def _said(tokens: SessionTokens, address: str) -> Response:
    """The tokens, with no entity tag: they are for this once."""
    body = encoded(tokens)
    response = Response()
    response.status_code, response.body = 200, body
    response.raw_headers = [
        (b"content-type", JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        PERSONAL,
        taken(address),
    ]
    return response


def _slow_down(request: Request) -> None:
    """Count a try against the address and against all, as one with a password."""
    limiter = house_of(request).limiter
    limiter.spend("sign-in", request.scope[ASKING].client)
    limiter.spend("sign-in-all", "")
