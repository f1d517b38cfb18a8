"""A service over a catalog of its own, really listening on this machine."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from fastapi import APIRouter

from modeldex.domain.catalog import CatalogContent
from modeldex.domain.errors import NoCatalog
from modeldex.domain.outcome import Outcome
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current, publish
from modeldex.web.actors import alone
from modeldex.web.following import Following, Seen
from modeldex.web.gate import Gate, names
from modeldex.web.house import Ceilings, House
from modeldex.web.limiting import OF_ONE, Limiter
from modeldex.web.metrics import Metrics
from modeldex.web.opened import Opened
from modeldex.web.operating import Operating
from modeldex.web.renewing import Renewing
from modeldex.web.serving import Bounds, bound, server
from tests.cli.shelf import MODELS, PROVIDERS, stamp
from tests.conftest import NOW
from tests.waiting import comes

from .pocket import Pocket

TOKEN = "a-token-that-is-known-to-the-tests-alone"
KEYS: Mapping[str, str | None] = {"acme": "env:ACME_API_KEY"}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Service(NamedTuple):
    """A running service, and the parts that tests reach into."""

    address: str
    folder: Path
    house: House
    clock: Clock

    def client(self, token: str | None = TOKEN, **headers: str) -> httpx2.Client:
        sent = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(
            base_url=self.address, headers={**sent, **headers}, trust_env=False, timeout=60
        )


def shelve(folder: Path, models: Any = MODELS, published_at: datetime = NOW) -> str:
    """Publish a catalog; returns its hash."""
    found = tuple(models)
    opened = frozenset(model.id for model in found if model.provider == "acme")
    listings = tuple(
        stamp(
            row.id,
            Outcome.OK if row.id == "acme" else Outcome.TIMEOUT,
            row.id == "acme",
            sum(model.provider == row.id for model in found),
        )
        for row in PROVIDERS
    )
    content = CatalogContent(
        published_at=published_at,
        providers=PROVIDERS,
        listings=listings,
        models=found,
        opened={"acme:1": opened},
    )
    return publish(folder, content).hash


def following(folder: Path) -> Following:
    """As the real one, over a folder of the test's own and keys that stay."""

    def look() -> Seen | None:
        path = folder / "current"
        return Seen(path.read_text().strip()) if path.exists() else None

    def opened() -> Opened:
        if (path := current(folder)) is None:
            raise NoCatalog("nothing was published")
        return Opened(Catalog(CatalogFile(path), KEYS, NOW))

    return Following(look, opened)


async def nobody_asked(_force: bool, **_whom: Any) -> None:
    """A refresh that brings nothing new."""


def built(folder: Path, port: int, clock: Clock, **parts: Any) -> House:
    """The parts of a house; `rules`, `refresh` and `ceilings` may be chosen."""
    shelf = following(folder)
    limiter = Limiter(clock, parts.get("rules", OF_ONE))
    metrics = Metrics(shelf, clock)
    pocket: Pocket = parts.get("pocket") or Pocket(folder / "own")
    mine = pocket.single(clock)
    return House(
        shelf=shelf,
        clock=clock,
        admit=alone(TOKEN, limiter, mine.accounts.actor),
        gate=Gate(names("127.0.0.1", port)),
        limiter=limiter,
        renewing=Renewing(
            parts.get("refresh", nobody_asked), shelf.follow, clock, metrics.refreshed
        ),
        metrics=metrics,
        ceilings=parts.get("ceilings", Ceilings(look_every_s=0.05)),
        single=mine,
        operating=Operating(attempts=dict, store=lambda: None, address=lambda: None),
        stop=partial(asyncio.to_thread, mine.accounts.close),
    )


@contextmanager
def serving(folder: Path, **parts: Any) -> Iterator[Service]:
    """A service that answers until the block ends."""
    clock = Clock()
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    house = built(folder, port, clock, **parts)._replace(**parts.get("instead", {}))
    with running(house, listening, **parts):
        yield Service(f"http://127.0.0.1:{port}", folder, house, clock)


@contextmanager
def running(house: House, listening: socket.socket, /, **parts: Any) -> Iterator[None]:
    """A server of this house that answers until the block ends."""
    more: tuple[APIRouter, ...] = parts.get("more", ())
    serves = server(
        house,
        trusted_proxies=parts.get("trusted_proxies", ""),
        bounds=parts.get("bounds", Bounds(stop_s=1)),
        more=more,
    )
    thread = threading.Thread(target=serves.run, args=([listening],), daemon=True)
    thread.start()
    assert comes(lambda: serves.started)
    try:
        yield
    finally:
        serves.should_exit = True
        thread.join(15)
        listening.close()
        assert not thread.is_alive()
