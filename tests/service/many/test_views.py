"""Models are made once per listing and shared; what only one user's key opens is that user's alone."""

import gc
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from modeldex.domain.account import View
from modeldex.domain.errors import StorageError
from modeldex.domain.listing import Ask, Listing, Page
from modeldex.domain.model import Tier
from modeldex.domain.outcome import Outcome
from modeldex.domain.provider import KeyNeed
from modeldex.service.many.asking import Showing
from modeldex.service.many.available import written
from modeldex.service.many.headers import keep, kept_header
from modeldex.service.many.places import InMemory, Together
from modeldex.service.many.views import Lost, Shelf, Shelved, models_of
from modeldex.storage.blobs import Blobs
from tests.service.many.house import KNOWS, NOW, House, hosting, shop
from tests.service.shop import Shop

pytestmark = pytest.mark.anyio

PRIVATE = "ft:canary-of-anna"
LISTS = {"key-of-anna": ["common", PRIVATE], "key-of-bert": ["common"]}


def listed(house: House, names: list[str], provider: str = "shop") -> str:
    """The name of a listing with these models."""
    row = house.rows[provider]
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    page = Page(ask=Ask(route="models", path="models"), body=body, url=row.base_url, fetched_at=NOW)
    listing = Listing(
        connection="x", tier=Tier.LIVE_WITH_KEY, fetched_at=NOW, pages=(page,), complete=True
    )
    return keep(listing, row, house.places.listings, house.places.bodies)


def opened(house: House, name: str, provider: str = "shop") -> Shelved:
    return house.shelf.of(name, house.rows[provider])


def test_equal_lists_are_one_listing_whenever_they_came() -> None:
    house = House()
    first = listed(house, ["a", "b"])
    assert listed(house, ["a", "b"]) == first != listed(house, ["a"])


def test_the_same_bytes_of_another_row_are_another_listing() -> None:
    house = House(shop(), shop("mall"))
    assert listed(house, ["a"]) != listed(house, ["a"], "mall")


def test_the_same_bytes_read_in_another_way_are_another_listing() -> None:
    house = House()
    first = listed(house, ["a"])
    house.rows["shop"] = shop(price_unit="usd-per-token")
    assert listed(house, ["a"]) != first


def test_the_models_of_a_listing_are_made_once() -> None:
    house = House()
    name = listed(house, ["a", "b"])
    assert opened(house, name) is opened(house, name)


def test_new_knowledge_makes_models_anew() -> None:
    house = House()
    name = listed(house, ["a"])
    before = opened(house, name)
    house.edition = "second"
    assert opened(house, name) is not before


def test_another_day_makes_models_anew() -> None:
    house = House()
    name = listed(house, ["a"])
    before = opened(house, name)
    house.now += timedelta(days=1)
    assert opened(house, name) is not before


def test_models_have_their_facts() -> None:
    house = House(shop("openai"))
    (model,) = opened(house, listed(house, ["gpt-4o"], "openai"), "openai").models
    assert (model.context_window, model.tools, model.available) == (128_000, True, None)


def test_the_listing_of_one_provider_is_nothing_to_another() -> None:
    house = House(shop(), shop("mall"))
    assert opened(house, listed(house, ["a"]), "mall").models == ()


@pytest.mark.parametrize("names", [[], ["a"]])
def test_what_was_read_once_is_known_without_a_database(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_name: str) -> bytes:
        raise StorageError("away")

    house = House()
    name = listed(house, names)
    before = opened(house, name)
    monkeypatch.setattr(house.places.listings, "get", away)
    assert opened(house, name) is before
    assert len(before.models) == len(names)


def test_a_listing_that_is_nothing_to_another_provider_stays_what_it_is_to_its_own() -> None:
    house = House(shop(), shop("mall"))
    name = listed(house, ["a"])
    assert opened(house, name, "mall").models == ()
    assert len(opened(house, name).models) == 1


def test_lists_without_models_take_room_too() -> None:
    house = House()
    shelf = Shelf(house.places, house.knowledge, lambda: NOW, written, most_models=3)
    for number in range(10):
        row = house.rows[f"shop-{number}"] = shop(f"shop-{number}")
        shelf.of(listed(house, [], row.id), row)
    assert len(vars(shelf)["_held"]) == 3


def test_a_listing_whose_page_is_lost_is_not_an_empty_one() -> None:
    house = House()
    name = listed(house, ["a"])
    vars(house.places.bodies)["_bodies"].clear()
    with pytest.raises(Lost):
        opened(house, name)


def test_a_page_that_is_there_again_opens_what_it_did() -> None:
    house = House()
    name = listed(house, ["a"])
    vars(house.places.bodies)["_bodies"].clear()
    with pytest.raises(Lost):
        opened(house, name)
    listed(house, ["a"])
    assert len(opened(house, name).models) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"[[[[", b"null"])
def test_a_damaged_header_is_none(body: bytes) -> None:
    house = House()
    house.places.listings.put("name", body)
    assert kept_header("name", house.places.listings) is None


def test_a_header_under_another_name_is_none() -> None:
    house = House()
    body = house.places.listings.get(listed(house, ["a"]))
    assert body is not None
    house.places.listings.put("other", body)
    assert kept_header("other", house.places.listings) is None


def test_the_shelf_holds_so_many_models_and_lets_the_oldest_go() -> None:
    house = House()
    shelf = Shelf(house.places, house.knowledge, lambda: NOW, written, most_models=25)
    names = [listed(house, [f"{n}-{m}" for m in range(10)]) for n in range(4)]
    made = [shelf.of(name, house.rows["shop"]) for name in names]
    assert shelf.of(names[3], house.rows["shop"]) is made[3]
    assert shelf.of(names[2], house.rows["shop"]) is made[2]
    assert shelf.of(names[0], house.rows["shop"]) is not made[0]


def test_a_provider_without_a_list_shows_what_it_is_known_to_serve() -> None:
    house = House(shop("perplexity", listed=False))
    kept = house.keep("anna", "https://perplexity.example/v1", "k", "perplexity")
    view = View(connection=kept.id, listing="", outcome=Outcome.CACHED, checked_at=NOW)
    models = models_of([Showing(kept, view)], house.row_of, house.shelf)
    assert {model.native_id for model in models} == set(KNOWS.manifest("perplexity")) != set()


async def test_a_list_that_anybody_may_read_opens_nothing_without_a_key() -> None:
    async with hosting({"": ["a", "b"], "k": ["a", "b"]}) as host:
        house = House(shop(key=KeyNeed.CALLING))
        house.keep("anna", host.url, None)
        house.keep("bert", host.url, "k")
        assert await house.names("anna") == set()
        assert await house.names("bert") == {"a", "b"}


async def test_two_keys_of_one_provider_open_what_either_opens() -> None:
    async with hosting({"one": ["a", "b"], "two": ["b", "c"]}) as host:
        house = House()
        for key in ("one", "two"):
            house.keep("anna", host.url, key)
        models = await house.models("anna")
    assert sorted(model.native_id for model in models) == ["a", "b", "c"]


async def test_users_with_equal_lists_share_the_very_models() -> None:
    async with hosting({"one": ["a"], "two": ["a"]}) as host:
        house = House()
        house.keep("anna", host.url, "one")
        house.keep("bert", host.url, "two")
        (mine,), (yours,) = await house.models("anna"), await house.models("bert")
    assert mine is yours


async def test_a_private_model_of_one_user_is_in_nothing_that_another_sees() -> None:
    async with hosting(LISTS) as host:
        house = House()
        for user in ("anna", "bert"):
            house.keep(user, host.url, f"key-of-{user}")
        for _ in range(2):
            mine = await house.available.document("anna")
            yours = await house.available.document("bert")
            assert PRIVATE.encode() in mine.body
            assert PRIVATE.encode() not in yours.body
            house.passes(hours=2)
        nobodys = await house.available.document("carla")
        showings = [*await house.asking.views("bert"), *await house.asking.views("carla")]
        assert PRIVATE not in await house.names("bert")
    assert nobodys.body == b'{"providers":[]}'
    assert {one.kept.user for one in showings} == {"bert"}


async def test_a_private_model_is_in_no_public_catalog_of_the_same_home(tmp_path: Path) -> None:
    public = Shop(tmp_path)
    async with hosting(LISTS) as host:
        memory = InMemory()
        parts = Together(
            memory.connections, memory.views, memory.listings, Blobs(public.places.raw)
        )
        house = House(shop(key=KeyNeed.CALLING), places=parts)
        house.keep("anna", host.url, "key-of-anna", put=memory.connections.put)
        assert PRIVATE in await house.names("anna")
    await public.sells({"common": {}})
    assert public.shown() == {"common"}
    assert PRIVATE.encode() not in public.catalog.path.read_bytes()


async def test_the_address_of_one_users_own_server_is_in_no_others_models() -> None:
    async with hosting({"k": ["a"]}) as anna, hosting({"k": ["a"]}) as bert:
        house = House()
        house.keep("anna", anna.url, "k")
        house.keep("bert", bert.url, "k")
        (mine,), (yours,) = await house.models("anna"), await house.models("bert")
    assert f":{anna.server.port}/" in repr(mine.sources)
    assert f":{anna.server.port}/" not in repr(yours.sources)


USERS, KEYS, MODELS = 1_000, 10, 500


async def test_a_thousand_users_with_ten_keys_fit_in_three_hundred_megabytes() -> None:
    gc.collect()
    tracemalloc.start()
    try:
        house = House(*(shop(f"shop-{n}") for n in range(KEYS)))
        names = [
            listed(house, [f"m-{n}-{m}" for m in range(MODELS)], f"shop-{n}") for n in range(KEYS)
        ]
        for user in range(USERS):
            for n, listing in enumerate(names):
                show(house, f"user-{user}", f"shop-{n}", listing)
        models = set[int]()
        for user in range(0, USERS, 8):
            models.update([id(model) for model in await house.models(f"user-{user}")])
            document = await house.available.document(f"user-{user}")
            assert document.body.count(b'"id"') == KEYS * MODELS
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(models) == KEYS * MODELS
    assert held < 200 * 2**20


def show(house: House, user: str, provider: str, listing: str) -> None:
    """A connection of a user that showed a listing; nothing of it is shared with others yet."""
    kept = house.keep(user, f"https://{provider}.example/v1", f"key-of-{user}", provider)
    name = str(listing.encode(), "ascii")
    house.places.views.put(
        View(connection=kept.id, listing=name, outcome=Outcome.OK, fetched_at=NOW, checked_at=NOW)
    )
