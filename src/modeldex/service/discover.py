"""Ask connections for their lists, all at once, and bring back a result for every one of them."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import NamedTuple

from ..dialects import spoken
from ..domain.connection import Connection
from ..domain.listing import Answer, Ask, Dialect, Page, Reading, Role, Route, When
from ..domain.outcome import Outcome, Unreadable, Verdict
from ..rules.conclude import Conclusion, RouteResult, answered, conclude, emptied
from ..rules.verdict import judge
from ..transport.address import url
from ..transport.client import Transport
from ..transport.limits import Limits

_READ_INLINE_BYTES = 32 * 1024
_MOST_DETAILS = 500
_MOST_RECORDS = 100_000
_DIALECT_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Asked(NamedTuple):
    """What asking one connection brought."""

    connection: Connection
    conclusion: Conclusion
    results: tuple[RouteResult, ...]
    read: tuple[tuple[Page, Reading], ...]
    """Every page that came, with what its dialect read in it."""
    duration_ms: int

    @property
    def empty(self) -> bool:
        """Whether a list without a model came, and not merely no list."""
        about_list = self.conclusion.outcome in (Outcome.OK, Outcome.EMPTY)
        return about_list and emptied(self.results)


async def discover(
    connections: Iterable[Connection],
    transport: Transport,
    limits: Limits,
    clock: Callable[[], datetime],
    done: Callable[[Asked], None],
    reading: AbstractAsyncContextManager[object] | None = None,
) -> tuple[Asked, ...]:
    """Ask all connections at once; a sick one costs its own deadline and harms no other.

    `reading` is entered for each large page that is read, such as a semaphore; `None`: all at once.
    """
    ends = time.monotonic() + limits.total_s

    async def one(connection: Connection) -> Asked:
        left = min(limits.attempt_s, ends - time.monotonic())
        asked = await _Asking(connection, transport, limits, clock, reading).run(left)
        done(asked)
        return asked

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(connection)) for connection in connections]
    return tuple(task.result() for task in tasks)


def _too_late(seconds: float) -> str:
    """What is said of a connection that had so much time, which may be none at all."""
    if seconds <= 0:
        return "the time of the whole refresh was over"
    return f"no whole answer within {seconds:.{0 if seconds >= 1 else 2}f} s"


class _Asking:
    """One connection on its way through its routes; pages that came are kept whatever comes after."""

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        limits: Limits,
        clock: Callable[[], datetime],
        reading: AbstractAsyncContextManager[object] | None,
    ) -> None:
        self.connection = connection
        self.transport = transport
        self.limits = limits
        self.clock = clock
        self.reading = reading or nullcontext()
        self.dialect: Dialect = spoken(connection.provider)
        self.read: list[tuple[Page, Reading]] = []
        self.results: list[RouteResult] = []
        self.bytes = 0
        self.ends_at = 0.0

    async def run(self, seconds: float) -> Asked:
        began = time.monotonic()
        self.ends_at = began + seconds
        routes = applicable(self.dialect.routes, self.connection)
        unanswered = {route.name: route for route in routes if route.role is not Role.FALLBACK}
        try:
            async with asyncio.timeout(seconds):
                await self._all(unanswered)
                if not answered(self.results):
                    unanswered = {r.name: r for r in routes if r.role is Role.FALLBACK}
                    await self._all(unanswered)
        except TimeoutError:
            late = Verdict(Outcome.TIMEOUT, _too_late(seconds))
            self.results += [self._result(route, late) for route in unanswered.values()]
        return Asked(
            self.connection,
            conclude(self.results),
            tuple(self.results),
            tuple(self.read),
            int((time.monotonic() - began) * 1000),
        )

    async def _all(self, unanswered: dict[str, Route]) -> None:
        async def one(route: Route) -> None:
            self.results.append(await self._follow(route))
            del unanswered[route.name]

        await asyncio.gather(*(one(route) for route in list(unanswered.values())))

    async def _follow(self, route: Route) -> RouteResult:
        """Ask a route page by page until it ends, loops, breaks off or grows too long."""
        first = first_ask(route, self.connection)
        ask: Ask | None = first
        seen: set[tuple[object, ...]] = set()
        cut_short: str | None = None
        try:
            if route.role is Role.CHECKS:
                await self._fetch(first)
                return self._result(route, None)
            while ask is not None:
                if len(seen) >= self.limits.pages:
                    cut_short = f"more than {self.limits.pages} pages"
                    break
                seen.add(_identity(ask))
                reading = await self._page(ask)
                if reading.cut_short:
                    cut_short = "it says that there is more, and not where"
                ask = next((one for one in reading.follow if one.role is not Role.DETAIL), None)
                if ask is not None and _identity(ask) in seen:
                    cut_short, ask = "its pages lead back to one another", None
                await self._details(one for one in reading.follow if one.role is Role.DETAIL)
        except Verdict as verdict:
            return self._result(route, verdict)
        return self._result(route, None, cut_short)

    async def _details(self, asks: Iterable[Ask]) -> None:
        wanted = list(asks)[:_MOST_DETAILS]
        for verdict in await asyncio.gather(*map(self._page, wanted), return_exceptions=True):
            if isinstance(verdict, BaseException) and not isinstance(verdict, Verdict):
                raise verdict

    async def _page(self, ask: Ask) -> Reading:
        answer = await self._fetch(ask)
        self.bytes += len(answer.body)
        if self.bytes > self.limits.decoded_bytes:
            raise Verdict(Outcome.TOO_LARGE, "its pages together are larger than the cap")
        page = Page(
            ask=ask,
            body=answer.body,
            url=url(self.connection, ask).partition("?")[0],
            fetched_at=self.clock(),
        )
        reading = await self._read(page)
        self.read.append((page, reading))
        if sum(len(known.claims) for _, known in self.read) > _MOST_RECORDS:
            raise Verdict(Outcome.TOO_LARGE, f"it lists more than {_MOST_RECORDS} models")
        return reading

    async def _fetch(self, ask: Ask) -> Answer:
        """The answer to one ask; raises the verdict on one that is no list.

        A public list that turns a call without key away says nothing about a key that is there.
        """
        answer = await self.transport.fetch(self.connection, ask, ends_at=self.ends_at)
        has_key = self.connection.secret is not None
        verdict = judge(answer, keyed=ask.sends_key and has_key)
        if verdict and verdict.outcome is Outcome.NO_KEY and has_key:
            raise Verdict(Outcome.FORBIDDEN, verdict.message)
        if verdict:
            raise verdict
        return answer

    async def _read(self, page: Page) -> Reading:
        try:
            if len(page.body) <= _READ_INLINE_BYTES:
                return self.dialect.read(page)
            async with self.reading:
                return await asyncio.to_thread(self.dialect.read, page)
        except Unreadable as error:
            raise Verdict(Outcome.BAD_PAYLOAD, _brief(str(error))) from None
        except _DIALECT_FAULTS as error:
            said = f"reading it failed ({type(error).__name__}); please report this"
            raise Verdict(Outcome.BAD_PAYLOAD, said) from None

    def _result(
        self, route: Route, verdict: Verdict | None, cut_short: str | None = None
    ) -> RouteResult:
        mine = [reading for page, reading in self.read if page.ask.route == route.name]
        return RouteResult(
            route=route.name,
            role=route.role,
            models=sum(len(reading.claims) for reading in mine),
            lost=sum(len(reading.lost) for reading in mine),
            pages=len(mine),
            verdict=verdict,
            cut_short=cut_short,
        )


def applicable(routes: Sequence[Route], connection: Connection) -> list[Route]:
    """The routes that this connection can ask: credential and variables permitting."""
    skipped = When.WITHOUT_KEY if connection.secret else When.WITH_KEY
    return [
        route
        for route in routes
        if route.when is not skipped
        and _filled(route.path, connection) is not None
        and not (route.public and connection.public_url is None)
    ]


def first_ask(route: Route, connection: Connection) -> Ask:
    """The first request of a route."""
    return Ask(
        route=route.name,
        path=_filled(route.path, connection) or route.path,
        params=route.params,
        headers=route.headers,
        role=route.role,
        sends_key=route.sends_key and not route.public,
        public=route.public,
    )


def _filled(path: str, connection: Connection) -> str | None:
    try:
        return path.format_map(connection.variables)
    except KeyError:
        return None


def _identity(ask: Ask) -> tuple[object, ...]:
    return ask.path, tuple(sorted(ask.params.items())), ask.json


def _brief(message: str) -> str:
    return "".join(char for char in message if char.isprintable())[:160]
