from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from modeldex.knowledge.datasets.genai_prices import read

from .datasets_written import DAY, NAMES, dumped, genai_prices


def claims_of(prices: Any, on: date = DAY, **more: Any) -> list[Claims]:
    return [claims for _, claims in read(genai_prices(prices, **more), NAMES, on)]


def price_of(prices: Any, on: date = DAY, **more: Any) -> Price:
    price = claims_of(prices, on, **more)[0].price
    assert price is not None
    return price


def test_amounts_are_usd_per_million() -> None:
    price = price_of({"input_mtok": 0.8, "cache_write_1h_mtok": 1.6})
    assert (price.input, price.cache_write_1h) == (Decimal("0.8"), Decimal("1.6"))


def test_searches_are_priced_per_one() -> None:
    assert price_of({"input_mtok": 1, "web_searches_kcount": 10}).search == Decimal("0.01")


def test_steps_of_one_start_are_one_tier() -> None:
    rising = {"base": 3, "tiers": [{"start": 200000, "price": 6}]}
    price = price_of({"input_mtok": rising, "output_mtok": rising})
    assert price.input == 3
    assert [(t.when.above_input_tokens, t.input, t.output) for t in price.tiers] == [(200000, 6, 6)]


@pytest.mark.parametrize(
    ("on", "usd"), [(date(2026, 8, 31), 2), (date(2026, 9, 1), 3), (date(2027, 1, 1), 3)]
)
def test_the_price_of_the_day_is_taken(on: date, usd: int) -> None:
    dated = [
        {"prices": {"input_mtok": 2}},
        {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 3}},
    ]
    assert price_of(dated, on).input == usd


def test_a_price_by_the_clock_is_a_tier() -> None:
    rows = [
        {"prices": {"input_mtok": 0.135}},
        {
            "constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
            "prices": {"input_mtok": 0.27},
        },
    ]
    price = price_of(rows)
    assert price.input == Decimal("0.135")
    assert [(t.when.utc_from, t.when.utc_until) for t in price.tiers] == [("00:30", "16:30")]


def test_no_amounts_are_no_price() -> None:
    assert claims_of({})[0].price is None


def test_no_amounts_of_a_free_id_are_zero() -> None:
    assert price_of({}, match={"equals": "one:free"}).input == 0


@pytest.mark.parametrize(
    ("match", "ids"),
    [
        ({"equals": "two"}, ["two"]),
        ({"or": [{"equals": "one"}, {"equals": "two"}]}, ["one", "two"]),
        ({"starts_with": "on"}, ["one"]),
        ({"starts_with": "one-"}, []),
        ({"contains": "ne"}, ["one"]),
    ],
)
def test_only_exact_ids_are_taken(match: Any, ids: list[str]) -> None:
    assert [claims.native_id for claims in claims_of({"input_mtok": 1}, match=match)] == ids


def test_other_providers_are_left_out() -> None:
    assert [*read(dumped([{"id": "other", "models": []}]), NAMES, DAY)] == []
