from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.dialects.dashscope_prices import Range, prices
from modeldex.domain.price import ConditionalRates, Price, PriceCondition
from tests.dialects.recorded import by_id, read

TOKENS = "Per 1M tokens"


def row(type: str, price: str, unit: str = TOKENS, band: str | None = None) -> dict[str, Any]:
    return {"type": type, "price": price, "price_unit": unit, "time_band": band}


def priced(*ranges: tuple[str | None, list[dict[str, Any]]]) -> Price | None:
    raw = [{"range_name": name, "prices": rows} for name, rows in ranges]
    return prices(msgspec.convert(raw, list[Range]))


def test_the_first_range_is_the_price_and_longer_ones_are_tiers(
    small: Callable[[str], bytes],
) -> None:
    claims = by_id(read("dashscope", small("dashscope/native"), "native"))
    assert claims["qwen3.6-plus"].price == Price(
        input=Decimal("0.4"),
        output=Decimal("1.2"),
        reasoning=Decimal(4),
        cache_read=Decimal("0.04"),
        cache_write=Decimal("0.5"),
        tiers=(
            ConditionalRates(
                when=PriceCondition(above_input_tokens=128 * 1024),
                input=Decimal("0.8"),
                output=Decimal("2.4"),
            ),
            ConditionalRates(
                when=PriceCondition(above_input_tokens=256 * 1024),
                input=Decimal("1.2"),
                output=Decimal("3.6"),
            ),
        ),
    )


def test_a_model_priced_only_for_thinking_has_that_price() -> None:
    rows = [row("thinking_input_token", "0.8"), row("thinking_output_token", "2.4")]
    assert priced(("Default", rows)) == Price(input=Decimal("0.8"), output=Decimal("2.4"))


@pytest.mark.parametrize("band", [None, "", "Default", "standard"])
def test_the_ordinary_hours_are_the_price(band: str | None) -> None:
    rows = [row("input_token", "1", band=band), row("input_token", "9", band="peak")]
    assert priced(("Default", rows)) == Price(input=Decimal(1))


@pytest.mark.parametrize("unit", ["Per 1M tokens", "per 1m Tokens", "per million tokens"])
def test_a_million_tokens_is_the_unit(unit: str) -> None:
    assert priced(("Default", [row("input_token", "1", unit)])) == Price(input=Decimal(1))


@pytest.mark.parametrize("unit", ["Per 1K tokens", "Per 1K calls", "", "Per 10M tokens"])
def test_another_unit_is_left_out(unit: str) -> None:
    assert priced(("Default", [row("input_token", "1", unit)])) is None


def test_a_picture_is_priced_per_one() -> None:
    rows = [row("image_number", "0.035", "Per image")]
    assert priced(("Default", rows)) == Price(image=Decimal("0.035"))


def test_a_second_is_priced_per_one() -> None:
    rows = [row("content_duration", "0.000035", "Per second")]
    assert priced(("Default", rows)) == Price(second=Decimal("0.000035"))


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("32K<Input<=128K", 32 * 1024),
        ("128k < Input <= 252k", 128 * 1024),
        ("200000<Input", 200_000),
    ],
)
def test_a_range_begins_above_its_lower_end(name: str, above: int) -> None:
    price = priced(("Default", [row("input_token", "1")]), (name, [row("input_token", "2")]))
    assert price is not None
    assert [tier.when.above_input_tokens for tier in price.tiers] == [above]


@pytest.mark.parametrize("name", ["1M<Input", "thinking", "Output<=4K", "Input>128K"])
def test_a_range_that_cannot_be_read_is_left_out(name: str) -> None:
    price = priced(("Default", [row("input_token", "1")]), (name, [row("input_token", "2")]))
    assert price == Price(input=Decimal(1))


def test_without_a_range_from_nothing_on_there_is_no_price() -> None:
    assert priced(("32K<Input<=128K", [row("input_token", "2")])) is None


@given(st.text(max_size=40))
def test_no_name_of_a_range_raises(name: str) -> None:
    price = priced(("Default", [row("input_token", "1")]), (name, []))
    assert price == Price(input=Decimal(1))
