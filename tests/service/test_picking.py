from pathlib import Path

import pytest

from modeldex.domain.shortlist import Bucket
from modeldex.service.reading import Catalog
from tests.service.shop import Shop

pytestmark = pytest.mark.anyio


LABS = ("openai", "anthropic", "google", "meta", "mistral", "qwen", "deepseek", "moonshotai")
LABS += ("zai", "cohere", "nvidia", "microsoft")


def sold(*costs: float) -> dict[str, dict[str, object]]:
    return {
        f"{LABS[at]}/talker-{at}-chat": {"pricing": {"input": cost, "output": cost}}
        for at, cost in enumerate(costs)
    }


def chat(shop: Shop) -> list[str]:
    catalog = Catalog(shop.catalog, {"shop": None}, shop.now)
    return [pick.id for pick in catalog.picks().buckets[Bucket.CHAT]]


async def test_the_picks_of_a_catalog_are_kept_in_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(sold(*range(1, 13)))
    assert list(shop.catalog.picks()["chat"]) == chat(shop)
    assert len(chat(shop)) == 8


async def test_a_little_noise_does_not_reshuffle_the_picks(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(sold(*range(1, 13)))
    before = set(chat(shop))
    await shop.sells(sold(1, 2, 3, 4, 5, 6, 7, 8.01, 8, 10, 11, 12), days=1)
    assert set(chat(shop)) == before


async def test_a_model_that_is_well_ahead_is_picked(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(sold(*range(1, 13)))
    await shop.sells(sold(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0.5), days=1)
    assert chat(shop)[0] == "shop/microsoft/talker-11-chat"


async def test_a_model_that_is_gone_is_picked_no_more(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    every = sold(*range(1, 13))
    await shop.sells(every)
    first = chat(shop)[0]
    left = {name: fields for name, fields in every.items() if f"shop/{name}" != first}
    await shop.sells(left, days=1)
    assert first not in chat(shop)
