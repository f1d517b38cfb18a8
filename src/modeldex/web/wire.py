"""HTTP on the wire with bounds of our own: how large headers may be, and how long they may take.

Source: https://www.uvicorn.org/settings/#resource-limits (none of them bounds headers)
"""

import secrets
from asyncio import TimerHandle, Transport
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .front import problem_headers, told
from .headers import SECURITY
from .metrics import UNMATCHED
from .problems import Problem

LARGEST_HEADERS = 32 * 1024
"""Bytes of a request's line and headers."""
HEADERS_S = 10.0
"""Seconds in which a request's headers have to be there, counted from its first byte, for the
first request of a connection from its beginning."""
BODY_S = 20.0
"""Seconds in which a request's body has to be there."""
_TOO_LARGE = Problem(
    431, f"the headers are larger than {LARGEST_HEADERS} bytes", headers={"connection": "close"}
)
_TOO_MANY = Problem(
    503,
    "too many are connected at the moment",
    headers={"retry-after": "1", "connection": "close"},
)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's fast protocol, which lets go of who sends too much or too slowly."""

    _head_bytes = 0
    _in_head = True
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A connection: its first request has to come."""
        super().connection_made(transport)
        self._within(HEADERS_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes: of headers only so many."""
        if self._in_head:
            if self._deadline is None:
                self._within(HEADERS_S)
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEADERS and not self._ends_in(data):
                self.transport.write(_refusal())
                self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The headers are there; now the body has to come."""
        self._in_head = False
        self._within(BODY_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there whole; the next one begins anew."""
        self._arrived()
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]
        """A request begins to be answered; beyond `Bounds.connections` in the words of all errors."""
        super()._start_asgi_task(cycle, _busy if app is service_unavailable else app)  # type: ignore[arg-type]

    def _ends_in(self, data: bytes) -> bool:
        """Whether the headers end in time: what is beyond them in the same bytes is body."""
        end = data.find(b"\r\n\r\n")
        return end >= 0 and self._head_bytes - len(data) + end <= LARGEST_HEADERS

    def _within(self, seconds: float) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


async def _busy(_scope: Scope, _receive: Receive, send: Send) -> None:
    body = told(_TOO_MANY, UNMATCHED, secrets.token_hex(8))
    headers = problem_headers(_TOO_MANY, body) + SECURITY
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refusal() -> bytes:
    body = told(_TOO_LARGE, UNMATCHED, secrets.token_hex(8))
    lines = [name + b": " + value for name, value in problem_headers(_TOO_LARGE, body) + SECURITY]
    return b"\r\n".join((b"HTTP/1.1 431 Request Header Fields Too Large", *lines, b"", body))


PROTOCOL: Any = BoundedProtocol
