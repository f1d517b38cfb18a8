"""Providers: who can be asked, and how each one's list stands."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from ...domain.catalog import HeldListing
from ...domain.errors import NotFound
from ...rules.spelling import closest
from ...service import shapes
from ...service.reading import Catalog
from ..describing import answers
from ..documents import ProviderPage, ProviderStatus
from ..replying import Here, encoded, reply

router = APIRouter(prefix="/api/v1/providers", tags=["catalog"])


@router.get("", summary="All providers", **answers(ProviderPage, personal=True))
def providers(request: Request) -> Response:
    """Every provider: whether it can be called, the age of its list, what the last try came to."""
    return reply(request, _all, personal=True, moving=True, keep=True)


@router.get("/{provider}", summary="One provider", **answers(ProviderStatus, personal=True))
def provider(
    request: Request, provider: Annotated[str, Path(examples=["groq"], max_length=200)]
) -> Response:
    """One provider by its id."""
    return reply(request, lambda here: _one(here, provider), personal=True, moving=True)


def _all(here: Here) -> bytes:
    lines = list(_lines(here.catalog))
    return encoded({"providers": lines, "catalog": here.opened.stamp})


def _one(here: Here, name: str) -> bytes:
    lines = {line["provider"]: line for line in _lines(here.catalog)}
    if name not in lines:
        close = closest(name, list(lines))
        raise NotFound("no provider has this id", hint=f"did you mean {close}?" if close else "")
    return encoded(lines[name])


def _lines(catalog: Catalog) -> Iterator[Mapping[str, Any]]:
    held = catalog.held()
    for line in catalog.provider_lines():
        yield {**shapes.provider(line), "held": _why(held.get(line.provider))}


def _why(aside: HeldListing | None) -> str | None:
    return aside.held.hold.sentence if aside is not None else None
