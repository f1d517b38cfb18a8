"""One service for all tests that only read from it."""

import itertools
from collections.abc import Iterator

import httpx2
import pytest

from tests.service.many.house import Host
from tests.storage.accounts.conftest import BOTH
from tests.storage.accounts.conftest import migrated as migrated

from .hosting import Service, serving, shelve
from .many import Many, Person, listing_by_key, port_of, serving_many

_numbers = itertools.count(1)
"""No two people of one run have the same name."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("catalogs")
    shelve(folder)
    with serving(folder, rules={"stranger": "100000/minute", "refresh": "100000/minute"}) as found:
        yield found


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    with service.client() as found:
        yield found


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """A provider's host; tests say what a key opens there: `host.lists[key] = [...]`."""
    with listing_by_key({}) as found:
        yield found


@pytest.fixture(scope="module", params=BOTH)
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, host: Host
) -> Iterator[Many]:
    """A service for many whose first administrator is there."""
    database = ""
    if request.param != "sqlite":
        server = request.getfixturevalue("postgres")
        database = server.url(server.database(request.getfixturevalue("migrated")))
    home = tmp_path_factory.mktemp("many")
    with serving_many(home, database, ports=[port_of(host)]) as found:
        found.first()
        yield found


@pytest.fixture
def ann(many: Many) -> Person:
    return many.join(f"ann {next(_numbers)}")


@pytest.fixture
def bob(many: Many) -> Person:
    return many.join(f"bob {next(_numbers)}")


@pytest.fixture
def hers(many: Many, ann: Person) -> Iterator[httpx2.Client]:
    with many.client(ann) as client:
        yield client


@pytest.fixture
def his(many: Many, bob: Person) -> Iterator[httpx2.Client]:
    with many.client(bob) as client:
        yield client
