import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import groq
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded

MILLION = 10**6


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("groq", small("groq/models"), "models"))


def claimed(**record: Any) -> Claims:
    return groq.claims(msgspec.convert({"id": "model", **record}, groq.Record))


def per_million(pricing: dict[str, str], unit: str) -> Decimal | None:
    return Decimal(pricing[unit]) * MILLION if unit in pricing else None


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("groq", small("groq/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (5, (), {})


def test_limits_are_read_as_context_and_output(claims: dict[str, Claims]) -> None:
    found = claims["openai/gpt-oss-20b"]
    assert (found.context_window, found.max_output) == (131_072, 65_536)


def test_the_other_names_of_the_limits_stand_in() -> None:
    found = claimed(context_length=8192, max_output_length=1024)
    assert (found.context_window, found.max_output) == (8192, 1024)


def test_a_token_price_is_shown_per_million(claims: dict[str, Claims]) -> None:
    assert claims["openai/gpt-oss-20b"].price == Price(
        input=Decimal("0.075"), output=Decimal("0.3"), cache_read=Decimal("0.0375")
    )


def test_speech_is_priced_per_character(claims: dict[str, Claims]) -> None:
    found = claims["canopylabs/orpheus-v1-english"]
    assert found.price == Price(character=Decimal("0.000022"))


def test_without_pricing_the_price_is_unknown(claims: dict[str, Claims]) -> None:
    assert claims["groq/compound"].price is None


def test_zero_for_prompt_and_completion_is_free() -> None:
    said = {"prompt": "0", "completion": "0", "image": "0", "input_cache_read": "0"}
    assert claimed(pricing=said).price == Price(input=Decimal(0), output=Decimal(0))


def test_a_charge_per_image_and_request_is_kept() -> None:
    said = {"prompt": "0.000001", "image": "0.002", "request": "0.01"}
    assert claimed(pricing=said).price == Price(
        input=Decimal(1), image=Decimal("0.002"), request=Decimal("0.01")
    )


def test_features_become_capabilities(claims: dict[str, Claims]) -> None:
    found = claims["openai/gpt-oss-20b"]
    assert (found.tools, found.structured_output, found.json_mode) == (True, True, True)
    assert found.reasoning is Reasoning.CONFIGURABLE


def test_a_feature_that_is_not_listed_is_a_no(claims: dict[str, Claims]) -> None:
    found = claims["groq/compound"]
    assert (found.tools, found.reasoning) == (False, Reasoning.NONE)


def test_without_features_capabilities_are_unknown(claims: dict[str, Claims]) -> None:
    found = claims["whisper-large-v3"]
    assert (found.tools, found.json_mode, found.reasoning) == (None, None, None)


def test_modalities_and_vision_are_read(claims: dict[str, Claims]) -> None:
    found = claims["meta-llama/llama-4-scout-17b-16e-instruct"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.output_modalities, found.vision) == ((Modality.TEXT,), True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("whisper-large-v3", Kind.TRANSCRIPTION),
        ("canopylabs/orpheus-v1-english", Kind.SPEECH),
        ("openai/gpt-oss-20b", None),
    ],
)
def test_speech_and_transcription_say_their_kind(
    claims: dict[str, Claims], name: str, kind: Kind | None
) -> None:
    assert claims[name].kind is kind


@pytest.mark.parametrize(
    ("active", "expected"), [(True, Lifecycle.ACTIVE), (False, Lifecycle.REMOVED), (None, None)]
)
def test_the_active_flag_is_the_lifecycle(active: bool | None, expected: Lifecycle | None) -> None:
    assert claimed(active=active).lifecycle is expected


def test_time_and_origin_are_read(claims: dict[str, Claims]) -> None:
    found = claims["whisper-large-v3"]
    assert found.created == datetime(2023, 9, 3, 6, 14, 58, tzinfo=UTC)
    assert found.hugging_face_id == "openai/whisper-large-v3"


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("groq", "series/watcher-groq"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("groq", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    limits = [(claim.context_window, claim.max_output) for claim in reading.claims]
    assert limits == [(row["context_window"], row["max_completion_tokens"]) for row in raw]


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("groq"))
def test_recorded_token_prices_are_exact(recordings: Callable[[str], bytes], path: str) -> None:
    found = by_id(read("groq", recordings(path), "models"))
    for row in json.loads(recordings(path))["data"]:
        said = row.get("pricing") or {}
        if row.get("output_modalities") == ["speech"]:
            continue
        price = found[row["id"]].price or Price()
        assert price.input == per_million(said, "prompt")
        assert price.output == per_million(said, "completion")
        assert price.cache_read == per_million(said, "input_cache_read")
