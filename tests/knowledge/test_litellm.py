from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.price import PriceCondition
from modeldex.knowledge.datasets.litellm import read
from modeldex.knowledge.naming import Naming

from .datasets_written import DAY, NAMES, litellm


def one(**entry: Any) -> Claims:
    [(_, claims)] = read(litellm(**entry), NAMES, DAY)
    return claims


def test_the_prefix_is_no_part_of_the_native_id() -> None:
    assert [claims.native_id for _, claims in read(litellm("acme_ai/lab/one"), NAMES, DAY)] == [
        "lab/one"
    ]


def test_a_key_without_the_prefix_is_left_out() -> None:
    assert [*read(litellm("acme-ai-up-to-4b"), NAMES, DAY)] == []


def test_a_key_without_the_prefix_stays_where_bare_ids_are_native() -> None:
    names = {"acme": Naming(litellm=("acme_ai",), litellm_prefix="acme_ai/", litellm_bare=True)}
    assert [claims.native_id for _, claims in read(litellm("one"), names, DAY)] == ["one"]


def test_other_providers_are_left_out() -> None:
    assert [*read(litellm(litellm_provider="other"), NAMES, DAY)] == []


def test_usd_per_token_becomes_usd_per_million_exactly() -> None:
    price = one(input_cost_per_token=2.8e-07, output_cost_per_token=4.2e-07).price
    assert price is not None
    assert (price.input, price.output) == (Decimal("0.28"), Decimal("0.42"))


def test_a_zero_beside_other_amounts_says_nothing() -> None:
    price = one(input_cost_per_token=1e-06, output_cost_per_token=0.0).price
    assert price is not None
    assert price.output is None


def test_a_picture_is_priced_per_one() -> None:
    price = one(input_cost_per_token=0, output_cost_per_image=0.04).price
    assert price is not None
    assert (price.image, price.input) == (Decimal("0.04"), None)


@pytest.mark.parametrize(
    ("suffix", "when"),
    [
        ("_above_200k_tokens", PriceCondition(above_input_tokens=200_000)),
        ("_batches", PriceCondition(batch=True)),
        ("_flex", PriceCondition(service_tier="flex")),
        (
            "_above_272k_tokens_priority",
            PriceCondition(above_input_tokens=272_000, service_tier="priority"),
        ),
    ],
)
def test_a_suffix_is_a_condition(suffix: str, when: PriceCondition) -> None:
    price = one(input_cost_per_token=1e-06, **{f"input_cost_per_token{suffix}": 2e-06}).price
    assert price is not None
    assert [(tier.when, tier.input) for tier in price.tiers] == [(when, Decimal(2))]


def test_an_unknown_suffix_is_no_price() -> None:
    price = one(input_cost_per_token=1e-06, input_cost_per_token_ultrafast=9e-06).price
    assert price is not None
    assert price.tiers == ()


def test_the_first_range_of_stepped_prices_is_the_ordinary_one() -> None:
    steps = [
        {"input_cost_per_token": 1e-06, "range": [0, 32000]},
        {"input_cost_per_token": 3e-06, "range": [32000, 128000]},
    ]
    price = one(tiered_pricing=steps).price
    assert price is not None
    assert price.input == 1
    assert [(t.when.above_input_tokens, t.input) for t in price.tiers] == [(32000, Decimal(3))]


def test_limits_are_never_filled_from_one_another() -> None:
    claims = one(max_input_tokens=1000, max_tokens=7)
    assert (claims.context_window, claims.max_output) == (1000, None)


def test_a_zero_limit_says_nothing() -> None:
    assert one(max_input_tokens=0, max_output_tokens=0).max_output is None


def test_a_missing_flag_is_unknown() -> None:
    claims = one(supports_function_calling=False)
    assert (claims.tools, claims.vision) == (False, None)


def test_flags_add_to_the_stated_modalities() -> None:
    claims = one(supported_modalities=["text"], supports_pdf_input=True)
    assert claims.input_modalities == (Modality.TEXT, Modality.PDF)


def test_flags_alone_are_no_list_of_modalities() -> None:
    assert one(supports_vision=True).input_modalities is None


@pytest.mark.parametrize(
    ("entry", "reasoning"),
    [
        ({"supports_reasoning": True}, Reasoning.CONFIGURABLE),
        ({"supports_reasoning": False}, Reasoning.NONE),
        (
            {"supports_reasoning": True, "supports_minimal_reasoning_effort": True},
            Reasoning.CONFIGURABLE,
        ),
        ({"supports_reasoning": True, "supports_adaptive_thinking": True}, Reasoning.CONFIGURABLE),
    ],
)
def test_a_bare_yes_is_read_as_a_providers_own_would_be(entry: Any, reasoning: Any) -> None:
    assert one(**entry).reasoning is reasoning


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("responses", Kind.CHAT),
        ("ocr", Kind.OTHER),
        ("video_generation", Kind.VIDEO),
        ("new", None),
    ],
)
def test_the_mode_is_the_kind(mode: str, kind: Kind | None) -> None:
    assert one(mode=mode).kind is kind


def test_the_deprecation_date_is_the_last_day() -> None:
    assert one(deprecation_date="2026-12-11").retires_on == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("prompt", "answer", "context"),
    [(272_000, 128_000, 400_000), (272_000, None, None), (128_000, 16_384, 128_000)],
)
def test_a_prompt_limit_that_leaves_the_answer_out_is_added_to_it(
    prompt: int, answer: int | None, context: int | None
) -> None:
    claims = one(max_input_tokens=prompt, max_output_tokens=answer)
    assert claims.context_window == context
