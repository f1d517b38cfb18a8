from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.dialects import dialect
from modeldex.domain.claims import JUDGED, Claims, Endpoint
from modeldex.domain.listing import Ask, Page
from modeldex.domain.price import PER_ONE, UNITS, ConditionalRates, Price, PriceCondition
from modeldex.rules.sanity import (
    LEAST_PER_MILLION,
    LIMIT_PER_MILLION,
    LIMIT_PER_ONE,
    MOST_TOKENS,
    doubt,
    screened,
)

REAL = [
    {"input": "0", "output": "0"},
    {"input": "0.10", "cache_read": "0.001"},
    {"input": "150", "output": "600"},
    {"input": "0.484", "output": "0.03"},
    {"input": "0.5", "output": "60", "output_image": "60"},
    {"input": "0.435", "output": "0.87", "cache_read": "0.0036"},
    {"input": "0.6", "output": "2.4", "cache_read": "3"},
    {"input": "0.1", "output": "0.3", "input_audio": "100"},
    {"input": "5", "output": "0"},
    {"output": "7.5", "second": "0.00049"},
    {"image": "0.6"},
    {"request": "0.36"},
    {"search": "0.1"},
    {"character": "0.0001"},
    {"character": "0.000000025"},
    {"page": "0.004"},
    {},
]
MISTAKEN = [
    {"input": "0.00000015", "output": "0.0000006"},
    {"input": "0.00012", "output": "0.00048"},
    {"input": "150000", "output": "600000"},
    {"input": "2000"},
    {"input": "300", "output": "1200"},
    {"input": "0.003", "output": "0.012", "cache_read": "0.0003"},
    {"input": "15", "output": "0.6"},
    {"input": "0.15", "output": "60"},
    {"input": "15", "output": "120", "cache_read": "0.005"},
    {"input": "-1000000", "output": "-1000000"},
    {"input": "NaN"},
    {"input": "sNaN"},
    {"output": "Infinity"},
    {"image": "40"},
    {"search": "10"},
    {"character": "15"},
    {"image": "-0.1"},
]
amounts = st.none() | st.decimals(allow_nan=True, allow_infinity=True)
prices = st.builds(Price, **dict.fromkeys(UNITS, amounts))


def price(rates: dict[str, str]) -> Price:
    return Price(**{unit: Decimal(usd) for unit, usd in rates.items()})


def claims(**said: Any) -> Claims:
    return Claims(native_id="m", **said)


@pytest.mark.parametrize("rates", REAL, ids=str)
def test_a_real_price_is_let_through(rates: dict[str, str]) -> None:
    said = claims(price=price(rates))
    assert screened(said) == (said, ())


@pytest.mark.parametrize("rates", MISTAKEN, ids=str)
def test_a_price_in_the_wrong_unit_is_flagged_and_left_unknown(rates: dict[str, str]) -> None:
    said = claims(price=price(rates), context_window=8192)
    kept, (flag,) = screened(said)
    assert kept == claims(context_window=8192)
    assert (flag.field, flag.value) == ("price", said.price)


def test_the_reason_says_which_rate_and_how_much() -> None:
    assert doubt(price({"input": "2000"})) == (
        "input at $2000 per million tokens looks like another unit's price"
    )


def test_a_mistake_in_a_tier_is_one_of_the_price() -> None:
    batch = ConditionalRates(input=Decimal("0.0000005"), when=PriceCondition(batch=True))
    assert doubt(Price(input=Decimal(1), tiers=(batch,))) is not None


@pytest.mark.parametrize("field", ["context_window", "max_output"])
@pytest.mark.parametrize(
    ("tokens", "kept"),
    [(1, 1), (10_485_760, 10_485_760), (0, None), (-1, None), (MOST_TOKENS + 1, None)],
)
def test_absurd_limits_are_flagged(field: str, tokens: int, kept: int | None) -> None:
    found, flags = screened(claims(**{field: tokens}))
    assert getattr(found, field) == kept
    assert [flag.value for flag in flags] == ([] if kept else [tokens])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("released", date(1970, 1, 1)),
        ("released", date(2170, 1, 1)),
        ("created", datetime(1970, 1, 21, tzinfo=UTC)),
    ],
)
def test_a_time_before_there_were_models_is_flagged(field: str, value: date) -> None:
    found, (flag,) = screened(claims(**{field: value}))
    assert (getattr(found, field), flag.value) == (None, value)


def test_an_endpoint_loses_only_what_cannot_be() -> None:
    wrong = Endpoint(name="east", context_window=8192, price=price({"input": "0.0000001"}))
    right = Endpoint(name="west", price=price({"input": "1"}))
    found, (flag,) = screened(claims(endpoints=(wrong, right)))
    assert found.endpoints == (Endpoint(name="east", context_window=8192), right)
    assert (flag.field, flag.value, flag.reason[:6]) == ("endpoints", (wrong,), "east: ")


def test_an_absurd_limit_of_an_endpoint_is_flagged() -> None:
    found, (flag,) = screened(claims(endpoints=(Endpoint(name="east", max_output=0),)))
    assert found.endpoints == (Endpoint(name="east"),)
    assert flag.reason == "east: 0 tokens cannot be"


@given(prices)
def test_what_is_published_is_never_negative_infinite_or_no_number(found: Price) -> None:
    kept, _ = screened(claims(price=found))
    rates = [] if kept.price is None else [getattr(kept.price, unit) for unit in UNITS]
    assert all(one is None or (one.is_finite() and one >= 0) for one in rates)


@given(prices)
def test_a_published_token_price_is_free_or_inside_the_band(found: Price) -> None:
    kept = screened(claims(price=found))[0].price or Price()
    tokens = [getattr(kept, unit) for unit in UNITS if unit not in PER_ONE]
    assert all(not one or LEAST_PER_MILLION <= one < LIMIT_PER_MILLION for one in tokens)


@given(prices)
def test_a_flag_is_raised_exactly_when_a_value_is_taken_away(found: Price) -> None:
    said = claims(price=found)
    kept, flags = screened(said)
    assert [flag.field for flag in flags] == [
        field for field in JUDGED if getattr(kept, field) is not getattr(said, field)
    ]


def test_every_unit_priced_per_one_has_a_limit() -> None:
    assert LIMIT_PER_ONE.keys() == PER_ONE


RECORDED = [
    ("openrouter", "openrouter/2026-08-18", "public"),
    ("openrouter", "openrouter/2025-09-03", "public"),
    ("together", "together/2026-08-18", "models"),
    ("groq", "groq/2026-08-17.modelwatcher-groq", "models"),
    ("poe", "poe/2026-01-11", "models"),
    ("xai", "xai/2026-07-19.llm_db", "language-models"),
    ("huggingface", "huggingface-router/2025-12-31", "models"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "path", "route"), RECORDED)
def test_no_recorded_price_is_flagged(
    recordings: Callable[[str], bytes], name: str, path: str, route: str
) -> None:
    ask = Ask(route=route, path=route)
    found = dialect(name).read(Page(ask=ask, body=recordings(path))).claims
    assert any(one.price is not None for one in found)
    assert [(one.native_id, flags) for one in found if (flags := screened(one)[1])] == []


@pytest.mark.shared
def test_one_recorded_price_is_flagged_as_a_thousandth_of_itself(
    recordings: Callable[[str], bytes],
) -> None:
    ask = Ask(route="models", path="models")
    page = Page(ask=ask, body=recordings("series/watcher-together/2026-02-20"))
    flagged = {one.native_id for one in dialect("together").read(page).claims if screened(one)[1]}
    assert flagged == {"LiquidAI/LFM2-24B-A2B-Preview"}
