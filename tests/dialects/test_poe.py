import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, poe
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("poe", small("poe/models"), "models"))


def claimed(**record: Any) -> Claims:
    return poe.claims(msgspec.convert({"id": "bot", **record}, poe.Record))


def test_the_list_is_asked_without_the_key() -> None:
    assert dialect("poe").routes[0].sends_key is False


def test_a_token_price_is_shown_per_million(claims: dict[str, Claims]) -> None:
    claim = claims["claude-haiku-4.5"]
    assert claim.price == Price(
        input=Decimal("0.85"),
        output=Decimal("4.3"),
        cache_read=Decimal("0.085"),
        cache_write=Decimal("1.1"),
    )
    assert claim.prompt_caching is True


def test_a_bot_priced_per_message_has_no_token_price(claims: dict[str, Claims]) -> None:
    price = claims["deepseek-r1"].price
    assert price == Price(request=Decimal("0.018"))


def test_a_bot_without_pricing_has_no_price(claims: dict[str, Claims]) -> None:
    assert claims["assistant"].price is None


def test_the_unit_of_a_picture_is_not_guessed(claims: dict[str, Claims]) -> None:
    price = claims["nano-banana"].price
    assert price is not None
    assert (price.image, price.output_image) == (None, None)


def test_created_is_in_milliseconds(claims: dict[str, Claims]) -> None:
    assert claims["assistant"].created == datetime(2023, 9, 13, 13, 11, 58, tzinfo=UTC)


def test_limits_come_from_the_window(claims: dict[str, Claims]) -> None:
    claim = claims["gpt-5.2"]
    assert (claim.context_window, claim.max_output) == (400_000, 128_000)


def test_without_a_window_the_flat_context_is_taken() -> None:
    assert claimed(context_length=4096, context_window=None).context_window == 4096


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        (["text"], Kind.CHAT),
        (["text", "image"], Kind.CHAT),
        (["image"], Kind.IMAGE),
        (["video"], Kind.VIDEO),
        (["audio"], Kind.AUDIO),
        (["smell"], None),
        (None, None),
    ],
)
def test_the_kind_is_what_comes_out(outputs: list[str] | None, kind: Kind | None) -> None:
    assert claimed(architecture={"output_modalities": outputs}).kind is kind


@pytest.mark.parametrize(
    ("record", "reasoning"),
    [
        ({}, None),
        ({"reasoning": {"required": False}}, Reasoning.CONFIGURABLE),
        ({"reasoning": {"required": True}}, Reasoning.FIXED),
        (
            {"reasoning": {"required": True, "budget": {"max_tokens": 100}}},
            Reasoning.CONFIGURABLE,
        ),
        (
            {"reasoning": {"required": True, "supports_reasoning_effort": True}},
            Reasoning.CONFIGURABLE,
        ),
        ({"parameters": [{"name": "reasoning_effort"}]}, Reasoning.CONFIGURABLE),
        ({"parameters": [{"name": "websearch_reasoning_effort"}, {}]}, None),
    ],
)
def test_reasoning_is_stated_or_a_parameter(
    record: dict[str, Any], reasoning: Reasoning | None
) -> None:
    assert claimed(**record).reasoning is reasoning


@pytest.mark.parametrize(
    ("features", "tools"), [(None, None), ([], False), (["tools", "web_search"], True)]
)
def test_tools_are_unknown_without_a_list_of_features(
    features: list[str] | None, tools: bool | None
) -> None:
    assert claimed(supported_features=features).tools is tools


def test_media_are_claimed(claims: dict[str, Claims]) -> None:
    claim = claims["dream-machine"]
    assert claim.output_modalities == (Modality.VIDEO,)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("poe"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("poe", body, "models")
    records = json.loads(body)["data"]
    assert [claim.native_id for claim in reading.claims] == [one["id"] for one in records]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("poe"))
def test_every_recorded_value_is_claimed(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    claims = by_id(read("poe", body, "models"))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for record in json.loads(body)["data"]:
        claim = claims[record["id"]]
        window = record["context_window"] or {}
        assert claim.context_window == record["context_length"], record["id"]
        assert claim.max_output == window.get("max_output_tokens"), record["id"]
        assert claim.created == epoch + timedelta(seconds=record["created"] // 1000)
        assert claim.price == expected(record["pricing"] or {}), record["id"]


def expected(pricing: dict[str, str | None]) -> Price | None:
    """The price as it follows from the raw strings, worked out apart from the dialect."""
    units = {
        "prompt": ("input", 10**6),
        "completion": ("output", 10**6),
        "input_cache_read": ("cache_read", 10**6),
        "input_cache_write": ("cache_write", 10**6),
        "request": ("request", 1),
    }
    rates = {
        unit: Decimal(raw) * factor
        for wire, (unit, factor) in units.items()
        if (raw := pricing.get(wire)) is not None
    }
    return msgspec.convert(rates, Price) if rates else None
