"""`/api/v1/admin/status` and `/refresh`: how the installation stands, and asking providers anew."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, StrictBool
from starlette.responses import Response

from ..admin_documents import AdminStatus, RefreshAnswer
from ..describing import answers
from ..house import house_of
from ..own import own
from ..problems import Problem, Wrong
from ..replying import actor_of
from ..status import refresh_state, status
from ..strict import Strict
from ..tenancy import allowed

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])

_REFRESH = {"running": True, "ended": None, "ended_at": None}
_STATUS = {
    "version": "1.0.0",
    "at": "2026-11-20T12:00:00Z",
    "catalog": {"hash": "0" * 64, "models": 5000, "published_at": "2026-11-20T11:55:00Z"},
    "trouble": "",
    "refresh": _REFRESH,
    "providers": [
        {
            "provider": "groq",
            "name": "Groq",
            "outcome": "timeout",
            "message": "Groq did not answer in 10 s",
            "models": 21,
            "available": True,
            "last_good": "2026-11-20T09:00:00Z",
            "age_s": 10800,
            "attempted_at": "2026-11-20T11:55:00Z",
            "failures": 3,
            "breaker": "open",
            "open_until": "2026-11-20T12:01:00Z",
            "held": None,
        }
    ],
    "leases": [],
    "database": {
        "place": "accounts.db",
        "reachable": True,
        "migration": "0002",
        "users": 3,
        "administrators": 1,
    },
    "store": None,
    "key_ring": {
        "versions": [{"version": 1, "current": True, "canary": "right"}],
        "rotated": True,
    },
}


class WantedRefresh(Strict):
    """Whom to ask."""

    provider: str | None = Field(
        None, max_length=200, description="Its id; null: all.", examples=["groq"]
    )
    accept: StrictBool = Field(
        False, description="Take the list of this provider that is held because it looks wrong."
    )


@router.get(
    "/status",
    summary="How the installation stands",
    **answers(AdminStatus, personal=True, example=_STATUS),
)
async def admin_status(request: Request) -> Response:
    """Every provider with its last good list and its breaker, refreshes, leases, the database, the
    store and the versions of the master key."""
    allowed(request, "admin")
    return own(request, await status(request))


@router.post(
    "/refresh",
    status_code=202,
    summary="Ask providers anew",
    **answers(RefreshAnswer, status=202, example={"started": True, "refresh": _REFRESH}),
)
async def refresh(
    request: Request, wanted: Annotated[WantedRefresh | None, Field(title="Whom to ask")] = None
) -> Response:
    """Ask all providers, or one, in the background; one refresh runs at a time, and `/status` says
    what became of it."""
    allowed(request, "admin")
    house, asked = house_of(request), wanted or WantedRefresh(provider=None, accept=False)
    house.limiter.spend("refresh", actor_of(request).user)
    if asked.provider is None:
        if asked.accept:
            raise _wrong("accept", "name the provider whose list is to be taken")
        started = house.renewing.begin()
    else:
        _vet(request, asked.provider, accept=asked.accept)
        only = {asked.provider}
        house.renewing.begin_of(only, only if asked.accept else ())
        started = True
    return own(request, RefreshAnswer(started=started, refresh=refresh_state(house)), 202)


def _vet(request: Request, provider: str, *, accept: bool) -> None:
    catalog = house_of(request).shelf.opened.at(house_of(request).clock())
    if catalog.row(provider) is None:
        raise _wrong("provider", "there is no such provider")
    if accept and provider not in catalog.held():
        raise Problem(409, "no list of this provider is held")


def _wrong(field: str, message: str) -> Problem:
    return Problem(422, message, errors=(Wrong(where=f"body.{field}", message=message),))
