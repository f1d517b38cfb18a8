"""From what is wanted to the request that is sent: addresses vetted, headers vetted, the key put in."""

import re

import httpx2

from ..domain.connection import Connection
from ..domain.listing import Ask
from ..domain.outcome import Outcome, Verdict
from .address import url as address
from .auth import credential
from .guard import is_loopback, origin, vet_headers
from .token_asks import TokenAsk

_NOT_MODIFIED = 304
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,256}")
_CONDITIONS = ("if-none-match", "if-modified-since")


def keyed_request(client: httpx2.AsyncClient, connection: Connection, ask: Ask) -> httpx2.Request:
    """The request that puts `ask` to a connection; raises `Verdict` for what must not be sent."""
    url = address(connection, ask)
    _refuse_ambiguous(url)
    headers = httpx2.Headers()
    for said in (connection.headers, ask.headers):
        vet_headers(said)
        headers.update(said)
    headers.update(credential(connection, ask, url))
    if ask.json is None:
        return client.build_request("GET", url, headers=headers)
    headers["content-type"] = "application/json"
    return client.build_request("POST", url, headers=headers, content=ask.json)


def public_request(
    client: httpx2.AsyncClient, url: str, etag: str | None, last_modified: str | None
) -> httpx2.Request:
    """The request for a document that anybody may read, unless it is still the one in hand.

    Raises `Verdict` for an address that is ambiguous, or neither `https` nor this machine.
    """
    target = origin(url)
    if target.scheme != "https" and not is_loopback(target.host):
        raise Verdict(Outcome.TLS, "it is only fetched over https, or from this machine")
    _refuse_ambiguous(url)
    said = zip(_CONDITIONS, (etag, last_modified), strict=True)
    headers = {name: value for name, value in said if value is not None}
    vet_headers(headers)
    return client.build_request("GET", url, headers=headers)


def token_request(client: httpx2.AsyncClient, ask: TokenAsk) -> httpx2.Request:
    """The request for a short-lived token.

    Raises `Verdict` when a secret would travel in the clear, or cannot stand in a header.
    """
    target = origin(ask.url)
    if not (target.scheme == "https" or is_loopback(target.host) or ask.in_the_clear):
        raise Verdict(Outcome.TLS, "a key is only sent over https, or to this machine")
    _refuse_ambiguous(ask.url)
    vet_headers(ask.headers)
    method = "GET" if ask.form is None else "POST"
    return client.build_request(method, ask.url, headers=dict(ask.headers), data=ask.form)


def unchanged(request: httpx2.Request, response: httpx2.Response) -> bool:
    """Whether a conditional request was answered with: still the same."""
    conditional = any(name in request.headers for name in _CONDITIONS)
    return conditional and response.status_code == _NOT_MODIFIED


def validator(response: httpx2.Response, name: str) -> str | None:
    """The `ETag` or `Last-Modified` of an answer; `None` when it could not be sent back."""
    value: str = response.headers.get(name, "")
    return value if _VALIDATOR.fullmatch(value) else None


def _refuse_ambiguous(url: str) -> None:
    """Two parsers that disagree on the host would send a key astray."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        parsed = httpx2.URL()
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if (parsed.scheme, parsed.raw_host.decode("ascii"), port) != origin(url):
        raise Verdict(Outcome.UNREACHABLE, "its address names no host")
