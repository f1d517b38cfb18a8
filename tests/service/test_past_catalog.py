"""The catalog of an earlier moment is what the catalog said at that moment."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from modeldex.service.past_catalog import PastCatalog
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
