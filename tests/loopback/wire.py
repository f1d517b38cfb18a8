"""HTTP/1.1 at the level of bytes: one request in, one reply out, and nothing tidied up between."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

JSON = "application/json"
HTML = "text/html; charset=utf-8"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sent."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes = b""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a well-behaved server answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = {}


def json_reply(status: int, value: Any) -> Reply:
    return Reply(status=status, body=msgspec.json.encode(value))


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; `None` when the client left."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    length = int(headers.get("content-length", "0"))
    body = await reader.readexactly(length) if length else b""
    url = urlsplit(target)
    return Request(
        method=method,
        path=url.path,
        params=dict(parse_qsl(url.query, keep_blank_values=True)),
        headers=headers,
        body=body,
    )


def head(reply: Reply, **more: str) -> bytes:
    """Status line and headers of a reply, up to and with the empty line; no length by itself."""
    phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else "Odd"
    headers = {"Content-Type": reply.content_type, **reply.headers}
    headers.update({name.replace("_", "-"): value for name, value in more.items()})
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{n}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(reply: Reply) -> bytes:
    """A reply as it should be."""
    if reply.status == HTTPStatus.NO_CONTENT:
        return head(reply)
    return head(reply, Content_Length=str(len(reply.body))) + reply.body


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)
