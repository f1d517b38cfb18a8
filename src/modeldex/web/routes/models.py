"""`/api/v1/models`: the catalog's models, searched, filtered, counted, and one by one."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from ...domain.errors import NotFound
from ...domain.model import Model
from ...domain.query import Condition, Op
from ...domain.query import Query as Question
from ...rules.query import text_of
from ...rules.spelling import closest
from ...rules.telling import document
from ...service.reading import Catalog
from ...service.shapes import claims
from ..describing import answers
from ..documents import FacetCounts, ModelPage
from ..paging import behind, cursor
from ..problems import Problem, Wrong
from ..replying import Here, encoded, reply
from . import asked
from .asked import Filters, ListParams

router = APIRouter(prefix="/api/v1", tags=["catalog"])


@router.get("/models", summary="Search models", **answers(ModelPage, personal=True))
def models(request: Request, params: Annotated[ListParams, Query()]) -> Response:
    """Models that match a query and all filters, newest first; chat models unless told otherwise."""
    hot = not request.scope["query_string"]
    return reply(request, lambda here: _page(here, params), personal=True, keep=hot)


@router.get("/facets", summary="Count values", **answers(FacetCounts, personal=True))
def facets(request: Request, params: Annotated[Filters, Query()]) -> Response:
    """How many of the models that match have which value, field by field; unknown is a value."""
    hot = not request.scope["query_string"]
    return reply(request, lambda here: _facets(here, params), personal=True, keep=hot)


@router.get("/models/{model:path}", summary="One model", **answers(Model, personal=True))
def model(
    request: Request,
    model: Annotated[str, Path(examples=["groq/openai/gpt-oss-120b"], max_length=1000)],
    sources: Annotated[bool, Query(description="With every witness of each field.")] = False,
    history: Annotated[bool, Query(description="With every recorded change.")] = False,
) -> Response:
    """One model by its id, `provider/native-id`; slashes stand as they are."""
    return reply(request, lambda here: _one(here, model, sources, history), personal=True)


def _page(here: Here, params: ListParams) -> bytes:
    wanted = asked.query(params, here.now.date())
    fields = _fields(params.fields)
    question, places = asked.found(here.seen, wanted)
    told = text_of(question)
    start = behind(params.cursor, told, places)
    shown = places[start : start + params.limit]
    end = start + len(shown)
    documents = here.seen.documents(shown)
    return encoded(
        {
            "models": list(map(msgspec.Raw, _only(documents, fields))),
            "total": len(places),
            "unknown": asked.undecided(here.seen, question, len(places)),
            "read_as": list(question.words) if question.words != wanted.words else None,
            "next": cursor(told, end - 1, shown[-1]) if shown and end < len(places) else None,
            "catalog": here.opened.stamp,
            "facets": here.seen.counts(places) if params.facets else None,
        }
    )


def _facets(here: Here, params: Filters) -> bytes:
    question = asked.query(params, here.now.date())
    _, places = asked.found(here.seen, question)
    return encoded({"total": len(places), "facets": here.seen.counts(places)})


def _fields(text: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    known = Model.__struct_fields__
    for name in names:
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean {close}?" if close else f"fields are {', '.join(known)}"
            wrong = Wrong(where="query.fields", message="no field of a model")
            raise Problem(422, "not understood: query.fields", hint=hint, errors=(wrong,))
    return names


def _only(documents: Iterable[str], fields: tuple[str, ...]) -> Iterator[bytes]:
    for text in documents:
        if not fields:
            yield text.encode()
        else:
            whole = msgspec.json.decode(text)
            yield encoded({name: whole.get(name) for name in ("id", *fields)})


def _one(here: Here, name: str, sources: bool, history: bool) -> bytes:
    for catalog in here.catalogs_of(name):
        found = next(catalog.documents(_exactly(name)), None) if name else None
        if found is not None:
            break
    else:
        raise missing(here.catalog, name)
    more: dict[str, Any] = {}
    if sources:
        more["claims"] = claims(catalog.explanations(name))
    if history:
        more["history"] = [document(change) for change in catalog.changes(id=name)]
    extra = encoded(more)[1:-1]
    return found.encode()[:-1] + (b"," + extra if extra else b"") + b"}"


def _exactly(name: str) -> Question:
    return Question(conditions=(Condition(field="id", op=Op.EQ, values=(name,)),), limit=1)


def missing(catalog: Catalog, name: str) -> NotFound:
    """No model of that id, with what may have been meant."""
    close = ", ".join(_meant(catalog, name)) if name else ""
    return NotFound("no model has this id", hint=f"closest: {close}" if close else "")


def _meant(catalog: Catalog, name: str) -> Iterable[str]:
    """Where the name leads, when it leads anywhere, and ids that are close to it."""
    led = catalog.resolve(name).id
    first = (led,) if led != name and catalog.get(led) is not None else ()
    return dict.fromkeys((*first, *catalog.suggest(name)))
