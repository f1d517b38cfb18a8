"""The door, before any framework: who may come in, stored answers at once, and the same headers on all."""

import asyncio
import logging
import time
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..domain.account import Actor
from . import conditional
from .actors import NOBODY, OPEN, limited
from .asking import Asking
from .gate import LARGEST_BODY, too_large
from .headers import SECURITY
from .house import House
from .metrics import UNMATCHED
from .problems import MEDIA, UNEXPECTED, Problem
from .replying import ACTOR, ASKING
from .stored import Variant, key

_log = logging.getLogger("modeldex.web")
_BUSY = Problem(503, "too many requests are being answered", headers={"retry-after": "1"})
_SLOW = Problem(504, "the answer took too long")
_TOLD = 500
"""The status of a mistake that is in the log already."""
_FRAMES = 6


class Front:
    """Wraps an app: nothing reaches it that is not admitted, nothing leaves it without its headers."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house = app, house
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; see https://asgi.readthedocs.io/en/latest/specs/www.html"""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        began = time.perf_counter()
        asking = Asking(scope)
        passage = _Passage(asking, send, receive)
        route = UNMATCHED
        try:
            route = await self._answer(scope, asking, passage)
        except Problem as problem:
            route = route_of(scope)
            await passage.refuse(problem, route)
        finally:
            spent = time.perf_counter() - began
            self._house.metrics.count(asking.method, route, passage.status, spent)
            if (tell := self._house.requests) is not None:
                tell(asking.method, route, passage.status, spent, asking.user, asking.id)

    async def _answer(self, scope: Scope, asking: Asking, passage: "_Passage") -> str:
        house = self._house
        house.gate.check(asking)
        actor = NOBODY if asking.path in OPEN else await house.admit(asking)
        asking.user = actor.user
        if actor.scopes is not None:
            limited(actor, asking)
        if (ready := await self._ready(asking, actor)) is not None:
            chosen, route = ready
            if asking.if_none_match and conditional.names(asking.if_none_match, chosen.etag):
                await passage.whole(304, chosen.unchanged, b"")
            else:
                await passage.whole(200, chosen.headers, chosen.body)
            return route
        scope[ACTOR], scope[ASKING] = actor, asking
        # The server above goes by its own scope: after HEAD it expects no body.
        inner = {**scope, "method": "GET"} if asking.method == "HEAD" else scope
        try:
            await self._inside(inner, passage)
        finally:
            scope["route"] = inner.get("route")
        return route_of(scope)

    async def _ready(self, asking: Asking, actor: Actor) -> tuple[Variant, str] | None:
        """The answer that was worked out before and its route's template, while it is good."""
        house = self._house
        if not (asking.method == "GET" or asking.method == "HEAD") or not house.shelf.ready:
            return None
        if house.hot is not None:
            kept = await house.hot.find(asking, actor)
            return None if kept is None else (kept.variant, kept.route)
        known = house.shelf.opened.shelf.get(key(asking, actor.user))
        if known is None or known.until <= house.clock():
            return None
        return known.variant(asking), known.route

    async def _inside(self, scope: Scope, passage: "_Passage") -> None:
        if self._in_flight >= self._house.ceilings.in_flight:
            raise _BUSY
        self._in_flight += 1
        self._house.metrics.in_flight.set(self._in_flight)
        try:
            async with asyncio.timeout(self._house.ceilings.answer_s) as limit:
                passage.began = lambda: limit.reschedule(None)
                await self._app(scope, passage.receive, passage.send)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 (uvicorn, above, would close the connection)
            if not passage.status and isinstance(error, TimeoutError):
                raise _SLOW from None
            if not passage.status:
                raise Problem(500, UNEXPECTED) from None
            if passage.status != _TOLD:
                _log.error("an answer broke off: %s", place(error))
        finally:
            self._in_flight -= 1
            self._house.metrics.in_flight.set(self._in_flight)


def route_of(scope: Scope) -> str:
    """The template of the route that answers; nothing of what the caller put into it."""
    return getattr(scope.get("route"), "path_format", UNMATCHED)


def _nothing() -> None:
    """For an answer on whose beginning nothing waits."""


class _Passage:
    """One answer on its way out, and one body on its way in."""

    __slots__ = ("_asking", "_received", "_send", "_upstream", "began", "status")

    def __init__(self, asking: Asking, send: Send, receive: Receive) -> None:
        self._asking, self._send, self._upstream = asking, send, receive
        self._received = 0
        self.status = 0
        """The status sent; 0 while none is."""
        self.began = _nothing

    async def whole(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Send an answer that is all there."""
        self.status = status
        await self._send(
            {"type": "http.response.start", "status": status, "headers": headers + SECURITY}
        )
        if self._asking.method == "HEAD":
            body = b""
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, problem: Problem, route: str) -> None:
        """Send a problem; nothing, where an answer has begun already."""
        if self.status:
            return
        body = told(problem, route, self._asking.id)
        await self.whole(problem.status, problem_headers(problem, body), body)

    async def send(self, message: Message) -> None:
        """What the app sends, with the headers that all answers have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began()
            message["headers"] = [*message.get("headers", ()), *SECURITY]
        elif self._asking.method == "HEAD" and message.get("body"):
            message = {**message, "body": b""}
        await self._send(message)

    async def receive(self) -> Message:
        """What the caller sends, as far as it is not too much."""
        message = await self._upstream()
        self._received += len(message.get("body", b""))
        if self._received > LARGEST_BODY:
            raise too_large()
        return message


def problem_headers(problem: Problem, body: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a problem, but for those that go with every answer."""
    return [
        (b"content-type", MEDIA),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.encode(), value.encode()) for name, value in problem.headers.items()),
    ]


def place(error: BaseException) -> str:
    """Where a mistake was made, and of which kind; not its words, which may be anybody's."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    made = " < ".join(f"{one.filename}:{one.lineno} in {one.name}" for one in reversed(frames))
    return f"{type(error).__name__} at {made}"


def told(problem: Problem, route: str, incident: str, why: str = "") -> bytes:
    """The problem's document; what is our fault is in the log under the same incident, with the
    route's template."""
    if problem.status >= 500:
        _log.error("incident %s at %s: %s", incident, route, why or problem.detail)
    return problem.body(incident)
