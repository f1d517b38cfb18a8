import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from modeldex.dialects import cohere, dialect
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("cohere", small("cohere/models"), "models"))


def claimed(**record: Any) -> Claims:
    return cohere.claims(msgspec.convert({"name": "command", **record}, cohere.Record))


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("cohere", small("cohere/models"), "models")
    assert (len(reading.claims), reading.lost) == (8, ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("command-a-03-2025", Kind.CHAT),
        ("rerank-v3.5", Kind.RERANK),
        ("embed-english-v3.0-image", Kind.EMBEDDING),
        ("cohere-transcribe-03-2026", Kind.TRANSCRIPTION),
    ],
)
def test_endpoints_say_the_kind(claims: dict[str, Claims], name: str, kind: Kind) -> None:
    assert claims[name].kind is kind


@pytest.mark.parametrize(
    ("endpoints", "kind"),
    [
        (["embed", "classify"], Kind.EMBEDDING),
        (["generate"], Kind.COMPLETION),
        (["classify"], Kind.OTHER),
        (["dance"], None),
        ([], None),
        (None, None),
    ],
)
def test_the_most_telling_endpoint_decides(endpoints: list[str] | None, kind: Kind | None) -> None:
    assert claimed(endpoints=endpoints).kind is kind


def test_features_become_capabilities(claims: dict[str, Claims]) -> None:
    found = claims["command-a-reasoning-08-2025"]
    assert (found.tools, found.structured_output, found.json_mode) == (True, True, True)
    assert found.reasoning is Reasoning.CONFIGURABLE


def test_null_features_are_unknown(claims: dict[str, Claims]) -> None:
    found = claims["c4ai-aya-expanse-32b"]
    assert (found.tools, found.json_mode, found.reasoning, found.vision) == (None,) * 4
    assert found.input_modalities is None


def test_a_seeing_model_takes_images(claims: dict[str, Claims]) -> None:
    found = claims["command-a-vision-07-2025"]
    assert (found.vision, found.input_modalities) == (True, (Modality.TEXT, Modality.IMAGE))


def test_an_image_embedder_sees(claims: dict[str, Claims]) -> None:
    assert claims["embed-english-v3.0-image"].vision is True


def test_a_fractional_type_of_context_is_read() -> None:
    assert claimed(context_length=256000.0).context_window == 256_000


def test_zero_context_is_unknown(claims: dict[str, Claims]) -> None:
    assert claims["embed-english-v3.0-image"].context_window is None


@pytest.mark.parametrize(
    ("deprecated", "expected"),
    [(True, Lifecycle.DEPRECATED), (False, Lifecycle.ACTIVE), (None, None)],
)
def test_the_deprecation_flag_is_the_lifecycle(
    deprecated: bool | None, expected: Lifecycle | None
) -> None:
    assert claimed(is_deprecated=deprecated).lifecycle is expected


def test_the_next_page_carries_the_token_and_the_size() -> None:
    body = b'{"models": [{"name": "a"}], "next_page_token": "two"}'
    (ask,) = read("cohere", body, "models").follow
    assert ask.params == {"page_size": "1000", "page_token": "two"}


def test_the_route_asks_for_the_largest_page() -> None:
    assert dialect("cohere").routes[0].params == {"page_size": "1000"}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("cohere"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["models"]
    reading = read("cohere", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    said = [(claim.native_id, claim.context_window) for claim in reading.claims]
    assert said == [(row["name"], row["context_length"] or None) for row in raw]
