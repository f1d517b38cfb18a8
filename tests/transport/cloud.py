"""A cloud on this machine: answers by path, keeps every request whole, and checks signatures by hand."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

AWS_KEY_ID = "AKIA" + "CANARY0123456789"
AWS_SECRET = "canary/aws+secret0123456789abcdefghijklmn"


class Request(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


class Cloud:
    """The answers by path, and the requests until now."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.requests: list[Request] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


@asynccontextmanager
async def cloud(answers: Mapping[str, Any]) -> AsyncIterator[Cloud]:
    """A server whose answers are JSON values, bytes, a status, or `None` for one that never comes."""
    seen = Cloud(answers)
    hanging = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            seen.requests.append(request)
            answer = answers.get(request.path, 404)
            if answer is None:
                await hanging.wait()
            writer.write(_reply(answer))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        hanging.set()
        server.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    return Request(method, path, query, headers, body)


def _reply(answer: Any) -> bytes:
    status, body = (answer, b"{}") if isinstance(answer, int) else (200, _body(answer))
    moved = "location: http://127.0.0.1:1/away\r\n" if 300 <= status < 400 else ""
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n{moved}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _body(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


class Signed(NamedTuple):
    """What a request says of its own signature."""

    key_id: str
    day: str
    region: str
    service: str
    headers: list[str]
    signature: str


def said(request: Request) -> Signed:
    """The parts of its `Authorization`."""
    scheme, _, rest = request.headers["authorization"].partition(" ")
    assert scheme == "AWS4-HMAC-SHA256"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key_id, day, region, service, end = parts["Credential"].split("/")
    assert end == "aws4_request"
    headers = parts["SignedHeaders"].split(";")
    return Signed(key_id, day, region, service, headers, parts["Signature"])


def signature(request: Request, secret: str) -> str:
    """What the signature is to be, computed from the request as it arrived.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    parts = said(request)
    canonical = "\n".join(
        [
            *(request.method, request.path, "&".join(sorted(request.query.split("&")))),
            *(f"{name}:{request.headers[name]}" for name in parts.headers),
            *("", ";".join(parts.headers), hashlib.sha256(request.body).hexdigest()),
        ]
    )
    scope = f"{parts.day}/{parts.region}/{parts.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{request.headers['x-amz-date']}\n{scope}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in (parts.day, parts.region, parts.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()
