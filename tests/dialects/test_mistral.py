import json
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from modeldex.dialects import mistral
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("mistral", small("mistral/models"), "models"))


def claimed(**record: Any) -> Claims:
    return mistral.claims(msgspec.convert({"id": "mistral", **record}, mistral.Record))


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("mistral", small("mistral/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (9, (), {})


def test_a_bare_array_is_a_list_too() -> None:
    assert [claim.native_id for claim in read("mistral", b'[{"id": "a"}]', "models").claims] == [
        "a"
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mistral-small-2603", Kind.CHAT),
        ("mistral-moderation-2603", Kind.MODERATION),
        ("mistral-ocr-2512", Kind.OTHER),
        ("voxtral-mini-2602", Kind.TRANSCRIPTION),
        ("voxtral-mini-tts-2603", Kind.SPEECH),
        ("mistral-embed", None),
    ],
)
def test_capabilities_say_the_kind(claims: dict[str, Claims], name: str, kind: Kind | None) -> None:
    assert claims[name].kind is kind


def test_a_model_that_only_fills_in_completes() -> None:
    assert claimed(capabilities={"completion_fim": True}).kind is Kind.COMPLETION


def test_a_seeing_chat_model_takes_text_and_images(claims: dict[str, Claims]) -> None:
    found = claims["mistral-small-2603"]
    assert (found.vision, found.input_modalities) == (True, (Modality.TEXT, Modality.IMAGE))


def test_a_hearing_chat_model_takes_text_and_audio(claims: dict[str, Claims]) -> None:
    expected = (Modality.TEXT, Modality.AUDIO)
    assert claims["voxtral-small-2507"].input_modalities == expected


def test_context_and_tools_are_read(claims: dict[str, Claims]) -> None:
    found = claims["mistral-small-2603"]
    assert (found.context_window, found.tools, found.max_output) == (262_144, True, None)


def test_a_missing_context_is_not_filled_in() -> None:
    assert claimed().context_window is None


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [(True, Reasoning.CONFIGURABLE), (False, Reasoning.NONE), (None, None)],
)
def test_reasoning_is_read(reasons: bool | None, expected: Reasoning | None) -> None:
    assert claimed(capabilities={"reasoning": reasons}).reasoning is expected


def test_an_announced_end_has_a_day_and_a_successor(claims: dict[str, Claims]) -> None:
    found = claims["mistral-medium-2505"]
    assert found.lifecycle is Lifecycle.DEPRECATED
    assert (found.retires_on, found.successor) == (date(2026, 8, 31), "mistral-medium-3-5")


def test_an_archived_model_is_kept_as_removed() -> None:
    assert claimed(archived=True).lifecycle is Lifecycle.REMOVED


def test_without_an_announcement_the_lifecycle_is_unknown(claims: dict[str, Claims]) -> None:
    assert claims["mistral-small-2603"].lifecycle is None


def test_an_alias_is_a_record_of_its_own(claims: dict[str, Claims]) -> None:
    found = claims["magistral-small-latest"]
    assert found.name == "mistral-small-2603"
    assert "mistral-small-2603" in (found.aliases or ())


def test_no_aliases_say_nothing() -> None:
    assert claimed(aliases=[]).aliases is None


def test_the_second_of_the_answer_is_no_creation_time(claims: dict[str, Claims]) -> None:
    assert {found.created for found in claims.values()} == {None}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("mistral", "series/watcher-mistral"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("mistral", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    said = [(claim.native_id, claim.context_window, claim.tools) for claim in reading.claims]
    assert said == [
        (row["id"], row["max_context_length"], row["capabilities"]["function_calling"])
        for row in raw
    ]
