"""The catalog itself: which one is in force, and the file, for programs that read it on their own."""

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from ...domain.report import CatalogStamp
from .. import conditional
from ..describing import answers
from ..house import house_of
from ..problems import Problem
from ..replying import ASKING, Here, encoded, reply
from ..stored import unchanged

router = APIRouter(prefix="/api/v1", tags=["catalog"])


@router.get("/catalog", summary="Which catalog is in force", **answers(CatalogStamp))
def catalog(request: Request) -> Response:
    """Its hash, its size, its time."""
    return reply(request, _stamp, keep=True)


@router.get(
    "/catalog.db",
    summary="The catalog's file",
    **answers(media="application/vnd.sqlite3"),
)
def catalog_db(request: Request) -> Response:
    """An ordinary SQLite database; its entity tag is its SHA-256. Ranges are answered."""
    opened = house_of(request).shelf.opened
    etag = conditional.quoted(opened.stamp.hash)
    asked = request.scope[ASKING].if_none_match
    headers = {name.decode(): value.decode() for name, value in unchanged(etag, personal=False)}
    if asked and conditional.names(asked, etag):
        return Response(status_code=304, headers=headers)
    path = opened.path
    if not path.is_file():
        raise Problem(503, "the file has gone; a newer one is about to be opened")
    return FileResponse(
        path,
        headers=headers,
        media_type="application/vnd.sqlite3",
        filename=f"modeldex-{opened.stamp.hash[:12]}.db",
    )


def _stamp(here: Here) -> bytes:
    return encoded(here.opened.stamp)
