"""The catalog of an earlier moment is what the catalog said at that moment."""

import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from modeldex.domain.catalog import How
from modeldex.domain.errors import BadQuery
from modeldex.service.past_catalog import PastCatalog
from modeldex.service.reading import Catalog
from tests.service.shop import Shop, many

pytestmark = pytest.mark.anyio

Said = dict[str, tuple[Any, ...]]


def said(catalog: Any, ids: Any) -> Said:
    models = [catalog.get(name) for name in ids]
    return {
        one.id: (one.name, one.context_window, one.price, one.tools, one.lifecycle)
        for one in models
        if one
    }


async def lived(shop: Shop, days: int) -> list[tuple[datetime, Said]]:
    """Weeks of a shop whose models come, go and change, with what each day's catalog said."""
    dice = random.Random(20261120)
    sold: dict[str, dict[str, Any]] = {name: {} for name in many(12)}
    seen = []
    for day in range(days):
        for _ in range(2):
            name = f"model-{dice.randrange(12)}"
            sold.setdefault(name, {})
            field = dice.choice(["context_length", "name", "pricing", "supported_features"])
            value: Any = dice.randrange(1, 9)
            sold[name][field] = {
                "context_length": value * 1000,
                "name": f"Name {value}",
                "pricing": {"input": value, "output": value * 2},
                "supported_features": ["tools"][: value % 2],
            }[field]
        gone = f"model-{dice.randrange(12)}"
        shown = {name: fields for name, fields in sold.items() if day % 3 or name != gone}
        if day > 3:
            shown.pop("model-0", None)
        shown[f"late-{day // 4}"] = {}
        await shop.sells(shown, days=1, accept=True)
        catalog = shop.catalog
        seen.append((shop.now, said(catalog, catalog.essence())))
    return seen


async def test_every_day_of_the_past_is_what_it_was(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    seen = await lived(shop, 40)
    for moment, then in seen[1:]:
        past = PastCatalog(shop.catalog, moment)
        assert steady(said(past, past.ids), then) == steady(then, then)


def steady(facts: Said, then: Said) -> Said:
    """Without the state of models that come and go by the day, which is not written down."""
    return {name: one[:-1] for name, one in facts.items() if name in then}


async def test_a_model_that_came_later_is_not_in_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(many(3))
    then = shop.now
    await shop.sells(many(4), days=1)
    assert PastCatalog(shop.catalog, then).get("shop/model-3") is None
    assert PastCatalog(shop.catalog, shop.now).get("shop/model-3") is not None


async def test_a_model_that_is_removed_today_is_in_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(many(3))
    then = shop.now
    for _ in range(35):
        await shop.sells(many(2), days=1)
    assert shop.model("model-2") is None
    assert PastCatalog(shop.catalog, then).get("shop/model-2") is not None


TOOLS = {"supported_features": ["tools"], "context_length": 200_000}


@pytest.fixture
async def grown(tmp_path: Path) -> Catalog:
    """One model with tools; a day later it has none, and two more have come."""
    shop = Shop(tmp_path)
    await shop.sells({"opus-1": TOOLS, **many(8)})
    await shop.sells({"opus-1": {"context_length": 1000}, "opus-2": TOOLS, **many(9)}, days=1)
    return Catalog(shop.catalog, {"shop": None}, shop.now)


THEN = date(2026, 11, 20)


@pytest.mark.parametrize(
    "moment",
    [
        THEN,
        "2026-11-20",
        "2026-11-21T01:00:00Z",
        datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=8))),
    ],
)
async def test_a_day_a_time_and_the_text_of_either_say_when(grown: Catalog, moment: Any) -> None:
    past = grown.as_of(moment)
    assert past.get("shop/opus-2") is None
    assert past.get("shop/opus-1") is not None


async def test_a_day_is_its_end(grown: Catalog) -> None:
    assert grown.as_of("2026-11-21").ids == {model.id for model in grown.find()}


@pytest.mark.parametrize("moment", [datetime(2026, 11, 20, 12), "2026-11-20T12:00"])  # noqa: DTZ001
async def test_a_time_without_a_zone_is_told_what_to_do(grown: Catalog, moment: Any) -> None:
    with pytest.raises(BadQuery, match="no time zone") as told:
        grown.as_of(moment)
    assert "tzinfo=UTC" in told.value.hint


@pytest.mark.parametrize("moment", ["last week", 7, None, "0001-01-01T00:00+10:00"])
async def test_what_is_no_moment_is_told(grown: Catalog, moment: Any) -> None:
    with pytest.raises(BadQuery, match="is no moment"):
        grown.as_of(moment)


async def test_a_day_before_everything_is_empty(grown: Catalog) -> None:
    assert grown.as_of(date.min).ids == frozenset()


async def test_the_past_is_asked_with_the_same_queries(grown: Catalog) -> None:
    past = grown.as_of(THEN)
    for query in ("opus", "opus context:>=100k", "provider:shop tools:yes"):
        assert [one.id for one in past.find(query)] == ["shop/opus-1"]
    assert [one.id for one in grown.find("tools:yes")] == ["shop/opus-2"]


async def test_the_past_counts_and_sorts(grown: Catalog) -> None:
    past = grown.as_of(THEN)
    assert past.count() == 9
    assert past.find(sort="-id", limit=1)[0].id == "shop/opus-1"


async def test_whose_key_opened_what_is_unknown_of_the_past(grown: Catalog) -> None:
    past = grown.as_of(THEN)
    assert past.find("opus")[0].available is None
    with pytest.raises(BadQuery, match="not recorded"):
        past.find(mine=True)


async def test_the_changes_of_the_past_end_with_it(grown: Catalog) -> None:
    past = grown.as_of(THEN)
    assert list(past.changes(kinds=["added"], id="shop/opus-2")) == []
    assert list(grown.changes(kinds=["added"], id="shop/opus-2", limit=1))


async def test_a_change_later_in_the_same_second_has_not_happened(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(many(3))
    await shop.sells(many(4), days=1)
    (added,) = shop.catalog.changes(id="shop/model-3")
    assert added.at.microsecond
    past = PastCatalog(shop.catalog, added.at.replace(microsecond=0))
    assert past.get("shop/model-3") is None


async def test_a_name_leads_where_it_led_then(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells(many(20))
    then = shop.now
    for _ in range(14):
        await shop.sells(many(19), days=3)
    now = Catalog(shop.catalog, {}, shop.now)
    assert now.resolve("model-19").how is not How.ALIAS
    assert now.as_of(then).resolve("model-19").id == "shop/model-19"
    assert now.as_of(then).resolve("shop/model-19").how is How.EXACT


async def test_the_base_of_a_past_model_is_asked_as_now(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.sells({"openai/gpt-oss-120b": {}, **many(3)})
    catalog = Catalog(shop.catalog, {}, shop.now)
    ids = [model.id for model in catalog.base("openai/gpt-oss-120b")]
    assert ids == ["shop/openai/gpt-oss-120b"]
    assert [one.id for one in catalog.as_of(shop.now).base("openai/gpt-oss-120b")] == ids
