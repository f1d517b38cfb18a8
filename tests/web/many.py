"""A service for many, really listening: people with accounts, hosts that list by key, a catalog for all."""

import base64
import os
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx2
from anyio.from_thread import start_blocking_portal

from modeldex.domain.account import Role
from modeldex.transport.client import open_transport
from modeldex.web.house import Ceilings, House
from modeldex.web.limiting import RULES
from modeldex.web.opening_many import multi_user, setup_code
from modeldex.web.serving import bound
from modeldex.web.tenancy import Tenancy
from tests.credentials.rings import key
from tests.service.many.house import Host, hosting

from .hosting import Clock, following, running, shelve

PASSWORD = "four unrelated words of {name}"
GENEROUS = dict.fromkeys(RULES, "100000/minute")
"""No test but those of limits is to meet one."""
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is encrypted, and reading the certificates for each client would take long."""
SOON = timedelta(seconds=1)
"""For how long a token's bearer is taken for known without a look in the database."""


class Person(NamedTuple):
    """Somebody who has signed in."""

    id: str
    name: str
    password: str
    access: str
    renewal: str
    session: str


class Many(NamedTuple):
    """A running service for many, and what tests reach into."""

    address: str
    home: Path
    house: House
    clock: Clock
    database: str
    people: dict[str, Person]
    """Who is signed in, by name."""

    @property
    def tenancy(self) -> Tenancy:
        assert isinstance(self.house.tenancy, Tenancy)
        return self.house.tenancy

    def client(self, who: Person | str | None = None, **headers: str) -> httpx2.Client:
        """A client with the token of a person or a program, or with none."""
        token = who.access if isinstance(who, Person) else who
        sent = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(
            base_url=self.address,
            headers={**sent, **headers},
            trust_env=False,
            timeout=60,
            verify=NO_CERTIFICATES,
        )

    def first(self, name: str = "admin") -> Person:
        """The first administrator, by the code of the console."""
        said = {"name": name, "password": PASSWORD.format(name=name)}
        with self.client() as client:
            made = client.post("/api/v1/setup", json={**said, "code": setup_code(self.house)})
        assert made.status_code == 201, made.text
        return self.sign_in(name)

    def boss(self) -> httpx2.Client:
        """A client of the first administrator, signed in anew where too much time went by."""
        with self.client(self.people.get("admin")) as client:
            if client.get("/api/v1/sessions").status_code == 200:
                return self.client(self.people["admin"])
        return self.client(self.sign_in("admin"))

    def join(self, name: str, role: Role = Role.USER) -> Person:
        """Somebody whom the administrator lets in, and who signs in."""
        wanted = {"name": name, "password": PASSWORD.format(name=name), "role": role}
        with self.boss() as client:
            made = client.post("/api/v1/admin/users", json=wanted)
        assert made.status_code == 201, made.text
        return self.sign_in(name)

    def change(self, who: Person, **what: object) -> None:
        """Have the administrator change somebody: `role`, `disabled`."""
        with self.boss() as client:
            answer = client.patch(f"/api/v1/admin/users/{who.id}", json=what)
        assert answer.status_code == 200, answer.text

    def sign_in(self, name: str) -> Person:
        """Somebody who has an account, with a new session."""
        password = PASSWORD.format(name=name)
        with self.client() as client:
            answer = client.post("/api/v1/session", json={"name": name, "password": password})
        assert answer.status_code == 201, answer.text
        said = answer.json()
        found = Person(
            said["user"], name, password, said["access"], said["renewal"], said["session"]
        )
        self.people[name] = found
        return found

    def soon(self) -> None:
        """Let a second pass: what was remembered of a token is looked up anew."""
        self.clock.now += SOON

    def written(self) -> dict[str, bytes]:
        """All that stands in files: the database, its log, the pages."""
        files = (path for path in self.home.rglob("*") if path.is_file())
        return {str(path.relative_to(self.home)): path.read_bytes() for path in files}


def environment(home: Path, database: str = "", ports: Sequence[int] = ()) -> dict[str, str]:
    """What an operator sets who lets people ask servers of this machine."""
    return {
        "MODELDEX_HOME": str(home),
        "MODELDEX_MASTER_KEY": base64.b64encode(key(1)).decode(),
        "MODELDEX_DATABASE_URL": database or f"sqlite:///{home}/accounts/accounts.db",
        "MODELDEX_ALLOW_NETWORKS": "127.0.0.0/8",
        "MODELDEX_ALLOW_PORTS": ",".join(map(str, ports)),
    }


@contextmanager
def serving_many(home: Path, database: str = "", **parts: Any) -> Iterator[Many]:
    """A service for many until the block ends; `ports` are those that people's servers may have."""
    catalogs = home / "catalogs"
    catalogs.mkdir(parents=True, exist_ok=True)
    shelve(catalogs)
    clock = Clock()
    with closing(bound("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        environ = environment(home, database, parts.get("ports", ()))
        with patch.dict(os.environ, environ):
            house = multi_user(
                host="127.0.0.1",
                port=port,
                clock=clock,
                ceilings=parts.get("ceilings", Ceilings(look_every_s=0.05)),
                rules=parts.get("rules", GENEROUS),
                environ=environ,
                shelf=following(catalogs),
            )
        stays_on_this_machine(house)
        house = house._replace(**parts.get("instead", {}))
        address = f"http://127.0.0.1:{port}"
        with running(house, listening, **parts):
            yield Many(address, home, house, clock, environ["MODELDEX_DATABASE_URL"], {})


def stays_on_this_machine(house: House) -> None:
    """Have names lead nowhere, and the catalog of all asked for by nobody."""
    assert isinstance(house.tenancy, Tenancy)
    asking = house.tenancy.asking
    reached = partial(open_transport, clock=house.clock, guard=house.tenancy.guard, look=nowhere)
    asking._desk = asking._desk._replace(open_transport=reached)
    house.renewing._refresh = nothing_new


def nowhere(host: str) -> tuple[Any, ...]:
    raise OSError(f"nobody looks up {host} in a test")


async def nothing_new(*_asked: object, **_whom: object) -> None:
    """A refresh that brings nothing."""


@contextmanager
def listing_by_key(lists: Mapping[str, Sequence[str]]) -> Iterator[Host]:
    """A provider's host that lists to each key what it opens, in a thread of its own."""
    with start_blocking_portal("asyncio") as portal:  # noqa: SIM117 (one needs the other)
        with portal.wrap_async_context_manager(hosting(lists)) as host:
            yield host


def port_of(host: Host) -> int:
    return host.server.port


def add(client: httpx2.Client, host: Host | str, key: str | None, **more: Any) -> httpx2.Response:
    """Add a key for a provider's host."""
    url = host if isinstance(host, str) else host.url
    body = {"provider": "groq", "key": key, "base_url": url, **more}
    return client.post("/api/v1/connections", json=body)
