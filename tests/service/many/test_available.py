"""The document of `/available-models`, from what a user's connections showed."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from modeldex.domain.outcome import Outcome
from modeldex.service.many.available import AvailableModel
from tests.service.many.house import House, hosting, shop

pytestmark = pytest.mark.anyio


async def said(house: House, user: str = "anna", *, force: bool = False) -> list[dict[str, Any]]:
    document = await house.available.document(user, force=force)
    found: dict[str, list[dict[str, Any]]] = json.loads(document.body)
    assert list(found) == ["providers"]
    return found["providers"]


async def test_the_document_has_the_promised_shape() -> None:
    async with hosting({"k": ["gpt-4o"]}) as host:
        house = House(shop("openai"))
        house.keep("anna", host.url, "k", "openai")
        (one,) = await said(house)
    assert list(one) == ["name", "provider_key", "status", "age_s", "message", "models"]
    assert [one["name"], one["provider_key"], one["status"]] == ["Openai", "openai", "ok"]
    assert [one["age_s"], one["message"]] == [0, ""]
    (model,) = msgspec.convert(one["models"], list[AvailableModel])
    assert (model.id, model.name) == ("openai/gpt-4o", "GPT-4o")
    assert model.description.startswith("128K context · ")


async def test_providers_stand_in_the_order_of_their_ids() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House(shop("b"), shop("a"), shop("c"))
        for name in "bca":
            house.keep("anna", host.url, "k", name)
        assert [one["provider_key"] for one in await said(house)] == ["a", "b", "c"]


async def test_the_age_grows_and_the_tag_stays() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House()
        house.keep("anna", host.url, "k")
        before = await house.available.document("anna")
        house.passes(minutes=5)
        assert (await said(house))[0]["age_s"] == 300
        assert (await house.available.document("anna")).tag == before.tag


async def test_the_tag_tells_another_list_another_state_and_another_user() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House()
        house.keep("anna", host.url, "k")
        house.keep("bert", host.url, "k")
        tags = [(await house.available.document(user)).tag for user in ("anna", "bert")]
        for listed in (["b"], []):
            host.lists["k"] = listed
            house.passes(minutes=1)
            tags.append((await house.available.document("anna", force=True)).tag)
    assert len(set(tags)) == 4


async def test_a_failing_provider_is_named_with_what_it_showed_before() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House()
        house.keep("anna", host.url, "k")
        await said(house)
        host.lists.clear()
        house.passes(minutes=2)
        (one,) = await said(house, force=True)
    assert (one["status"], one["age_s"]) == ("key_rejected", 120)
    assert one["message"] == "Shop refused the key from your account (HTTP 401)"
    assert [model["id"] for model in one["models"]] == ["shop/a"]


async def test_of_two_keys_the_state_that_needs_attention_is_told() -> None:
    async with hosting({"good": ["a", "b"]}) as host:
        house = House()
        for key in ("good", "bad"):
            house.keep("anna", host.url, key)
        (one,) = await said(house)
    assert one["status"] == Outcome.KEY_REJECTED
    assert [model["id"] for model in one["models"]] == ["shop/a", "shop/b"]


async def test_models_of_two_keys_stand_once_each() -> None:
    async with hosting({"one": ["a", "b"], "two": ["b", "c"]}) as host:
        house = House()
        for key in ("one", "two"):
            house.keep("anna", host.url, key)
        (one,) = await said(house)
    assert sorted(model["id"] for model in one["models"]) == ["shop/a", "shop/b", "shop/c"]


async def test_a_provider_that_is_gone_is_named_without_models() -> None:
    async with hosting({"k": ["a"]}) as host:
        house = House()
        house.keep("anna", host.url, "k")
        await said(house)
        house.rows.clear()
        (one,) = await said(house)
    assert (one["name"], one["provider_key"], one["models"]) == ("shop", "shop", [])


async def test_names_carry_nothing_that_a_terminal_obeys() -> None:
    async with hosting({"k": ["evil\x1b]52;c\u202e"]}) as host:
        house = House()
        house.keep("anna", host.url, "k")
        (one,) = await said(house)
    assert [model["name"] for model in one["models"]] in ([], ["evil ]52;c "])


async def test_users_at_once_get_their_own() -> None:
    keys = {f"user-{n}": [f"model-{n}"] for n in range(30)}
    async with hosting(keys) as host:
        house = House()
        for user in keys:
            house.keep(user, host.url, user)
        for _ in range(2):
            found = await asyncio.gather(*(said(house, user) for user in keys))
            ids = [[model["id"] for model in one["models"]] for (one,) in found]
            assert ids == [[f"shop/model-{n}"] for n in range(30)]
