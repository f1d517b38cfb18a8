from pathlib import Path

import pytest

from modeldex.service.giving import gave
from modeldex.service.reading import Catalog
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    opened = Shop(tmp_path)
    await opened.sells(
        {"one": {"context_length": 8000, "pricing": {"input": 1, "output": 2}}, **many(3)}
    )
    return opened


async def test_a_list_gave_the_fields_that_rest_on_it(shop: Shop) -> None:
    (stamp,) = [one for one in shop.catalog.listings() if one.provider == "shop"]
    assert gave(shop.catalog, "shop", stamp.connection) == ("context_window", "price")


async def test_of_another_connection_nothing_is_known(shop: Shop) -> None:
    assert Catalog(shop.catalog, {}, shop.now).gave("shop", "shop:elsewhere") is None
