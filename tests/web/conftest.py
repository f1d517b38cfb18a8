"""One service for all tests that only read from it."""

from collections.abc import Iterator

import httpx2
import pytest

from .hosting import Service, serving, shelve


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
