"""Bases: models as their labs released them, and everywhere they are served."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from ...domain.errors import NotFound
from ...domain.query import Query as Question
from ...rules.spelling import closest
from ...service.reading import Catalog
from ..conditional import tag
from ..describing import answers
from ..documents import Base, BasePage, Offers
from ..paging import FORM, MOST, behind, cursor
from ..replying import Here, encoded, reply

router = APIRouter(prefix="/api/v1/bases", tags=["catalog"])

_Name = Annotated[str, Path(examples=["openai/gpt-oss-120b"], max_length=1000)]


@router.get("", summary="All bases", **answers(BasePage))
def bases(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="A part of the name.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str | None, Query(pattern=FORM)] = None,
) -> Response:
    """The bases by name, each with how many models of it there are."""
    return reply(request, lambda here: _page(here, q, limit, cursor))


@router.get("/{base:path}/endpoints", summary="Everywhere a base is served", **answers(Offers))
def endpoints(request: Request, base: _Name) -> Response:
    """Every model of a base, the cheapest real offer first, with the backends behind it."""
    return reply(request, lambda here: _offers(here, base), personal=True)


@router.get("/{base:path}", summary="One base", **answers(Base))
def base(request: Request, base: _Name) -> Response:
    """How often a base is served, and by whom."""
    return reply(request, lambda here: encoded(_known(here, base)))


def _page(here: Here, q: str, limit: int, start: str | None) -> bytes:
    wanted = q.lower()
    names = [name for name in _all(here) if wanted in name.lower()]
    first = behind(start, f"bases {wanted}", list(map(tag, names)) if start else [])
    shown = names[first : first + limit]
    end = first + len(shown)
    more = shown and end < len(names)
    return encoded(
        BasePage(
            bases=[_all(here)[name] for name in shown],
            total=len(names),
            next=cursor(f"bases {wanted}", end - 1, tag(shown[-1])) if more else None,
        )
    )


def _all(here: Here) -> dict[str, Base]:
    return here.opened.everybodys.once("bases", lambda: _bases(here.catalog))


def _bases(catalog: Catalog) -> dict[str, Base]:
    found: dict[str, tuple[str | None, list[str]]] = {}
    for base, lab, provider in catalog.rows(Question(), ("base", "lab", "provider")):
        if base is not None:
            found.setdefault(base, (lab, []))[1].append(provider)
    return {
        name: Base(base=name, lab=lab, models=len(many), providers=sorted(set(many)))
        for name, (lab, many) in sorted(found.items())
    }


def _known(here: Here, name: str) -> Base:
    if (found := _all(here).get(name)) is None:
        close = closest(name, list(_all(here)))
        raise NotFound("no base has this name", hint=f"did you mean {close}?" if close else "")
    return found


def _offers(here: Here, name: str) -> bytes:
    known = _known(here, name)
    models = here.catalog.base(name)
    places = dict(here.catalog.rows(Question(), ("id", "place"))) if models else {}
    documents = here.opened.documents([places[model.id] for model in models])
    raw = [msgspec.Raw(text.encode()) for text in documents]
    return encoded({"base": name, "lab": known.lab, "models": raw})
