import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, gemini
from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("gemini", small("gemini/models"), "models"))


def claimed(**record: Any) -> Claims:
    return gemini.claims(msgspec.convert({"name": "models/gemini", **record}, gemini.Record))


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("gemini", small("gemini/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (9, (), {})


def test_the_native_id_is_the_name_without_its_collection(claims: dict[str, Claims]) -> None:
    assert "gemini-2.5-flash" in claims


def test_limits_are_read_as_context_and_output(claims: dict[str, Claims]) -> None:
    found = claims["gemini-2.5-flash"]
    assert (found.context_window, found.max_output) == (1_048_576, 65_536)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gemini-2.5-flash", Kind.CHAT),
        ("gemini-embedding-001", Kind.EMBEDDING),
        ("imagen-4.0-generate-001", Kind.IMAGE),
        ("veo-3.1-generate-preview", Kind.VIDEO),
        ("gemini-3.1-flash-live-preview", Kind.REALTIME),
        ("aqa", Kind.OTHER),
        ("gemini-2.5-flash-preview-tts", None),
        ("gemini-2.5-flash-image", None),
    ],
)
def test_the_calls_say_the_kind(claims: dict[str, Claims], name: str, kind: Kind | None) -> None:
    assert claims[name].kind is kind


def test_calls_never_heard_of_say_no_kind() -> None:
    assert claimed(supportedGenerationMethods=["danceContent"]).kind is None


def test_without_calls_kind_and_batch_are_unknown() -> None:
    found = claimed()
    assert (found.kind, found.batch, found.prompt_caching) == (None, None, None)


def test_caching_and_batches_follow_from_the_calls(claims: dict[str, Claims]) -> None:
    found = claims["gemini-2.5-flash"]
    assert (found.prompt_caching, found.batch) == (True, True)


def test_a_list_of_calls_without_batches_is_a_no(claims: dict[str, Claims]) -> None:
    found = claims["gemini-2.5-flash-preview-tts"]
    assert (found.prompt_caching, found.batch) == (None, False)


@pytest.mark.parametrize(
    ("thinking", "expected"),
    [(True, Reasoning.CONFIGURABLE), (False, Reasoning.NONE), (None, None)],
)
def test_thinking_can_be_given_a_budget(thinking: bool | None, expected: Reasoning | None) -> None:
    assert claimed(thinking=thinking).reasoning is expected


def test_the_next_page_carries_the_token_and_the_size() -> None:
    body = b'{"models": [{"name": "models/a"}], "nextPageToken": "two"}'
    (ask,) = read("gemini", body, "models").follow
    assert ask.params == {"pageSize": "1000", "pageToken": "two"}


def test_the_route_asks_for_the_largest_page() -> None:
    assert dialect("gemini").routes[0].params == {"pageSize": "1000"}


@pytest.mark.shared
@pytest.mark.parametrize(
    "path", [path for path in recorded("google") if "openai-compat" not in path]
)
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    body = json.loads(recordings(path))
    reading = read("gemini", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(body["models"]), (), {})
    assert len(reading.follow) == ("nextPageToken" in body)
    limits = [(claim.context_window, claim.max_output) for claim in reading.claims]
    assert limits == [(row["inputTokenLimit"], row["outputTokenLimit"]) for row in body["models"]]
