from pathlib import Path

import pytest

from modeldex.domain.alias import AliasSpan
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio
MODELS = {"vendor/one-chat": {}, "vendor/two-chat": {}}


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    opened = Shop(tmp_path)
    await opened.sells(MODELS)
    return opened


def spans(shop: Shop, name: str) -> list[AliasSpan]:
    return shop.catalog.names.spans_of(f"shop/{name}")


def aliases(shop: Shop) -> dict[str, str]:
    return {span.alias: span.id for span in shop.catalog.names.spans() if span.until is None}


async def test_a_listed_model_gets_a_short_name(shop: Shop) -> None:
    assert aliases(shop) == {"one-chat": "shop/vendor/one-chat", "two-chat": "shop/vendor/two-chat"}


async def test_a_newcomer_changes_nobody_elses_alias(shop: Shop) -> None:
    before = aliases(shop)
    await shop.sells({**MODELS, "other/one-chat": {}, "other/three-chat": {}}, days=1)
    after = aliases(shop)
    assert after.items() >= before.items()
    assert len(after) == 4


async def test_an_alias_begins_when_it_is_given_and_keeps_its_beginning(shop: Shop) -> None:
    began = spans(shop, "vendor/one-chat")[0].since
    await shop.sells(MODELS, days=3)
    assert spans(shop, "vendor/one-chat") == [
        AliasSpan(alias="one-chat", id="shop/vendor/one-chat", since=began)
    ]


async def test_a_model_that_is_gone_keeps_its_alias(shop: Shop) -> None:
    models = many(20)
    await shop.sells({**MODELS, **models}, days=1)
    for _ in range(14):
        await shop.sells({"vendor/two-chat": {}, **models}, days=3)
    assert "shop/vendor/one-chat" in shop.catalog.removed()
    assert aliases(shop)["one-chat"] == "shop/vendor/one-chat"


async def test_an_alias_follows_a_rename_and_its_history_stays(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells({f"vendor/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)})
    renamed = {f"v2/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)}
    await shop.sells(renamed, days=1)
    await shop.sells(renamed, accept=True)
    assert aliases(shop)["name-3-chat"] == "shop/v2/name-3-chat"
    (old,) = spans(shop, "vendor/name-3-chat")
    assert old.until == spans(shop, "v2/name-3-chat")[0].since


async def test_an_alias_that_follows_is_told_as_a_change(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells({f"vendor/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)})
    renamed = {f"v2/name-{at}-chat": {"context_length": 1000 + at} for at in range(12)}
    await shop.sells(renamed, days=1)
    await shop.sells(renamed, accept=True)
    told = shop.news(kinds=["alias"], id="shop/vendor/name-3-chat")
    assert told == [
        ("vendor/name-3-chat", "alias", "shop/vendor/name-3-chat", "shop/v2/name-3-chat")
    ]
