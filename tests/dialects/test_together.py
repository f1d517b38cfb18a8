import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, together
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Role
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("together", small("together/models"), "models"))


@pytest.fixture
def catalog(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("together", small("together/catalog"), "catalog"))


def claimed(**record: Any) -> Claims:
    return together.claims(msgspec.convert({"id": "org/model", **record}, together.Record))


@pytest.mark.parametrize(("route", "models"), [("models", 9), ("catalog", 3)])
def test_small_bodies_are_read_whole(
    small: Callable[[str], bytes], route: str, models: int
) -> None:
    reading = read("together", small(f"together/{route}"), route)
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (models, (), {})


def test_the_catalog_adds_to_the_list_of_the_key() -> None:
    assert [route.role for route in dialect("together").routes] == [Role.LISTS, Role.ADDS]


def test_prices_stand_as_sent_per_million(claims: dict[str, Claims]) -> None:
    assert claims["zai-org/GLM-5.2"].price == Price(
        input=Decimal("1.4"), output=Decimal("4.4"), cache_read=Decimal("0.25999999999999995")
    )


def test_zero_without_a_free_name_is_no_price(claims: dict[str, Claims]) -> None:
    assert claims["google/gemma-3-27b-it"].price is None


def test_hourly_hardware_is_not_free_tokens() -> None:
    assert claimed(pricing={"hourly": 2.5, "input": 0, "output": 0}).price is None


def test_a_model_named_free_is_free(claims: dict[str, Claims]) -> None:
    found = claims["meta-llama/Llama-3.3-70B-Instruct-Turbo-Free"]
    assert found.price == Price(input=Decimal(0), output=Decimal(0))


def test_a_free_output_beside_a_priced_input_is_kept() -> None:
    found = claimed(type="embedding", pricing={"input": 0.02, "output": 0})
    assert found.price == Price(input=Decimal("0.02"), output=Decimal(0))


def test_speech_is_priced_per_character(claims: dict[str, Claims]) -> None:
    assert claims["hexgrad/Kokoro-82M"].price == Price(character=Decimal("0.000004"))


def test_transcription_is_priced_per_second(claims: dict[str, Claims]) -> None:
    assert claims["openai/whisper-large-v3"].price == Price(second=Decimal("0.000025"))


def test_an_example_price_of_a_picture_is_no_price(claims: dict[str, Claims]) -> None:
    assert claims["black-forest-labs/FLUX.1-schnell"].price is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("zai-org/GLM-5.2", Kind.CHAT),
        ("openai/whisper-large-v3", Kind.TRANSCRIPTION),
        ("hexgrad/Kokoro-82M", Kind.SPEECH),
        ("black-forest-labs/FLUX.1-schnell", Kind.IMAGE),
    ],
)
def test_the_type_is_the_kind(claims: dict[str, Claims], name: str, kind: Kind) -> None:
    assert claims[name].kind is kind


def test_limits_are_read_as_context_and_output(claims: dict[str, Claims]) -> None:
    found = claims["deepcogito/cogito-v1-preview-llama-8B"]
    assert (found.context_window, found.max_output) == (131_072, 8192)


def test_zero_context_and_zero_time_are_unknown() -> None:
    found = claimed(context_length=0, created=0)
    assert (found.context_window, found.created) == (None, None)


def test_the_catalog_goes_by_the_name_that_calls_take(catalog: dict[str, Claims]) -> None:
    assert set(catalog) == {"moonshotai/Kimi-K3", "example/embedder", "example/bare"}


def test_the_catalog_says_what_a_model_can_do(catalog: dict[str, Claims]) -> None:
    found = catalog["moonshotai/Kimi-K3"]
    assert (found.kind, found.context_window) == (Kind.CHAT, 1_000_000)
    assert (found.tools, found.structured_output) == (True, True)
    assert found.reasoning is Reasoning.CONFIGURABLE
    assert found.created == datetime(2026, 7, 1, 8, tzinfo=UTC)


def test_the_catalogs_modalities_and_prices_are_read(catalog: dict[str, Claims]) -> None:
    found = catalog["moonshotai/Kimi-K3"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.output_modalities, found.vision) == ((Modality.TEXT,), True)
    assert found.price == Price(input=Decimal(3), output=Decimal(15), cache_read=Decimal("0.3"))


def test_an_empty_list_of_features_is_a_no(catalog: dict[str, Claims]) -> None:
    found = catalog["example/embedder"]
    assert (found.tools, found.reasoning, found.price) == (False, Reasoning.NONE, None)


def test_a_bare_record_of_the_catalog_says_nothing(catalog: dict[str, Claims]) -> None:
    assert catalog["example/bare"] == Claims(native_id="example/bare")


def test_the_catalogs_status_is_the_lifecycle(catalog: dict[str, Claims]) -> None:
    stages = [catalog[name].lifecycle for name in ("moonshotai/Kimi-K3", "example/embedder")]
    assert stages == [Lifecycle.ACTIVE, Lifecycle.DEPRECATED]


def test_the_catalogs_next_page_comes_after_the_cursor() -> None:
    body = b'{"data": [{"name": "a"}], "next_cursor": "two"}'
    (ask,) = read("together", body, "catalog").follow
    assert ask.params == {"after": "two"}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("together", "series/watcher-together"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    body = json.loads(recordings(path))
    raw = body if isinstance(body, list) else body["data"]
    reading = read("together", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    said = [(claim.native_id, claim.context_window) for claim in reading.claims]
    assert said == [(row["id"], row.get("context_length") or None) for row in raw]


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("together"))
def test_recorded_token_prices_are_exact(recordings: Callable[[str], bytes], path: str) -> None:
    rows = json.loads(recordings(path), parse_float=Decimal, parse_int=Decimal)
    claims = read("together", recordings(path), "models").claims
    for row, claim in zip(rows, claims, strict=True):
        said = row["pricing"]
        if row["type"] in ("audio", "transcribe") or not (said["input"] or said["output"]):
            continue
        assert claim.price is not None
        assert (claim.price.input, claim.price.output) == (said["input"], said["output"])
        assert claim.price.cache_read == (said.get("cached_input") or None)
