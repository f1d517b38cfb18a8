"""How the service itself stands: alive, ready, in numbers."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from ..._version import __version__
from ..describing import answers
from ..documents import About, Health
from ..health import providers
from ..house import house_of
from ..metrics import MEDIA
from ..problems import Problem
from ..provider_metrics import text
from ..replying import JSON, encoded

router = APIRouter(tags=["service"])


@router.get("/", summary="Which service this is", **answers(About, open=True))
async def about() -> Response:
    """A greeting for who comes by; it needs no token and says nothing of anybody."""
    said = About(name="modeldex", version=__version__, openapi="/openapi.json", health="/healthz")
    return _plain(encoded(said), JSON)


@router.get("/healthz", summary="Alive", **answers(Health, open=True))
async def healthz() -> Response:
    """The process answers."""
    return _plain(encoded(Health(status="ok")), JSON)


@router.get("/readyz", summary="Ready", **answers(Health, open=True))
async def readyz(request: Request) -> Response:
    """A catalog is loaded; providers, database and store may all be away."""
    if not house_of(request).shelf.ready:
        raise Problem(503, "no catalog is loaded yet", headers={"retry-after": "1"})
    return _plain(encoded(Health(status="ready")), JSON)


_NUMBERS = 'modeldex_requests_total{method="GET",route="/v1/models",status="200"} 13.0\n'


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    **answers(media="text/plain", open=True, example=_NUMBERS),
)
def metrics(request: Request) -> Response:
    """Counters, gauges and histograms in Prometheus' text format."""
    house = house_of(request)
    return _plain(house.metrics.text() + text(providers(house, house.clock())), MEDIA)


def _plain(body: bytes, media: str) -> Response:
    return Response(body, headers={"cache-control": "no-store"}, media_type=media)
