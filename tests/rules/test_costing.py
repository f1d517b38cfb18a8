from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.price import UNITS, ConditionalRates, Price, PriceCondition
from modeldex.rules.costing import Cost, cost, formula
from modeldex.rules.tariff import Usage

rates = st.decimals(min_value=0, max_value=1000, places=6)
counts = st.integers(min_value=0, max_value=10**9)
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)
usages = st.builds(Usage, input=counts, output=counts, cached=shares, per_day=st.none() | counts)
whole = st.builds(Price, input=rates, output=rates, cache_read=st.none() | rates)
known = dict.fromkeys(UNITS, st.none() | rates)
any_price = st.builds(Price, **known, varies=st.booleans())


def price(**said: Any) -> Price:
    return Price(**{k: Decimal(v) if isinstance(v, str) else v for k, v in said.items()})


def tier(when: dict[str, Any], **said: str) -> ConditionalRates:
    amounts = {unit: Decimal(usd) for unit, usd in said.items()}
    return ConditionalRates(when=PriceCondition(**when), **amounts)


def usage(input: int = 1_000_000, output: int = 1_000_000, **more: Any) -> Usage:
    return Usage(input=input, output=output, **more)


PLAIN = price(input="1.25", output="10", cache_read="0.125")


@pytest.mark.parametrize(
    ("asked", "usd"),
    [
        (usage(), "11.25"),
        (usage(input=1, output=0), "0.00000125"),
        (usage(output=0, cached=Decimal("0.8")), "0.35"),
        (usage(output=0, cached=Decimal(1)), "0.125"),
        (usage(input=0, output=0), "0"),
    ],
)
def test_a_call_costs_the_sum_of_its_tokens(asked: Usage, usd: str) -> None:
    assert cost(PLAIN, asked).per_call == Decimal(usd)


def test_a_month_has_thirty_days() -> None:
    found = cost(PLAIN, usage(input=1000, output=500, per_day=1000))
    assert (found.per_call, found.per_day, found.per_month) == (
        Decimal("0.00625"),
        Decimal("6.25"),
        Decimal("187.5"),
    )


def test_days_are_not_counted_unless_asked() -> None:
    found = cost(PLAIN, usage())
    assert (found.per_day, found.per_month) == (None, None)


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (None, ("price",)),
        (Price(), ("price",)),
        (price(varies=True), ("varies",)),
        (price(input="1", output="2", varies=True), ("varies",)),
        (price(input="1"), ("output",)),
        (price(output="1"), ("input",)),
        (price(image="0.04"), ("billed otherwise",)),
        (price(request="0.01", image="0.04"), ("billed otherwise",)),
        (price(image="0"), ("price",)),
    ],
)
def test_what_is_unknown_is_never_nothing(offer: Price | None, why: tuple[str, ...]) -> None:
    found = cost(offer, usage(per_day=3))
    assert found == Cost(None, None, None, unknown=why)


def test_a_rate_that_the_call_does_not_need_may_be_unknown() -> None:
    assert cost(price(input="0.02"), usage(output=0)).per_call == Decimal("0.02")


def test_a_free_model_costs_exactly_nothing() -> None:
    found = cost(price(input="0", output="0"), usage(per_day=5))
    assert (found.per_call, found.unknown) == (Decimal(0), ())


def test_cached_tokens_without_a_cache_price_cost_as_input_and_it_is_said() -> None:
    found = cost(price(input="1", output="1"), usage(output=0, cached=Decimal("0.5")))
    assert found.per_call == 1
    assert found.applied == ("no cache price is known: all input at the input rate",)


def test_a_fee_by_the_request_comes_on_top() -> None:
    found = cost(price(input="1", output="1", request="0.005"), usage(output=0))
    assert found.per_call == Decimal("1.005")


def test_an_offer_by_the_request_alone_covers_the_call() -> None:
    found = cost(price(request="0.03"), usage(per_day=10))
    assert (found.per_call, found.per_day) == (Decimal("0.03"), Decimal("0.3"))
    assert found.applied == ("billed by the request",)


LONG = tier({"above_input_tokens": 200_000}, input="2", output="4")
LONGER = tier({"above_input_tokens": 500_000}, input="3")
BATCH = tier({"batch": True}, input="0.5", output="1")
LONG_BATCH = tier({"above_input_tokens": 200_000, "batch": True}, input="1", output="2")
NIGHT = tier({"utc_from": "16:30", "utc_until": "00:30"}, input="0.1", output="0.1")
FLEX = tier({"service_tier": "flex"}, input="0.01", output="0.01")
SUNDAY = tier({"utc_days": ("sun",)}, input="0.01", output="0.01")
M = 1_000_000


@pytest.mark.parametrize(
    ("tiers", "asked", "usd"),
    [
        ((LONG, LONGER), usage(input=200_000, output=0), "0.2"),
        ((LONG, LONGER), usage(input=200_001, output=0), "0.400002"),
        ((LONGER, LONG), usage(input=M, output=0), "3"),
        ((LONGER, LONG), usage(input=M, output=M), "7"),
        ((BATCH,), usage(), "3"),
        ((BATCH,), usage(batch=True), "1.5"),
        ((BATCH, LONG, LONG_BATCH), usage(batch=True), "3"),
        ((LONG_BATCH, BATCH, LONG), usage(batch=True), "3"),
        ((BATCH, LONG), usage(batch=True), "6"),
        ((LONG, BATCH), usage(batch=True), "6"),
        ((NIGHT,), usage(at="16:29"), "3"),
        ((NIGHT,), usage(at="16:30"), "0.2"),
        ((NIGHT,), usage(at="00:00"), "0.2"),
        ((NIGHT,), usage(at="00:30"), "3"),
        ((NIGHT,), usage(), "3"),
        ((FLEX,), usage(), "3"),
        ((SUNDAY,), usage(at="12:00"), "3"),
    ],
)
def test_the_rates_are_those_of_the_conditions_that_are_met(
    tiers: tuple[ConditionalRates, ...], asked: Usage, usd: str
) -> None:
    offer = price(input="1", output="2", tiers=tiers)
    assert cost(offer, asked).per_call == Decimal(usd)


@pytest.mark.parametrize(
    ("tiers", "asked", "said"),
    [
        ((LONG,), usage(), ("above 200,000 input tokens",)),
        (
            (LONGER, LONG),
            usage(),
            ("above 200,000 input tokens", "above 500,000 input tokens"),
        ),
        (
            (tier({"above_input_tokens": 1}, input="9"), LONG),
            usage(),
            ("above 200,000 input tokens",),
        ),
        ((BATCH,), usage(input=1, batch=True), ("batch",)),
        ((), usage(batch=True), ("no batch price is known: ordinary rates",)),
        ((NIGHT,), usage(at="17:00"), ("16:30 to 00:30 UTC",)),
        ((NIGHT,), usage(), ("not applied, as no time was given: 16:30 to 00:30 UTC",)),
        ((SUNDAY,), usage(), ("not applied, as it depends on the day: on sun",)),
        ((FLEX,), usage(), ()),
    ],
)
def test_what_was_applied_is_said(
    tiers: tuple[ConditionalRates, ...], asked: Usage, said: tuple[str, ...]
) -> None:
    assert cost(price(input="1", output="2", tiers=tiers), asked).applied == said


def test_the_formula_shows_every_part() -> None:
    found = cost(PLAIN, usage(input=10_000, output=500, cached=Decimal("0.8")))
    assert formula(found.parts) == (
        "2,000 input × $1.25/M + 8,000 cache read × $0.125/M + 500 output × $10/M"
    )


@given(any_price, usages)
def test_a_cost_is_the_sum_of_its_parts_or_unknown_with_a_reason(
    offer: Price, asked: Usage
) -> None:
    found = cost(offer, asked)
    assert (found.per_call is None) == bool(found.unknown)
    assert sum((part.amount for part in found.parts), Decimal(0)) == (found.per_call or 0)


@given(any_price, usages)
def test_a_cost_is_never_negative(offer: Price, asked: Usage) -> None:
    found = cost(offer, asked)
    assert all(usd is None or usd >= 0 for usd in found[:3])


@given(whole, usages, counts, counts)
def test_more_tokens_never_cost_less(offer: Price, asked: Usage, more: int, again: int) -> None:
    bigger = Usage(input=asked.input + more, output=asked.output + again, cached=asked.cached)
    less, most = cost(offer, asked).per_call, cost(offer, bigger).per_call
    assert less is not None
    assert most is not None
    assert less <= most


@given(whole, usages, st.permutations([LONG, LONGER, BATCH, LONG_BATCH, NIGHT]))
def test_the_order_of_tiers_changes_nothing(
    offer: Price, asked: Usage, tiers: list[ConditionalRates]
) -> None:
    usual = price(input="1", output="2", tiers=(LONG, LONGER, BATCH, LONG_BATCH, NIGHT))
    other = price(input="1", output="2", tiers=tuple(tiers))
    assert cost(other, asked).per_call == cost(usual, asked).per_call
