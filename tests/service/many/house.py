"""A service for many in small: users with keys, hosts that list by key, a clock that stands."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path

from modeldex.domain.account import KeptConnection, View
from modeldex.domain.connection import Connection
from modeldex.domain.errors import Locked
from modeldex.domain.model import Model
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.secret import Secret
from modeldex.knowledge.known import Known
from modeldex.service.many.asking import Asking, Desk
from modeldex.service.many.available import Available, written
from modeldex.service.many.budgets import Budget
from modeldex.service.many.places import InMemory, Places
from modeldex.service.many.rows import connection_of
from modeldex.service.many.standing import Standings
from modeldex.service.many.views import Knowledge, Shelf, models_of
from modeldex.transport.address_guard import AddressGuard
from modeldex.transport.client import open_transport
from modeldex.transport.guard import origin
from modeldex.transport.limits import Limits
from tests.transport.servers import Server, reply, serve
from tests.waiting import comes_meanwhile

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = Limits(attempts=1)
LOOPBACK = AddressGuard(
    allow_networks=(ip_network("127.0.0.0/8"),),
    allow_ports=frozenset(range(1024, 65536)),
    allow_http=True,
)
EAGER = Budget(every_s=0.0, patience_s=10.0)
KNOWS = Known.in_force(Path("nowhere"), Path("nowhere"))


def shop(id: str = "shop", **said: object) -> Provider:
    """A provider whose list wants a key."""
    row = {"id": id, "name": id.title(), "base_url": f"https://{id}.example/v1"}
    return Provider(**(row | {"dialect": "openai", "key": KeyNeed.LISTING} | said))  # type: ignore[arg-type]


class Host:
    """A host that lists by key, as soon as it is let to."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = dict(lists)
        self.asked: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.opened = asyncio.Event()
        self.opened.set()
        self.latency_s = 0.0
        self.tired: set[str] = set()
        """Keys that have asked too often."""
        self.server = Server()

    @property
    def url(self) -> str:
        return self.server.url

    async def busy(self, requests: int = 1) -> None:
        """Return as soon as it has so many requests in hand."""
        assert await comes_meanwhile(lambda: self.at_once >= requests)

    async def answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        key = _key(head)
        self.asked[key] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.opened.wait()
            await asyncio.sleep(self.latency_s)
        finally:
            self.at_once -= 1
        if key not in self.lists:
            writer.write(reply(b'{"error":{"message":"bad key"}}', "401 Unauthorized"))
            return
        if key in self.tired:
            writer.write(reply(b"{}", "429 Too Many Requests"))
            return
        data = [{"id": name, "object": "model"} for name in self.lists[key]]
        writer.write(reply(json.dumps({"data": data}).encode()))


@asynccontextmanager
async def hosting(lists: Mapping[str, Sequence[str]]) -> AsyncIterator[Host]:
    """A host of lists by key on this machine."""
    host = Host(lists)
    async with serve(host.answer) as server:
        host.server = server
        try:
            yield host
        finally:
            host.opened.set()


class House:
    """One installation: what is kept, who asks, and what is shown."""

    def __init__(
        self,
        *rows: Provider,
        limits: Limits = LIMITS,
        own_limits: Limits | None = None,
        budget: Budget = EAGER,
        places: Places | None = None,
        guard: AddressGuard = LOOPBACK,
    ) -> None:
        self.rows = {row.id: row for row in rows or (shop(),)}
        self.now = NOW
        self.places = InMemory()
        parts = places or self.places
        self.secrets: dict[str, Secret | None] = {}
        self.edition = "first"
        self.seconds = 0.0
        self.standings = Standings(
            parts.connections, parts.views, lambda: self.edition, lambda: self.seconds
        )
        self.desk = Desk(
            parts,
            self.row_of,
            self.ready,
            partial(open_transport, guard=guard),
            lambda: self.now,
            limits,
            own_limits or limits,
            budget=budget,
            changed=self.standings.doubt,
        )
        self.asking = Asking(self.desk)
        self.shelf = Shelf(parts, self.knowledge, lambda: self.now, written, lost=self.asking.lose)
        self.available = Available(self.asking, self.row_of, self.shelf, lambda: self.now)

    def row_of(self, kept: KeptConnection) -> Provider | None:
        return self.rows.get(kept.provider)

    def knowledge(self) -> Knowledge:
        return Knowledge(self.edition, KNOWS)

    def ready(self, kept: KeptConnection) -> Connection:
        if kept.id not in self.secrets:
            raise Locked("the master key is not here")
        return connection_of(kept, self.rows[kept.provider], self.secrets[kept.id])

    def keep(
        self,
        user: str,
        url: str,
        key: str | None,
        provider: str = "shop",
        id: str = "",
        put: Callable[[KeptConnection], object] | None = None,
    ) -> KeptConnection:
        """A connection of a user, with a key or without one; the same `id` replaces it."""
        print_of = sha256(f"{key}\n{url}".encode()).hexdigest()[:16] if key else ""
        kept = KeptConnection(
            id=id or f"{user}-{provider}-{print_of}",
            user=user,
            provider=provider,
            base_url=url,
            host=origin(url).written,
            fingerprint=print_of,
            created_at=self.now,
            changed_at=self.now,
        )
        self.secrets[kept.id] = Secret(key) if key else None
        (put or self.places.connections.put)(kept)
        return kept

    async def view(self, kept: KeptConnection, *, force: bool = False) -> View:
        view = await self.asking.view(kept, force=force)
        assert view is not None
        return view

    async def models(self, user: str) -> tuple[Model, ...]:
        showings = await self.asking.views(user)
        return await asyncio.to_thread(models_of, showings, self.row_of, self.shelf)

    async def names(self, user: str) -> set[str]:
        return {model.native_id for model in await self.models(user)}

    def hastens(self, limits: Limits) -> None:
        """From now on it asks within these limits."""
        self.asking = Asking(self.desk._replace(limits=limits, own_limits=limits))

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


def _key(head: bytes) -> str:
    lines = head.decode().lower().split("\r\n")
    said = next((line for line in lines if line.startswith("authorization: bearer ")), "")
    return said.removeprefix("authorization: bearer ")
