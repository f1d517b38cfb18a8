from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.price import Price, PriceTier, exact, price_json, price_tier

amounts = st.decimals(min_value=0, max_value=10**6, places=9)


@pytest.mark.parametrize(
    ("usd", "word"),
    [
        ("0", PriceTier.FREE),
        ("0.000001", PriceTier.BUDGET),
        ("0.999999", PriceTier.BUDGET),
        ("1", PriceTier.STANDARD),
        ("5", PriceTier.PRO),
        ("14.99", PriceTier.PRO),
        ("15", PriceTier.PREMIUM),
    ],
)
def test_a_price_tier_is_named_by_its_input_price(usd: str, word: PriceTier) -> None:
    assert price_tier(Price(input=Decimal(usd))) is word


@pytest.mark.parametrize("price", [None, Price(output=Decimal(1)), Price(varies=True)])
def test_an_unknown_input_price_has_no_tier(price: Price | None) -> None:
    assert price_tier(price) is None


@given(amounts)
def test_an_amount_is_written_exactly_and_without_exponent(amount: Decimal) -> None:
    text = exact(amount)
    assert Decimal(text) == amount
    assert "e" not in text.lower()


@given(amounts, amounts)
def test_a_price_survives_its_json(paid: Decimal, got: Decimal) -> None:
    price = Price(input=paid, output=got)
    assert msgspec.convert(price_json(price), Price) == price


def test_unknown_units_are_null_and_free_ones_are_zero() -> None:
    assert price_json(Price(input=Decimal(0))) == {
        "input": "0",
        "output": None,
        "cache_read": None,
        "cache_write": None,
    }
