import httpcore2
import httpx2
import pytest

from modeldex.transport.pooled import Pooled
from modeldex.transport.resolving import NotFound, NotFoundInTime

POOLS = [
    kind
    for kind in vars(httpcore2).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind is not httpcore2.ConnectionNotAvailable
]


class Failing(httpcore2.AsyncConnectionPool):
    """A pool that raises, or whose answer breaks off."""

    def __init__(self, error: Exception, *, late: bool) -> None:
        super().__init__()
        self.error = error
        self.late = late

    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        if not self.late:
            raise self.error
        return httpcore2.Response(200, content=self.broken())

    async def broken(self):  # type: ignore[no-untyped-def]
        yield b"{"
        raise self.error


async def error_of(kind: type[Exception], *, late: bool = False) -> Exception:
    failing = Failing(kind("said"), late=late)
    async with httpx2.AsyncClient(transport=Pooled(failing)) as client:
        with pytest.raises(httpx2.HTTPError) as met:
            await client.get("http://api.acme.example/")
    assert met.value.__cause__ is failing.error
    return met.value


def test_the_pool_has_exceptions_to_translate() -> None:
    assert {"ConnectTimeout", "ReadError", "ProxyError"} <= {kind.__name__ for kind in POOLS}


@pytest.mark.anyio
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("kind", POOLS)
async def test_an_exception_of_the_pool_keeps_its_name(kind: type[Exception], late: bool) -> None:
    met = await error_of(kind, late=late)
    assert type(met) is getattr(httpx2, kind.__name__)
    assert str(met) == "said"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "expected"),
    [(NotFound, httpx2.ConnectError), (NotFoundInTime, httpx2.ConnectTimeout)],
)
async def test_our_own_exceptions_become_the_nearest(
    kind: type[Exception], expected: type[Exception]
) -> None:
    assert type(await error_of(kind)) is expected
