from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.claims import Claims
from modeldex.domain.price import ConditionalRates, Price, PriceCondition
from modeldex.knowledge.editions import packaged_precedence
from modeldex.knowledge.reconciling import Judge, Taken, agree, reconcile

JUDGE = Judge(
    origins={"litellm": "l", "portkey": "l", "models-dev": "m", "genai-prices": "g"},
    orders=packaged_precedence(),
    days={
        "litellm": date(2026, 11, 12),
        "portkey": date(2026, 8, 21),
        "models-dev": date(2026, 6, 13),
        "genai-prices": date(2026, 8, 21),
    },
)
DATASETS = tuple(JUDGE.origins)


def usd(input: str | int, output: str | int = 10, **more: Any) -> Price:
    return Price(input=Decimal(input), output=Decimal(output), **more)


def taken(field: str, *, free: bool = False, native_id: str = "one", **values: Any) -> Taken | None:
    said = {
        name.replace("_", "-"): Claims(native_id=native_id, **{field: value})
        for name, value in values.items()
    }
    return next((one for one in reconcile(said, JUDGE, free=free) if one.field == field), None)


def value(field: str, **values: Any) -> Any:
    one = taken(field, **values)
    return one.value if one else None


def test_two_origins_outvote_the_most_believed() -> None:
    assert value("context_window", models_dev=1, litellm=2, genai_prices=2) == 2


def test_a_copy_adds_no_voice() -> None:
    assert value("tools", models_dev=True, litellm=False, portkey=False) is True


def test_the_most_believed_wins_alone() -> None:
    assert value("context_window", litellm=2, models_dev=1) == 1


def test_an_absent_value_is_no_dissent() -> None:
    one = taken("tools", litellm=True)
    assert one is not None
    assert one.others == {}


def test_the_dissent_is_kept_by_dataset() -> None:
    one = taken("context_window", models_dev=1, litellm=2)
    assert one is not None
    assert (one.dataset, dict(one.others)) == ("models-dev", {"litellm": 2})


def test_those_who_agree_are_named() -> None:
    one = taken("context_window", models_dev=1, litellm=1, genai_prices=1)
    assert one is not None
    assert one.agrees == ("genai-prices", "litellm")


def test_no_is_a_value() -> None:
    assert value("tools", litellm=False) is False


def test_a_zero_price_of_one_origin_says_nothing() -> None:
    assert value("price", litellm=usd(0, 0), portkey=usd(0, 0)) is None


def test_a_zero_price_of_two_origins_is_free() -> None:
    assert value("price", litellm=usd(0, 0), models_dev=usd(0, 0)) == usd(0, 0)


def test_a_zero_price_yields_to_an_amount() -> None:
    assert value("price", models_dev=usd(0, 0), litellm=usd(1)) == usd(1)


@pytest.mark.parametrize("where", [{"free": True}, {"native_id": "one:free"}])
def test_a_zero_price_is_meant_where_things_are_free(where: Any) -> None:
    assert value("price", litellm=usd(0, 0), **where) == usd(0, 0)


@pytest.mark.parametrize("mistaken", ["2000", "0.00013"])
def test_a_price_in_a_mistaken_unit_is_not_taken(mistaken: str) -> None:
    assert value("price", portkey=usd(mistaken)) is None


def test_a_price_is_one_datasets_offer() -> None:
    fuller = usd(1, 5, cache_read=Decimal("0.1"))
    assert value("price", genai_prices=usd(1, 5), litellm=fuller) == fuller


def test_of_equal_prices_the_one_with_tiers_is_taken() -> None:
    batch = ConditionalRates(when=PriceCondition(batch=True), input=Decimal("0.5"))
    assert value("price", genai_prices=usd(1), litellm=usd(1, tiers=(batch,))).tiers == (batch,)


def test_prices_without_a_shared_unit_do_not_agree() -> None:
    assert not agree(Price(input=Decimal(1)), Price(image=Decimal(1)))


@given(st.dictionaries(st.sampled_from(DATASETS), st.integers(1, 3), min_size=1), st.randoms())
def test_the_order_of_datasets_never_matters(windows: dict[str, int], random: Any) -> None:
    said = {name: Claims(native_id="one", context_window=size) for name, size in windows.items()}
    shuffled = list(said.items())
    random.shuffle(shuffled)
    assert reconcile(dict(shuffled), JUDGE) == reconcile(said, JUDGE)


@given(st.dictionaries(st.sampled_from(DATASETS), st.integers(1, 3), min_size=1))
def test_every_dataset_is_accounted_for(windows: dict[str, int]) -> None:
    said = {name: Claims(native_id="one", context_window=size) for name, size in windows.items()}
    [one] = reconcile(said, JUDGE)
    assert {one.dataset, *one.agrees, *one.others} == set(windows)


def test_a_price_with_one_impossible_rate_is_no_voice() -> None:
    torn = usd(15, 120, cache_read=Decimal("0.005"))
    one = taken("price", genai_prices=usd(15, 120), models_dev=usd(15, 120), portkey=torn)
    assert one is not None
    assert one.value == usd(15, 120)


def test_what_is_left_open_has_no_value_and_keeps_what_was_said() -> None:
    said = {"litellm": Claims(native_id="one", tools=True)}
    [one] = reconcile(said, JUDGE, settle=lambda field, values, origins: None)
    assert (one.open, one.value, dict(one.others)) == (True, None, {"litellm": True})


def test_what_two_origins_state_is_never_left_open() -> None:
    said = {name: Claims(native_id="one", tools=True) for name in ("litellm", "models-dev")}
    [one] = reconcile(said, JUDGE, settle=lambda field, values, origins: None)
    assert one.value is True


def test_settling_may_take_another_word_than_the_most_believed() -> None:
    said = {
        "models-dev": Claims(native_id="one", context_window=1),
        "litellm": Claims(native_id="one", context_window=2),
    }
    [one] = reconcile(said, JUDGE, settle=lambda field, values, origins: 1)
    assert (one.dataset, one.value, dict(one.others)) == ("litellm", 2, {"models-dev": 1})
