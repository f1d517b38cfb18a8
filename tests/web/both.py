"""The same questions to both installations: one user's own, and one for many."""

from collections.abc import Iterator
from typing import NamedTuple

import httpx2
import pytest

from modeldex.domain.account import Role
from modeldex.web.house import House

from .hosting import TOKEN, Clock, Service, serving, shelve
from .many import GENEROUS, Many, serving_many


class Asker(NamedTuple):
    """Somebody who is an administrator, in one kind of installation."""

    service: Service | Many
    token: str
    alone: bool

    @property
    def house(self) -> House:
        return self.service.house

    @property
    def clock(self) -> Clock:
        return self.service.clock

    def client(self, token: str | None = None, **headers: str) -> httpx2.Client:
        sent = {"authorization": f"Bearer {token or self.token}"}
        return httpx2.Client(
            base_url=self.service.address, headers={**sent, **headers}, trust_env=False, timeout=60
        )

    def program(self, *scopes: str) -> str:
        """The text of a new token of a program."""
        with self.client() as client:
            said = {"name": "a program", "scopes": list(scopes) or None}
            answer = client.post("/api/v1/tokens", json=said)
        assert answer.status_code == 201, answer.text
        text: str = answer.json()["text"]
        return text


@pytest.fixture(scope="module", params=["one", "many"])
def asker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("asked")
    if request.param == "one":
        shelve(folder)
        with serving(folder, rules=GENEROUS) as service:
            yield Asker(service, TOKEN, alone=True)
        return
    with serving_many(folder) as many:
        many.first()
        yield Asker(many, many.join("ann", Role.ADMIN).access, alone=False)


@pytest.fixture
def client(asker: Asker) -> Iterator[httpx2.Client]:
    with asker.client() as found:
        yield found
