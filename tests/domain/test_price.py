from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.price import (
    UNITS,
    Billing,
    ConditionalRates,
    Price,
    PriceCondition,
    PriceTier,
    billing,
    exact,
    price_json,
    price_tier,
)

amounts = st.decimals(min_value=0, max_value=10**6, places=9)
ZERO, ONE = Decimal(0), Decimal(1)
BATCH = PriceCondition(batch=True)
rates = dict.fromkeys(UNITS, st.sampled_from([None, None, ZERO, ONE]))
prices = st.builds(
    Price,
    **rates,
    tiers=st.lists(st.builds(ConditionalRates, when=st.just(BATCH), **rates), max_size=1).map(
        tuple
    ),
    varies=st.booleans(),
)


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


@pytest.mark.parametrize(
    ("price", "read"),
    [
        (None, None),
        (Price(), None),
        (Price(output=ZERO), None),
        (Price(image=ZERO), None),
        (Price(varies=True), Billing.VARIES),
        (Price(input=ZERO, varies=True), Billing.VARIES),
        (Price(input=ZERO), Billing.FREE),
        (Price(input=ZERO, output=ZERO, image=ZERO), Billing.FREE),
        (Price(input=ZERO, output=ZERO, image=ONE), Billing.ZERO_TOKENS),
        (Price(input=ZERO, tiers=(ConditionalRates(input=ONE, when=BATCH),)), Billing.ZERO_TOKENS),
        (Price(input=ZERO, output=ONE), Billing.TOKENS),
        (Price(input=ONE, image=ONE), Billing.TOKENS),
        (Price(output=ONE), Billing.TOKENS),
        (Price(tiers=(ConditionalRates(input=ONE, when=BATCH),)), Billing.TOKENS),
        (Price(second=ONE), Billing.OTHERWISE),
        (Price(output=ZERO, request=ONE), Billing.OTHERWISE),
    ],
)
def test_how_a_price_is_to_be_read(price: Price | None, read: Billing | None) -> None:
    assert billing(price) is read


@given(prices)
def test_free_is_every_known_rate_at_zero_and_the_input_rate_known(price: Price) -> None:
    known = [getattr(part, unit) for part in (price, *price.tiers) for unit in UNITS]
    costs = any(amount for amount in known if amount is not None)
    free = price.input is not None and not costs and not price.varies
    assert (billing(price) is Billing.FREE) is free
    assert (price_tier(price) is PriceTier.FREE) is free


@given(prices)
def test_only_a_price_that_charges_for_input_has_a_tier_above_free(price: Price) -> None:
    word = price_tier(price)
    charged = bool(price.input) and not price.varies
    assert (word in set(PriceTier) - {PriceTier.FREE}) is charged


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
