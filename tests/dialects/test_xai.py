import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, xai
from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Role
from modeldex.domain.price import ConditionalRates, Price, PriceCondition
from tests.dialects.recorded import by_id, read, recorded

CENTS_TO_USD_PER_MILLION = Decimal("0.0001")


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("xai", small("xai/models"), "models"))


@pytest.fixture
def language(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("xai", small("xai/language-models"), "language-models"))


def claimed(**record: Any) -> Claims:
    return xai.claims(msgspec.convert({"id": "grok", **record}, xai.Record))


def usd(row: dict[str, Any], field: str) -> Decimal | None:
    return Decimal(row[field]) * CENTS_TO_USD_PER_MILLION if field in row else None


@pytest.mark.parametrize(("route", "models"), [("models", 3), ("language-models", 2)])
def test_small_bodies_are_read_whole(
    small: Callable[[str], bytes], route: str, models: int
) -> None:
    reading = read("xai", small(f"xai/{route}"), route)
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (models, (), {})


def test_language_models_add_to_the_list_of_all() -> None:
    assert [route.role for route in dialect("xai").routes] == [Role.LISTS, Role.ADDS]


def test_cents_per_hundred_million_become_usd_per_million(language: dict[str, Claims]) -> None:
    assert language["grok-words"].price == Price(input=Decimal("0.2"), output=Decimal("0.5"))


def test_long_prompts_have_rates_of_their_own(claims: dict[str, Claims]) -> None:
    price = claims["grok-4.5"].price
    assert price is not None
    assert (price.input, price.output, price.cache_read) == (2, 6, Decimal("0.3"))
    assert price.tiers == (
        ConditionalRates(
            when=PriceCondition(above_input_tokens=200_000),
            input=Decimal(4),
            output=Decimal(12),
            cache_read=Decimal("0.6"),
        ),
    )


def test_long_rates_without_a_threshold_are_left_out() -> None:
    found = claimed(prompt_text_token_price=1, prompt_text_token_price_long_context=2)
    assert found.price is not None
    assert found.price.tiers == ()


def test_a_picture_has_its_price_in_usd(claims: dict[str, Claims]) -> None:
    found = claims["grok-imagine-image"]
    assert (found.kind, found.price) == (Kind.IMAGE, Price(image=Decimal("0.02")))


def test_a_search_has_its_price_in_usd(language: dict[str, Claims]) -> None:
    price = language["grok-4.5"].price
    assert price is not None
    assert (price.search, price.input_image) == (Decimal("0.025"), 2)


def test_zero_cents_are_an_unset_field() -> None:
    assert claimed(prompt_text_token_price=0, completion_text_token_price=0).price is None


def test_a_video_model_has_no_price_and_no_context(claims: dict[str, Claims]) -> None:
    found = claims["grok-imagine-video"]
    assert (found.price, found.context_window) == (None, None)


def test_modalities_come_with_language_models(language: dict[str, Claims]) -> None:
    found = language["grok-4.5"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.output_modalities, found.vision) == ((Modality.TEXT,), True)


def test_the_prompt_limit_stands_in_for_the_context(language: dict[str, Claims]) -> None:
    assert language["grok-4.5"].context_window == 500_000


def test_time_context_and_aliases_are_read(claims: dict[str, Claims]) -> None:
    found = claims["grok-4.5"]
    assert found.created == datetime(2026, 6, 29, tzinfo=UTC)
    assert (found.context_window, found.aliases) == (
        500_000,
        ("grok-4.5-latest", "grok-build-latest"),
    )


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("xai"))
def test_recordings_are_read_whole_and_exactly(
    recordings: Callable[[str], bytes], path: str
) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("xai", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    for row, claim in zip(raw, reading.claims, strict=True):
        price = claim.price or Price()
        assert claim.context_window == row.get("context_length")
        assert price.input == usd(row, "prompt_text_token_price")
        assert price.output == usd(row, "completion_text_token_price")
        assert price.cache_read == usd(row, "cached_prompt_text_token_price")
        for tier in price.tiers:
            assert tier.input == usd(row, "prompt_text_token_price_long_context")
