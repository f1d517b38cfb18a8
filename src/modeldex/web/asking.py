"""What a request says of itself before anybody looks at what it is about: one pass over its headers."""

import secrets
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from ..settings.oidc import CALLBACK

SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
"""Methods that change nothing. Source: https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods"""


class Asking:
    """One request, as far as its line and its headers go."""

    __slots__ = (
        "_id",
        "accept_encoding",
        "anthropic",
        "api_key",
        "authorization",
        "client",
        "content_length",
        "content_type",
        "cookie",
        "host",
        "if_none_match",
        "method",
        "origin",
        "path",
        "query",
        "raw_path",
        "site",
        "user",
    )

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope.get("raw_path") or b""
        self.query: bytes = scope["query_string"]
        self.client: str = (scope.get("client") or ("", 0))[0]
        self.host: list[bytes] = []
        self.authorization: list[bytes] = []
        self.api_key: list[bytes] = []
        self.origin = self.site = self.if_none_match = self.accept_encoding = b""
        self.content_length = self.content_type = self.cookie = b""
        self.anthropic = False
        self._id = self.user = ""
        """`user`: who asks, once that is known."""
        for name, value in scope["headers"]:
            if (take := _TAKEN.get(name)) is not None:
                take(self, value)

    @property
    def id(self) -> str:
        """A name of this one request: in its problem, in the log, and in the audit log."""
        if not self._id:
            self._id = secrets.token_hex(8)
        return self._id

    @property
    def takes_gzip(self) -> bool:
        """Whether a compressed answer is welcome."""
        said = self.accept_encoding
        return b"gzip" in said and b"gzip;q=0" not in said.replace(b" ", b"")

    @property
    def safe(self) -> bool:
        """Whether it changes nothing; a list that is to be asked for anew is a change."""
        return self.method in SAFE and b"force_refresh" not in unquote_to_bytes(self.query)

    @property
    def changes(self) -> bool:
        """Whether it changes something; of what is safe to be led to from another site one does: to
        come back from the identity provider, which counts once."""
        return not self.safe or self.path == CALLBACK

    @property
    def credentials(self) -> list[bytes]:
        """Every token that was sent, in whichever header; no more than one means anything."""
        bearers = [_bearer(value) for value in self.authorization]
        return [*bearers, *self.api_key]


def _bearer(value: bytes) -> bytes:
    scheme, _, token = value.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else b""


def _put(field: str) -> Any:
    def put(asking: Asking, value: bytes) -> None:
        setattr(asking, field, value)

    return put


def _add(field: str) -> Any:
    def add(asking: Asking, value: bytes) -> None:
        getattr(asking, field).append(value)

    return add


def _anthropic(asking: Asking, _value: bytes) -> None:
    asking.anthropic = True


_TAKEN: dict[bytes, Any] = {
    b"host": _add("host"),
    b"authorization": _add("authorization"),
    b"x-api-key": _add("api_key"),
    b"origin": _put("origin"),
    b"sec-fetch-site": _put("site"),
    b"if-none-match": _put("if_none_match"),
    b"accept-encoding": _put("accept_encoding"),
    b"content-length": _put("content_length"),
    b"content-type": _put("content_type"),
    b"cookie": _put("cookie"),
    b"anthropic-version": _anthropic,
}
