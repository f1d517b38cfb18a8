"""The door, before any framework: who may come in, stored answers at once, and the same headers on all."""

import asyncio
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..domain.account import Actor
from ..domain.mistake import place
from ..storage.accounts.patience import waiting_at_most
from . import conditional
from .actors import NOBODY, OPEN, limited
from .asking import SAFE, Asking
from .bodies import largest
from .ceiling import Ceiling
from .gate import too_large
from .headers import SECURITY
from .house import House
from .limiting import whose
from .looks import CHANGING_S, WITHIN_S
from .metrics import UNMATCHED
from .problems import MEDIA, UNEXPECTED, Problem
from .replying import ACTOR, ASKING
from .stored import Variant, key

_log = logging.getLogger("modeldex.web")
_TOLD = 500
"""The status of a mistake that is in the log already."""


class Front:
    """Wraps an app: nothing reaches it that is not admitted, nothing leaves it without its headers."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house = app, house
        bears = house.ceilings
        alone = house.tenancy is None
        self._answers = Ceiling(bears.in_flight, bears.in_flight if alone else bears.of_one)
        self._bodies = Ceiling(bears.in_flight, bears.bodies_of_one)

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
            with waiting_at_most(CHANGING_S if asking.changes else WITHIN_S):
                route = await self._answer(scope, asking, passage)
        except Problem as problem:
            route = route_of(scope)
            if self._house.denials is not None:
                self._house.denials.tell(problem, asking)
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
        if actor.user:
            house.limiter.spend("read" if asking.method in SAFE else "write", actor.user)
        scope[ACTOR], scope[ASKING] = actor, asking
        # The server above goes by its own scope: after HEAD it expects no body.
        inner = {**scope, "method": "GET"} if asking.method == "HEAD" else scope
        try:
            if asking.method not in SAFE and asking.path not in OPEN:
                await self._body(asking, passage)
            if asking.path in OPEN:
                await self._inside(inner, passage)
            else:
                with self._answers.place(actor.user or whose(asking.client)):
                    await self._inside(inner, passage)
        finally:
            scope["route"] = inner.get("route")
        return route_of(scope)

    async def _body(self, asking: Asking, passage: "_Passage") -> None:
        """Have all of the body here, so that nobody holds a place who only begins to send one. Those
        of strangers are small: the connections bound them, and strangers cannot take users' places."""
        if asking.user:
            with self._bodies.place(asking.user):
                await passage.collect()
        else:
            await passage.collect()

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
        in_flight = self._house.metrics.in_flight
        in_flight.inc()
        try:
            async with asyncio.timeout(self._house.ceilings.answer_s) as limit:
                passage.began = lambda: limit.reschedule(None)
                await self._app(scope, passage.receive, passage.send)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 (uvicorn, above, would close the connection)
            if not passage.status and isinstance(error, TimeoutError):
                raise Problem(504, "the answer took too long") from None
            if not passage.status:
                raise Problem(500, UNEXPECTED) from None
            if passage.status != _TOLD:
                _log.error("an answer broke off: %s", place(error))
        finally:
            in_flight.dec()


def route_of(scope: Scope) -> str:
    """The template of the route that answers; nothing of what the caller put into it."""
    return getattr(scope.get("route"), "path_format", UNMATCHED)


def _nothing() -> None:
    """For an answer on whose beginning nothing waits."""


class _Passage:
    """One answer on its way out, and one body on its way in."""

    __slots__ = ("_asking", "_body", "_send", "_upstream", "began", "status")

    def __init__(self, asking: Asking, send: Send, receive: Receive) -> None:
        self._asking, self._send, self._upstream = asking, send, receive
        self._body: Message | None = None
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

    async def collect(self) -> None:
        """Wait for the whole body; raises `Problem` (413) as soon as it is too much."""
        body, most, more = bytearray(), largest(self._asking.path), True
        while more:
            message = await self._upstream()
            if message["type"] == "http.disconnect":
                raise Problem(400, "the body broke off")
            body += message.get("body", b"")
            if len(body) > most:
                raise too_large(most)
            more = message.get("more_body", False)
        self._body = {"type": "http.request", "body": bytes(body), "more_body": False}

    async def receive(self) -> Message:
        """The body that was collected, once; then what becomes of the caller. A request that only
        reads brings none that anybody looks at."""
        body, self._body = self._body, None
        return body or await self._upstream()


def problem_headers(problem: Problem, body: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a problem, but for those that go with every answer."""
    return [
        (b"content-type", MEDIA),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.encode(), value.encode()) for name, value in problem.headers.items()),
    ]


def told(problem: Problem, route: str, incident: str, why: str = "") -> bytes:
    """The problem's document; what is our fault is in the log under the same incident, with the
    route's template."""
    if problem.status >= 500:
        _log.error("incident %s at %s: %s", incident, route, why or problem.why or problem.detail)
    return problem.body(incident)
