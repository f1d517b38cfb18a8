"""A plain client and plain rows for the tests of the loopback provider itself."""

import http.client
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from modeldex.domain.provider import Provider

from .mounts import MOUNTS
from .server import LoopbackProviders, canary

Json = dict[str, Any]
Follow = Callable[[Json], dict[str, str] | None]
"""From one page, the parameters that ask for the next one; `None` after the last."""

ROWS = tuple(
    Provider(
        id=name,
        name=name,
        base_url=f"https://{name}.example/v1",
        dialect="openai",
        key_env=(f"{name.upper()}_API_KEY",),
    )
    for name in MOUNTS
)
LISTS = [
    (name, route)
    for name, mount in MOUNTS.items()
    for route in mount.routes
    if not route.details and "{" not in route.path
]


def connect(loopback: LoopbackProviders) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", loopback.port, timeout=5)


def headers_for(provider: str, key: str | None) -> dict[str, str]:
    mount = MOUNTS[provider]
    name, before = mount.key_at[0]
    keyed = {} if key is None else {name: before + key}
    return {**keyed, **dict.fromkeys(mount.required, "2026-10-21")}


def ask(
    loopback: LoopbackProviders, provider: str, path: str, key: str | None = "", **params: str
) -> tuple[int, bytes]:
    """Status and body of one GET, by default with the right key."""
    connection = connect(loopback)
    target = f"/{provider}{path}" + (f"?{urlencode(params)}" if params else "")
    key = canary(provider) if key == "" else key
    try:
        connection.request("GET", target, headers=headers_for(provider, key))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def talk(loopback: LoopbackProviders, provider: str = "groq") -> socket.socket:
    """A bare socket on which one good request was sent."""
    bare = socket.create_connection(("127.0.0.1", loopback.port), timeout=2)
    path = MOUNTS[provider].routes[0].path
    key = canary(provider)
    bare.sendall(f"GET /{provider}{path} HTTP/1.1\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    return bare


def read_all(bare: socket.socket) -> bytes:
    with bare:
        return b"".join(iter(lambda: bare.recv(65536), b""))


def at(body: Json, path: str) -> list[Json]:
    level: Any = body
    for step in path.split("."):
        level = level[step]
    found: list[Json] = level
    return found


def after_id(body: Json) -> dict[str, str] | None:
    return {"after_id": body["last_id"]} if body["has_more"] else None


def by_token(field: str, param: str) -> Follow:
    return lambda body: {param: body[field]} if field in body else None


def by_number(body: Json) -> dict[str, str] | None:
    output = body["output"]
    done = output["page_no"] * output["page_size"] >= output["total"]
    return None if done else {"page_no": str(output["page_no"] + 1)}


def by_link(body: Json) -> dict[str, str] | None:
    link = body["links"]["next"]
    return dict([urlsplit(link).query.split("=")]) if link else None


PAGING = [
    ("anthropic", "/v1/models", after_id),
    ("gemini", "/v1beta/models", by_token("nextPageToken", "pageToken")),
    ("cohere", "/v1/models", by_token("next_page_token", "page_token")),
    ("fireworks", "/v1/accounts/fireworks/models", by_token("nextPageToken", "pageToken")),
    ("together", "/v2/supported-models", by_token("next_cursor", "after")),
    ("dashscope", "/api/v1/models", by_number),
    ("openrouter", "/api/v1/models", by_link),
]
