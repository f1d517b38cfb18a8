"""Models from one refresh to the next, through the real client: they age, return, change, and are removed."""

from pathlib import Path

import pytest

from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.source import Source
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio
TEN = many(10)
NINE = dict(list(TEN.items())[:9])
GONE = "model-9"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


async def test_the_first_list_begins_the_history_and_is_no_news(shop: Shop) -> None:
    await shop.sells(TEN)
    assert shop.news() == []


async def test_a_new_model_is_news_once(shop: Shop) -> None:
    await shop.sells(NINE)
    for _ in range(3):
        await shop.sells(TEN, days=1)
    assert shop.news() == [(GONE, "added", None, True)]


async def test_a_missing_model_stays_in_the_catalog_as_stale(shop: Shop) -> None:
    await shop.sells(TEN)
    await shop.sells(NINE, days=1)
    model = shop.model(GONE)
    assert model is not None
    assert (model.lifecycle, model.sources["lifecycle"].source) == (
        Lifecycle.STALE,
        Source.OBSERVED,
    )


async def test_a_model_that_returns_is_active_and_as_old_as_ever(shop: Shop) -> None:
    await shop.sells(TEN)
    first = shop.model(GONE)
    await shop.sells(NINE, days=1)
    await shop.sells(TEN, days=1)
    back = shop.model(GONE)
    assert first is not None
    assert back is not None
    assert (back.lifecycle, back.first_seen) == (Lifecycle.ACTIVE, first.first_seen)


async def test_weeks_of_absence_deprecate_and_a_month_removes(shop: Shop) -> None:
    await shop.sells(TEN)
    lives = []
    for _ in range(33):
        await shop.sells(NINE, days=1)
        model = shop.model(GONE)
        lives.append(model.lifecycle if model else None)
    assert lives.index(Lifecycle.DEPRECATED) == 14
    assert lives.index(None) == 30
    assert [kind for _, kind, _, _ in shop.news()] == ["missing", "deprecated", "removed"]


async def test_a_removed_model_leaves_its_last_facts_for_ever(shop: Shop) -> None:
    await shop.sells({**NINE, GONE: {"context_length": 4096}})
    for _ in range(35):
        await shop.sells(NINE, days=1)
    tomb = shop.catalog.tombstone(f"shop/{GONE}")
    assert tomb is not None
    assert (tomb.context_window, tomb.lifecycle) == (4096, Lifecycle.REMOVED)


@pytest.mark.parametrize("fault", ["server_error", "hang", "empty_body", "truncated_json"])
async def test_no_failure_ages_anything(shop: Shop, fault: str) -> None:
    await shop.sells(TEN)
    for _ in range(3):
        await shop.sells(NINE, days=20, fault=fault)
    assert shop.shown() == set(TEN)
    assert shop.news() == []


async def test_a_clock_set_back_ages_nothing(shop: Shop) -> None:
    await shop.sells(TEN)
    await shop.sells(NINE, days=1)
    await shop.sells(NINE, days=-300)
    await shop.sells(NINE, days=1)
    model = shop.model(GONE)
    assert model is not None
    assert model.lifecycle is Lifecycle.STALE


async def test_a_price_is_told_once_with_what_it_was(shop: Shop) -> None:
    await shop.sells({"a": {"pricing": {"input": 1, "output": 2}}})
    for _ in range(3):
        await shop.sells({"a": {"pricing": {"input": 1, "output": "2.5"}}}, days=1)
    assert shop.news() == [
        ("a", "price", "2", "2.5"),
        ("a", "price-rise", "2", "2.5"),
    ]


async def test_news_can_be_asked_for_by_model_and_kind(shop: Shop) -> None:
    await shop.sells(many(3, context_length=10))
    await shop.sells(many(4, context_length=20), days=1)
    assert shop.news(id="shop/model-1") == [("model-1", "limit", 10, 20)]
    assert shop.news(kinds=("added",)) == [("model-3", "added", None, True)]
