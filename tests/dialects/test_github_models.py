import json
from collections.abc import Callable

import pytest

from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("github_models", small("github-models/models"), "models"))


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("github_models", small("github-models/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (3, (), {})


def test_the_largest_prompt_is_no_context_window(claims: dict[str, Claims]) -> None:
    found = claims["openai/gpt-4.1"]
    assert (found.context_window, found.max_output) == (None, 32_768)


def test_media_and_capabilities_are_read(claims: dict[str, Claims]) -> None:
    found = claims["openai/gpt-4.1"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.tools, found.streaming, found.reasoning) == (True, True, None)
    assert claims["deepseek/deepseek-r1"].reasoning is Reasoning.CONFIGURABLE


def test_embeddings_are_told_by_what_comes_out(claims: dict[str, Claims]) -> None:
    found = claims["openai/text-embedding-3-large"]
    assert (found.output_modalities, found.max_output) == ((Modality.EMBEDDING,), None)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("github-models", "series/watcher-github-models"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    body = json.loads(recordings(path))
    raw = body if isinstance(body, list) else body["data"]
    reading = read("github_models", recordings(path), "models")
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    said = [(claim.native_id, claim.max_output) for claim in reading.claims]
    assert said == [(row["id"], row["limits"]["max_output_tokens"]) for row in raw]
