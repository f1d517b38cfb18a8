"""`/api/v1/connections`: the keys that a user keeps here, and what each opens; a key is never shown."""

import asyncio
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.responses import Response

from ...domain.account import KeptConnection, View
from ...domain.errors import NotFound, StorageError
from ...domain.outcome import Verdict
from ...domain.provider import Provider
from ...service.accounts.keeping import Given
from ...service.checking import standing_of
from ...service.many.asking import Showing
from ...service.many.views import shelved
from ..account_documents import ConnectionDocument, Connections
from ..describing import answers
from ..house import house_of
from ..own import done, own
from ..own_keys import OwnKeys
from ..problems import Problem, Wrong
from ..replying import actor_of
from ..strict import Strict
from ..tenancy import Tenancy, allowed, occasion, tenancy_of

router = APIRouter(prefix="/api/v1/connections", tags=["keys"])

_Key = Annotated[
    str | None,
    Field(
        max_length=16 * 1024, description="Kept sealed, and never given back.", examples=["gsk_…"]
    ),
]
_Url = Annotated[
    str | None,
    Field(max_length=2000, description="An address of one's own; null: the provider's."),
]
_Label = Annotated[str, Field(max_length=200)]
_Id = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="As in the list; where one user has it all, the provider's id.",
        examples=["groq"],
    ),
]


class NewConnection(Strict):
    """A provider and the key for it."""

    provider: str = Field(min_length=1, max_length=100, examples=["groq"])
    key: _Key = None
    base_url: _Url = None
    label: _Label = ""


class ChangedConnection(Strict):
    """All of a connection anew, but its provider; without a key the kept one stays."""

    key: _Key = None
    base_url: _Url = None
    label: _Label = ""


@router.get("", summary="Your connections", **answers(Connections, personal=True))
def connections(request: Request) -> Response:
    """Every connection with what it showed last."""
    allowed(request, "read")
    if (mine := _of_one(request)) is not None:
        return own(request, Connections(connections=mine.all()))
    tenancy, user = tenancy_of(request), actor_of(request).user
    views = tenancy.accounts.views.of(user)
    found = [
        _document(tenancy, one, views.get(one.id)) for one in tenancy.accounts.connections.of(user)
    ]
    return own(request, Connections(connections=found))


@router.post("", status_code=201, summary="Add a key", **answers(ConnectionDocument, status=201))
async def add(request: Request, wanted: NewConnection) -> Response:
    """Keep a key, ask its provider with it, and answer with what it opens."""
    allowed(request, "keys")
    house_of(request).limiter.spend("keys", actor_of(request).user)
    if (mine := _of_one(request)) is not None:
        return own(request, await mine.add(wanted.provider, wanted), 201)
    tenancy = tenancy_of(request)
    row = tenancy.rows.get(wanted.provider)
    if row is None:
        wrong = Wrong(where="body.provider", message="no such provider; GET /api/v1/providers")
        raise Problem(422, "there is no such provider", errors=(wrong,))
    given = _given(tenancy, row, wanted)
    kept = await asyncio.to_thread(tenancy.keeping.add, occasion(request), given)
    tenancy.standings.forget(kept.user)
    return own(request, await _asked(tenancy, kept), 201)


@router.get("/{id}", summary="One connection", **answers(ConnectionDocument, personal=True))
def connection(request: Request, id: _Id) -> Response:
    """One connection with what it showed last."""
    allowed(request, "read")
    if (mine := _of_one(request)) is not None:
        return own(request, mine.one(id))
    tenancy = tenancy_of(request)
    kept = _own(tenancy, request, id)
    view = tenancy.accounts.views.get(kept.user, kept.id)
    return own(request, _document(tenancy, kept, view))


@router.put("/{id}", summary="Replace a key", **answers(ConnectionDocument))
async def replace(request: Request, id: _Id, wanted: ChangedConnection) -> Response:
    """Put another key, address or label. Another host needs the key again (409)."""
    allowed(request, "keys")
    house_of(request).limiter.spend("keys", actor_of(request).user)
    if (mine := _of_one(request)) is not None:
        return own(request, await mine.replace(id, wanted))
    tenancy = tenancy_of(request)
    old = await asyncio.to_thread(_own, tenancy, request, id)
    row = tenancy.row_of(old)
    if row is None:
        raise Problem(409, "its provider is known no more: remove the connection")
    given = _given(tenancy, row, wanted)
    kept = await asyncio.to_thread(tenancy.keeping.replace, occasion(request), id, given)
    tenancy.standings.forget(kept.user)
    tenancy.asking.forget(old)
    return own(request, await _asked(tenancy, kept))


@router.post("/{id}/check", summary="Check a key", **answers(ConnectionDocument))
async def check(request: Request, id: _Id) -> Response:
    """Ask its provider with the key, now unless that was just done, and say what came of it."""
    allowed(request, "keys")
    house_of(request).limiter.spend("refresh", actor_of(request).user)
    if (mine := _of_one(request)) is not None:
        return own(request, await mine.check(id))
    tenancy = tenancy_of(request)
    kept, _ = await asyncio.to_thread(tenancy.keeping.taken_to_check, occasion(request), id)
    return own(request, await _asked(tenancy, kept))


@router.delete("/{id}", status_code=204, summary="Remove a key", **answers(status=204))
async def remove(request: Request, id: _Id) -> Response:
    """Remove a connection, its key, and what it showed."""
    allowed(request, "keys")
    house_of(request).limiter.spend("keys", actor_of(request).user)
    if (mine := _of_one(request)) is not None:
        await mine.remove(id)
        return done()
    tenancy = tenancy_of(request)
    kept = await asyncio.to_thread(_own, tenancy, request, id)
    await asyncio.to_thread(tenancy.keeping.remove, occasion(request), id)
    tenancy.standings.forget(kept.user)
    tenancy.asking.forget(kept)
    await asyncio.to_thread(_remember, tenancy, kept.user)
    return done()


def _of_one(request: Request) -> OwnKeys | None:
    """The keys of this machine's one user; `None` in an installation for many."""
    single = house_of(request).single
    return None if single is None else OwnKeys(request, single)


def _own(tenancy: Tenancy, request: Request, id: str) -> KeptConnection:
    kept = tenancy.accounts.connections.get(actor_of(request).user, id)
    if kept is None:
        raise NotFound("there is no such connection")
    return kept


def _given(tenancy: Tenancy, row: Provider, wanted: NewConnection | ChangedConnection) -> Given:
    if wanted.base_url is not None:
        try:
            tenancy.guard.vet_base_url(wanted.base_url)
        except Verdict as met:
            wrong = Wrong(where="body.base_url", message=met.message)
            raise Problem(422, met.message, errors=(wrong,)) from None
    return Given(provider=row, key=wanted.key, base_url=wanted.base_url, label=wanted.label)


async def _asked(tenancy: Tenancy, kept: KeptConnection) -> ConnectionDocument:
    view = await tenancy.asking.view(kept, force=True)
    await asyncio.to_thread(_remember, tenancy, kept.user)
    return await asyncio.to_thread(_document, tenancy, kept, view)


def _remember(tenancy: Tenancy, user: str) -> None:
    """Look at once how a user stands after a change: it counts should the database go away now."""
    with suppress(StorageError):
        tenancy.standings.of(user)


def _document(tenancy: Tenancy, kept: KeptConnection, view: View | None) -> ConnectionDocument:
    row = tenancy.row_of(kept)
    opened = None
    if row is not None and view is not None and view.listing:
        with suppress(StorageError):
            opened = len(shelved(Showing(kept, view), row, tenancy.shelf).models)
    return ConnectionDocument(
        id=kept.id,
        provider=kept.provider,
        label=kept.label,
        base_url=kept.base_url,
        host=kept.host,
        key_from=None,
        last4=kept.last4,
        fingerprint=kept.fingerprint[:12] or None,
        created_at=kept.created_at,
        changed_at=kept.changed_at,
        status=view.outcome if view else None,
        standing=standing_of(view.outcome, row) if view and row and kept.fingerprint else None,
        message=view.message if view else "",
        key_url=row.key_url if row else None,
        fetched_at=view.fetched_at if view else None,
        checked_at=view.checked_at if view else None,
        models=opened,
    )
