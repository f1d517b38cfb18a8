"""Answers about one person: worked out each time, kept by nobody, named by what they say."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from . import conditional
from .headers import PERSONAL, VARY
from .replying import ASKING, JSON, actor_of, encoded


def own(
    request: Request,
    document: Any,
    status: int = 200,
    *,
    body: bytes | None = None,
    name: str | None = None,
) -> Response:
    """The document as JSON; 304 where the caller has it. `body` is the document written already,
    `name` a tag for all that it says; without one that is worked out."""
    said = encoded(document) if body is None else body
    etag = conditional.quoted(name or conditional.tag(actor_of(request).user, said.decode()))
    asking = request.scope[ASKING]
    headers = [(b"content-type", JSON.encode()), PERSONAL, VARY]
    response = Response()
    if asking.method in ("GET", "HEAD"):
        headers.append((b"etag", etag))
        if asking.if_none_match and conditional.names(asking.if_none_match, etag):
            response.status_code, response.body, said = 304, b"", b""
            response.raw_headers = headers[1:]
            return response
    response.status_code, response.body = status, said
    response.raw_headers = [*headers, (b"content-length", str(len(said)).encode())]
    return response


def done() -> Response:
    """Nothing is left to say."""
    response = Response()
    response.status_code, response.body = 204, b""
    response.raw_headers = [PERSONAL]
    return response
