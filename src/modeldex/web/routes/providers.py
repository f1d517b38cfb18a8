"""Providers: who can be asked, and how each one's list stands."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from ...domain.errors import NotFound
from ...domain.provider import Provider
from ...rules.spelling import closest
from ...service import shapes
from ..describing import answers
from ..house import house_of
from ..provider_documents import ProviderPage, ProviderStatus
from ..replying import Here, encoded, reply
from ..tenancy import tenancy_of
from ..their_providers import their_lines

router = APIRouter(prefix="/api/v1/providers", tags=["catalog"])


@router.get("", summary="All providers", **answers(ProviderPage, personal=True))
def providers(request: Request) -> Response:
    """Every provider: whether it can be called, the age of its list, what the last try came to."""
    rows = _rows(request)
    return reply(request, lambda here: _all(here, rows), personal=True, moving=True, keep=True)


@router.get("/{provider}", summary="One provider", **answers(ProviderStatus, personal=True))
def provider(
    request: Request, provider: Annotated[str, Path(examples=["groq"], max_length=200)]
) -> Response:
    """One provider by its id."""
    rows = _rows(request)
    return reply(request, lambda here: _one(here, provider, rows), personal=True, moving=True)


def _rows(request: Request) -> Mapping[str, Provider]:
    """Those to which users connect; none where the keys are those of this machine."""
    return {} if house_of(request).tenancy is None else tenancy_of(request).rows


def _all(here: Here, rows: Mapping[str, Provider]) -> bytes:
    lines = list(_lines(here, rows))
    return encoded({"providers": lines, "catalog": here.opened.stamp})


def _one(here: Here, name: str, rows: Mapping[str, Provider]) -> bytes:
    lines = {line["provider"]: line for line in _lines(here, rows)}
    if name not in lines:
        close = closest(name, list(lines))
        raise NotFound("no provider has this id", hint=f"did you mean {close}?" if close else "")
    return encoded(lines[name])


def _lines(here: Here, rows: Mapping[str, Provider]) -> Iterator[Mapping[str, Any]]:
    held, lines = here.catalog.held(), iter(here.catalog.provider_lines())
    own = here.theirs is None
    if here.theirs is not None:
        lines = their_lines(lines, rows, here.theirs.keys, here.now)
    for line in lines:
        yield {**shapes.provider(line), "held": shapes.held(held.get(line.provider), whole=own)}
