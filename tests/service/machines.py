"""Machines that share a store: each with a home, a clock that stands, and answers of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from modeldex.domain.connection import Connection
from modeldex.domain.listing import Answer, Ask
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.report import Report
from modeldex.knowledge.known import Known
from modeldex.service.connecting import connections
from modeldex.service.refresh import refresh
from modeldex.service.shared import Shared
from modeldex.service.tending import Retention
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config, RefreshConfig
from modeldex.settings.home import home
from modeldex.storage.blobs import Blobs
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.object_store import ObjectStore
from modeldex.storage.publishing import current
from modeldex.transport.limits import Limits
from modeldex.wiring import workshop

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Lists = Mapping[str, Sequence[str] | None]
"""Provider → the native ids that it lists; `None`: it cannot be reached."""


def row(provider: str) -> Provider:
    """A provider of no key."""
    return Provider(
        id=provider,
        name=provider.title(),
        base_url=f"https://{provider}.example/v1",
        dialect="openai",
        key=KeyNeed.NEVER,
    )


class Answering:
    """A transport without a network."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    async def fetch(
        self, connection: Connection, ask: Ask, *, ends_at: float | None = None
    ) -> Answer:
        listed = self.lists[connection.provider.id]
        if listed is None:
            raise Verdict(Outcome.UNREACHABLE, "nobody is there")
        body = json.dumps({"data": [{"id": name} for name in listed]}).encode()
        return Answer(status=200, body=body, content_type="application/json")


@cache
def known() -> Known:
    """The packaged knowledge, read once."""
    return Known.in_force(Path("nowhere"), Path("nowhere"))


class Machine:
    """One home; `store` is opened as late as in a real one."""

    def __init__(
        self, folder: Path, store: ObjectStore | Callable[[], ObjectStore], at: datetime = NOW
    ) -> None:
        self.places = home({"MODELDEX_HOME": str(folder)})
        self.now = at
        self.fence: Callable[[], None] = lambda: None
        """Raises when this machine may not publish any more."""
        self.shared = Shared(
            "memory",
            store if callable(store) else lambda: store,
            remote=True,
            catalogs=self.places.catalogs,
            blobs=Blobs(self.places.raw),
            stem=self.places.state / "store.json",
            retention=Retention(),
            clock=lambda: self.now,
        )

    def refresh(
        self,
        lists: Lists,
        *,
        days: float = 0,
        force: bool = True,
        offline: bool = False,
        due: bool = False,
    ) -> Report:
        """A refresh so many days after the last one, when the providers answer with `lists`."""
        self.now += timedelta(days=days)
        config = Config(refresh=RefreshConfig(knowledge_ttl_s=0))
        everyone = connections({name: row(name) for name in lists}, config, {})

        @asynccontextmanager
        async def answering(limits: Limits) -> AsyncIterator[Any]:
            yield Answering(lists)

        parts = workshop(self.places, config, everyone)._replace(
            open_transport=answering,
            clock=lambda: self.now,
            knows=known,
            shared=self.shared,
            jitter=lambda: 0.5,
            fence=self.fence,
        )
        return asyncio.run(refresh(parts, Wish(force=force, offline=offline, due=due)))

    @property
    def catalog(self) -> CatalogFile:
        path = current(self.places.catalogs)
        assert path is not None
        return CatalogFile(path)

    @property
    def hash(self) -> str:
        return self.catalog.path.stem

    @property
    def in_store(self) -> str:
        """The hash of the catalog that is in force in the store."""
        pointer = self.shared.snapshots.current()
        assert pointer is not None
        return pointer.version.hash

    def shown(self) -> set[str]:
        """Ids of the models in the local catalog."""
        return set(self.catalog.essence())
