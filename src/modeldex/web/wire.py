"""HTTP on the wire with bounds of our own: how large headers may be, how long they may take, for how
long nobody may read an answer, and how many connections one address may have.

Source: https://www.uvicorn.org/settings/#resource-limits (has none of these)
"""

import secrets
from asyncio import TimerHandle, Transport
from functools import partial
from http.client import responses
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .front import problem_headers, told
from .headers import SECURITY
from .lines import Lines
from .metrics import UNMATCHED
from .problems import Problem

LARGEST_HEADERS = 32 * 1024
"""Bytes of a request's line and headers."""
HEADERS_S = 10.0
"""Seconds in which a request's headers have to be there, counted from its first byte, for the
first request of a connection from its beginning."""
BODY_S = 20.0
"""Seconds in which a request's body has to be there."""
UNREAD_S = 20.0
"""Seconds in which somebody who does not read all of an answer has to read some of it."""
LEAST_READ = 16 * 1024
"""Bytes that are some of it."""
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
    _unread: TimerHandle | None = None
    _left = 0
    _from: str | None = None

    def __init__(self, lines: Lines, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._lines = lines

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A connection, unless its address has too many: its first request has to come."""
        super().connection_made(transport)
        # Whatever the line does not take is waited for, and never kept behind a line that is closed.
        transport.set_write_buffer_limits(high=0)
        address = self.client[0] if self.client else ""
        if self._lines.full(address):
            transport.write(_refusal(_TOO_MANY))
            transport.close()
            return
        self._from = self._lines.begun(address)
        self._within(HEADERS_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._arrived()
        self._read_on()
        if self._from is not None:
            self._lines.ended(self._from)
            self._from = None
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Somebody has to read before more is sent."""
        self._read_on()
        self._has_to_read()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Somebody reads."""
        self._read_on()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Bytes: of headers only so many."""
        if self._in_head:
            if self._deadline is None:
                self._within(HEADERS_S)
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEADERS and not self._ends_in(data):
                self.transport.write(_refusal(_TOO_LARGE))
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

    def _has_to_read(self) -> None:
        self._left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(UNREAD_S, self._reads)

    def _reads(self) -> None:
        if self._left - self.transport.get_write_buffer_size() < LEAST_READ:
            self.transport.abort()
        else:
            self._has_to_read()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _late(self) -> None:
        self._deadline = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


async def _busy(_scope: Scope, _receive: Receive, send: Send) -> None:
    body = told(_TOO_MANY, UNMATCHED, secrets.token_hex(8))
    headers = problem_headers(_TOO_MANY, body) + SECURITY
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refusal(problem: Problem) -> bytes:
    body = problem.body(secrets.token_hex(8))
    lines = [name + b": " + value for name, value in problem_headers(problem, body) + SECURITY]
    begins = f"HTTP/1.1 {problem.status} {responses[problem.status]}".encode()
    return b"\r\n".join((begins, *lines, b"", body))


def protocol(lines: Lines) -> Any:
    """What `uvicorn.Config.http` takes, with the connections of one server counted in `lines`."""
    return partial(BoundedProtocol, lines)
