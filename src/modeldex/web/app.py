"""The app: routes, errors in one shape, and the front before all of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .._version import __version__
from ..domain.errors import ModeldexError
from ..domain.mistake import place
from . import problems
from .describing import describe
from .front import Front, problem_headers, route_of, told
from .house import House
from .logs import told_of
from .problems import UNEXPECTED, Problem
from .replying import ASKING, encoded, reply
from .routes import ROUTERS


class App(FastAPI):
    """FastAPI behind the front: what it sends has the headers of all answers."""

    front: Front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The front first; it calls `behind`."""
        await self.front(scope, receive, send)

    async def behind(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app itself."""
        await super().__call__(scope, receive, send)


def create_app(house: House, more: tuple[APIRouter, ...] = ()) -> App:
    """The whole service over these parts, with `more` routes beside its own."""
    app = App(
        title="modeldex",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.house = house
    for router in (*ROUTERS, *more):
        app.include_router(router)
    app.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)
    app.front = Front(app.behind, house)
    return app


def _openapi(request: Request) -> Response:
    return reply(request, lambda _: encoded(describe(request.app)), keep=True)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    anyio.to_thread.current_default_thread_limiter().total_tokens = house.ceilings.threads
    if not house.shelf.ready:
        await asyncio.to_thread(house.shelf.follow)
    works: tuple[Callable[[], Awaitable[None]], ...] = (partial(_follow, house), *house.tasks)
    beside = [asyncio.ensure_future(work()) for work in works]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await house.renewing.stop()
        if house.stop is not None:
            await house.stop()


async def _follow(house: House) -> None:
    await asyncio.to_thread(house.shelf.warm)
    while True:
        await asyncio.sleep(house.ceilings.look_every_s)
        await asyncio.to_thread(house.shelf.follow)


def _answer(request: Request, problem: Problem, why: str = "") -> Response:
    body = told(problem, route_of(request.scope), request.scope[ASKING].id, why)
    response = Response(body, problem.status)
    response.raw_headers = problem_headers(problem, body)
    return response


async def _of_problem(request: Request, error: Any) -> Response:
    house: House = request.app.state.house
    if house.denials is not None:
        house.denials.tell(error, request.scope[ASKING])
    return _answer(request, error)


async def _of_house(request: Request, error: Any) -> Response:
    return _answer(request, problems.of(error), told_of(error))


async def _of_http(request: Request, error: Any) -> Response:
    return _answer(request, problems.of_http(error.status_code, error.detail, error.headers))


async def _of_validation(request: Request, error: Any) -> Response:
    return _answer(request, problems.of_validation(error.errors()))


async def _of_mistake(request: Request, error: Exception) -> Response:
    return _answer(request, Problem(500, UNEXPECTED), place(error))


_ANSWERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    Problem: _of_problem,
    ModeldexError: _of_house,
    HTTPException: _of_http,
    RequestValidationError: _of_validation,
    Exception: _of_mistake,
}
