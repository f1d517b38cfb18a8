"""What asking needs of its places holds in memory as in the accounts database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from modeldex.domain.account import KeptConnection, User, View
from modeldex.domain.outcome import Outcome
from modeldex.service.many.places import InMemory, Places, Together
from modeldex.storage.accounts.opening import open_accounts
from modeldex.storage.blobs import Blobs
from tests.service.many.house import NOW, House, hosting


class Kept:
    """Places, and the ways to change connections in them."""

    def __init__(
        self,
        places: Places,
        put: Callable[[KeptConnection], object],
        remove: Callable[[str, str], object],
    ) -> None:
        self.places = places
        self.put = put
        self.remove = remove


@pytest.fixture(params=["memory", "database"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        memory = InMemory()
        yield Kept(memory, memory.connections.put, memory.connections.remove)
        return
    accounts = open_accounts(f"sqlite:///{tmp_path / 'accounts.db'}")
    for name in ("anna", "bert"):
        accounts.people.add(User(id=name, name=name, created_at=NOW), None)
    places = Together(
        accounts.connections, accounts.views, accounts.listings, Blobs(tmp_path / "pages")
    )

    def put(one: KeptConnection) -> None:
        if not accounts.connections.replace(one, None):
            accounts.connections.add(one, None)

    yield Kept(places, put, accounts.connections.remove)
    accounts.close()


def connection(user: str = "anna", id: str = "one", **said: object) -> KeptConnection:
    fields = {"provider": "shop", "host": "https://shop.example:443"}
    times = {"created_at": NOW, "changed_at": NOW}
    return KeptConnection(**{"id": id, "user": user, **fields, **times, **said})  # type: ignore[arg-type]


def view(connection: str = "one", listing: str = "x") -> View:
    return View(connection=connection, listing=listing, outcome=Outcome.OK, checked_at=NOW)


def test_a_view_is_given_back_to_its_user_alone(kept: Kept) -> None:
    kept.put(connection())
    kept.put(connection("bert", "two"))
    assert kept.places.views.put(view())
    assert kept.places.views.get("anna", "one") == view()
    assert kept.places.views.get("bert", "one") is None
    assert (kept.places.views.of("anna"), kept.places.views.of("bert")) == ({"one": view()}, {})


def test_a_later_view_takes_the_place_of_the_earlier(kept: Kept) -> None:
    kept.put(connection())
    kept.places.views.put(view())
    kept.places.views.put(view(listing="y"), connection())
    assert kept.places.views.of("anna") == {"one": view(listing="y")}


def test_nothing_is_shown_by_a_connection_that_is_gone(kept: Kept) -> None:
    kept.put(connection())
    kept.remove("anna", "one")
    assert not kept.places.views.put(view(), connection())
    assert kept.places.views.get("anna", "one") is None


def test_what_a_replaced_key_showed_is_not_kept(kept: Kept) -> None:
    kept.put(connection())
    kept.put(connection(changed_at=NOW + timedelta(seconds=1)))
    assert not kept.places.views.put(view(), connection())
    assert kept.places.views.get("anna", "one") is None


def test_connections_are_their_users_alone(kept: Kept) -> None:
    kept.put(connection())
    assert kept.places.connections.get("anna", "one") == connection()
    assert kept.places.connections.get("bert", "one") is None
    assert (*kept.places.connections.of("anna"),) == (connection(),)
    assert not kept.places.connections.of("bert")


def test_headers_and_pages_are_given_back_by_name(kept: Kept) -> None:
    kept.places.listings.put("0" * 64, b"header")
    name = kept.places.bodies.put(b"page")
    assert (kept.places.listings.get("0" * 64), kept.places.bodies.get(name)) == (
        b"header",
        b"page",
    )
    assert kept.places.listings.get("1" * 64) is None
    assert kept.places.bodies.get("1" * 64) is None


@pytest.mark.anyio
async def test_lists_are_asked_for_and_kept_in_either(kept: Kept) -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House(places=kept.places)
        mine = house.keep("anna", host.url, "k", put=kept.put)
        assert await house.names("anna") == {"a"}
        again = House(places=kept.places)
        again.secrets = house.secrets
        assert await again.names("anna") == {"a"}
        assert host.asked.total() == 1
        kept.remove("anna", mine.id)
        assert await again.names("anna") == set()
