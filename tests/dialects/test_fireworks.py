import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, fireworks
from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Role
from tests.dialects.recorded import by_id, read, recorded

MODELS = "accounts/fireworks/models/"


@pytest.fixture
def serverless(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("fireworks", small("fireworks/serverless"), "serverless"))


@pytest.fixture
def bare(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("fireworks", small("fireworks/models"), "models"))


def claimed(**record: Any) -> Claims:
    return fireworks.claims(msgspec.convert({"name": "model", **record}, fireworks.Record))


@pytest.mark.parametrize("route", ["serverless", "models"])
def test_small_bodies_are_read_whole(small: Callable[[str], bytes], route: str) -> None:
    reading = read("fireworks", small(f"fireworks/{route}"), route)
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (4, (), {})


def test_the_bare_list_is_only_a_fallback() -> None:
    roles = {route.name: route.role for route in dialect("fireworks").routes}
    assert roles == {"serverless": Role.LISTS, "own": Role.LISTS, "models": Role.FALLBACK}


def test_the_whole_resource_name_is_the_native_id(serverless: dict[str, Claims]) -> None:
    assert f"{MODELS}gpt-oss-120b" in serverless


def test_flags_and_limits_are_read(serverless: dict[str, Claims]) -> None:
    found = serverless[f"{MODELS}gpt-oss-120b"]
    assert (found.context_window, found.tools, found.vision) == (131_072, True, False)
    assert found.created == datetime(2025, 8, 5, 17, 0, 0, 123456, tzinfo=UTC)
    assert found.hugging_face_id == "openai/gpt-oss-120b"


def test_a_seeing_model_takes_images(serverless: dict[str, Claims]) -> None:
    found = serverless[f"{MODELS}old-vision"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)


def test_not_seeing_leaves_other_media_open(serverless: dict[str, Claims]) -> None:
    assert serverless[f"{MODELS}gpt-oss-120b"].input_modalities is None


def test_a_ready_model_is_active(serverless: dict[str, Claims]) -> None:
    assert serverless[f"{MODELS}gpt-oss-120b"].lifecycle is Lifecycle.ACTIVE


def test_an_announced_end_is_a_day(serverless: dict[str, Claims]) -> None:
    found = serverless[f"{MODELS}old-vision"]
    assert (found.lifecycle, found.retires_on) == (Lifecycle.DEPRECATED, date(2026, 12, 31))


def test_a_month_without_a_day_is_no_day(serverless: dict[str, Claims]) -> None:
    found = serverless[f"{MODELS}adapter"]
    assert (found.lifecycle, found.retires_on) == (Lifecycle.DEPRECATED, None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("gpt-oss-120b", Kind.CHAT), ("flux-1-schnell-fp8", Kind.IMAGE), ("adapter", None)],
)
def test_kind_and_conversation_say_the_kind(
    serverless: dict[str, Claims], name: str, kind: Kind | None
) -> None:
    assert serverless[MODELS + name].kind is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gpt-oss-120b", Kind.CHAT),
        ("qwen3-embedding-8b", Kind.EMBEDDING),
        ("qwen3-reranker-8b", Kind.RERANK),
    ],
)
def test_claims_of_chat_do_not_make_embedders_chat(
    bare: dict[str, Claims], name: str, kind: Kind
) -> None:
    assert bare[MODELS + name].kind is kind


@pytest.mark.parametrize("url", ["", "https://huggingface.co/a", "https://elsewhere.example/a/b"])
def test_other_links_are_no_hugging_face_id(url: str) -> None:
    assert claimed(huggingFaceUrl=url).hugging_face_id is None


def test_the_next_page_carries_token_size_and_filter() -> None:
    body = b'{"models": [{"name": "a"}], "nextPageToken": "two"}'
    (ask,) = read("fireworks", body, "serverless").follow
    assert ask.params == {
        "filter": "supports_serverless=true",
        "pageSize": "200",
        "pageToken": "two",
    }


def test_an_empty_token_ends_the_list() -> None:
    reading = read("fireworks", b'{"models": [], "nextPageToken": ""}', "own")
    assert (reading.claims, reading.follow, reading.cut_short) == ((), (), False)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("fireworks", "series/watcher-fireworks"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("fireworks", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    said = [(claim.context_window, claim.tools, claim.vision) for claim in reading.claims]
    assert said == [
        (row.get("context_length"), row["supports_tools"], row["supports_image_input"])
        for row in raw
    ]
