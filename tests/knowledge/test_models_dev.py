from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.knowledge.datasets.models_dev import read
from modeldex.knowledge.naming import Naming

from .datasets_written import DAY, NAMES, models_dev


def one(**record: Any) -> Claims:
    [(_, claims)] = read(models_dev(**record), NAMES, DAY)
    return claims


def test_limits_keep_their_meaning() -> None:
    claims = one(limit={"context": 400_000, "output": 128_000, "input": 272_000})
    assert (claims.context_window, claims.max_output) == (400_000, 128_000)


def test_costs_are_usd_per_million() -> None:
    price = one(cost={"input": 1.25, "output": 10, "cache_read": 0.125}).price
    assert price is not None
    assert (price.input, price.cache_read) == (Decimal("1.25"), Decimal("0.125"))


def test_a_tier_begins_above_its_size() -> None:
    tiers = [{"input": 10, "output": 45, "tier": {"type": "context", "size": 272000}}]
    price = one(cost={"input": 5, "output": 30, "tiers": tiers}).price
    assert price is not None
    assert [(t.when.above_input_tokens, t.input) for t in price.tiers] == [(272000, Decimal(10))]


def test_the_old_tier_begins_above_200k() -> None:
    price = one(cost={"input": 5, "output": 30, "context_over_200k": {"input": 10}}).price
    assert price is not None
    assert [tier.when.above_input_tokens for tier in price.tiers] == [200_000]


def test_a_record_without_cost_has_no_price() -> None:
    assert one().price is None


@pytest.mark.parametrize(
    ("record", "reasoning"),
    [
        ({"reasoning": False}, Reasoning.NONE),
        ({"reasoning": True}, Reasoning.CONFIGURABLE),
        ({"reasoning": True, "reasoning_options": []}, Reasoning.FIXED),
        ({"reasoning": True, "reasoning_options": [{"type": "toggle"}]}, Reasoning.CONFIGURABLE),
        (
            {"reasoning": True, "reasoning_options": [{"type": "effort", "values": ["low", None]}]},
            Reasoning.CONFIGURABLE,
        ),
        (
            {"reasoning": True, "reasoning_options": [{"type": "effort", "values": ["high"]}]},
            Reasoning.FIXED,
        ),
        ({}, None),
    ],
)
def test_reasoning_is_fixed_only_where_nothing_can_be_chosen(record: Any, reasoning: Any) -> None:
    assert one(**record).reasoning is reasoning


def test_vision_is_a_picture_going_in() -> None:
    claims = one(modalities={"input": ["text", "image"], "output": ["text"]})
    assert claims.vision is True
    assert claims.input_modalities == (Modality.TEXT, Modality.IMAGE)


def test_vision_is_unknown_without_modalities() -> None:
    assert one().vision is None


def test_text_out_is_no_kind() -> None:
    assert one(modalities={"input": ["text"], "output": ["text"]}).kind is None


def test_video_out_alone_is_a_kind() -> None:
    assert one(modalities={"input": ["text"], "output": ["video"]}).kind is Kind.VIDEO


@pytest.mark.parametrize(
    ("said", "released"), [("2026-04-23", date(2026, 4, 23)), ("2026-04", None)]
)
def test_a_month_is_no_day_of_release(said: str, released: date | None) -> None:
    assert one(release_date=said).released == released


def test_a_deprecated_status_is_a_lifecycle() -> None:
    assert one(status="deprecated").lifecycle is Lifecycle.DEPRECATED


def test_a_beta_status_says_nothing_of_the_lifecycle() -> None:
    assert one(status="beta").lifecycle is None


def test_the_lab_before_the_id_goes_where_the_provider_does_not_want_it() -> None:
    names = {"acme": Naming(models_dev="acme", last_segment=True)}
    [(_, claims)] = read(models_dev("openai/gpt-x"), names, DAY)
    assert claims.native_id == "gpt-x"
