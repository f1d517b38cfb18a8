import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from modeldex.dialects import anthropic, dialect
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Page, Reading
from tests.dialects.recorded import by_id, page, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("anthropic", small("anthropic/models"), "models"))


@pytest.fixture
def stages(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("anthropic", small("anthropic/lifecycle"), "models"))


def claimed(**record: Any) -> Claims:
    return anthropic.claims(msgspec.convert({"id": "claude", **record}, anthropic.Record))


def around(**fields: Any) -> Reading:
    return read("anthropic", json.dumps({"data": [{"id": "a"}], **fields}).encode(), "models")


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("anthropic", small("anthropic/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (3, (), {})


def test_the_route_asks_for_the_largest_page_in_the_newest_version() -> None:
    (route,) = dialect("anthropic").routes
    assert route.params == {"limit": "1000"}
    assert route.headers == {"anthropic-version": "2026-10-21"}


def test_limits_are_read_as_context_and_output(claims: dict[str, Claims]) -> None:
    found = claims["claude-opus-4-1-20250805"]
    assert (found.context_window, found.max_output) == (200_000, 32_000)


def test_inputs_are_text_and_the_supported_media(claims: dict[str, Claims]) -> None:
    expected = (Modality.TEXT, Modality.IMAGE, Modality.PDF)
    assert claims["claude-opus-5"].input_modalities == expected


def test_flags_become_capabilities(claims: dict[str, Claims]) -> None:
    found = claims["claude-opus-5"]
    assert (found.vision, found.structured_output, found.batch) == (True, True, True)


def test_nothing_is_claimed_about_tools_and_streaming(claims: dict[str, Claims]) -> None:
    assert {(found.tools, found.streaming) for found in claims.values()} == {(None, None)}


def test_the_time_of_the_record_is_the_release(claims: dict[str, Claims]) -> None:
    found = claims["claude-opus-5"]
    assert found.created == datetime(2026, 7, 24, tzinfo=UTC)
    assert found.released == date(2026, 7, 24)


def test_the_epoch_is_an_unknown_time(stages: dict[str, Claims]) -> None:
    assert (stages["claude-one"].created, stages["claude-one"].released) == (None, None)


def test_null_capabilities_are_unknown(stages: dict[str, Claims]) -> None:
    found = stages["claude-one"]
    assert (found.vision, found.input_modalities, found.reasoning) == (None, None, None)


def test_an_unsupported_flag_is_no(stages: dict[str, Claims]) -> None:
    found = stages["claude-two"]
    assert (found.vision, found.structured_output, found.batch) == (False, False, False)
    assert found.input_modalities == (Modality.TEXT,)


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("claude-one", Lifecycle.ACTIVE),
        ("claude-two", Lifecycle.DEPRECATED),
        ("claude-three", Lifecycle.REMOVED),
    ],
)
def test_the_providers_stage_is_the_lifecycle(
    stages: dict[str, Claims], name: str, stage: Lifecycle
) -> None:
    assert stages[name].lifecycle is stage


def test_a_stage_never_heard_of_is_unknown() -> None:
    assert claimed(lifecycle="dreaming").lifecycle is None


def test_the_retirement_is_a_day(stages: dict[str, Claims]) -> None:
    assert stages["claude-two"].retires_on == date(2027, 2, 19)


def test_the_line_is_the_family(stages: dict[str, Claims]) -> None:
    assert stages["claude-two"].family == "haiku"


@pytest.mark.parametrize(
    ("thinking", "effort", "expected"),
    [
        (None, None, None),
        ({}, None, None),
        ({"supported": False}, True, Reasoning.NONE),
        ({"supported": True}, None, Reasoning.FIXED),
        ({"supported": True, "types": {"adaptive": {"supported": True}}}, False, Reasoning.FIXED),
        ({"supported": True}, True, Reasoning.CONFIGURABLE),
        (
            {"supported": True, "types": {"enabled": {"supported": True}}},
            None,
            Reasoning.CONFIGURABLE,
        ),
        (
            {"supported": True, "types": {"disabled": {"supported": True}}},
            False,
            Reasoning.CONFIGURABLE,
        ),
    ],
)
def test_reasoning_is_configurable_where_it_can_be_chosen(
    thinking: Any, effort: bool | None, expected: Reasoning | None
) -> None:
    able = {"thinking": thinking, "effort": None if effort is None else {"supported": effort}}
    assert claimed(capabilities=able).reasoning is expected


def test_a_new_shape_of_one_capability_spares_the_others() -> None:
    body = {"data": [{"id": "a", "capabilities": {"batch": [1], "pdf_input": {"supported": True}}}]}
    reading = read("anthropic", json.dumps(body).encode(), "models")
    assert reading.odd_fields == {"capabilities.batch": 1}
    assert reading.claims[0].input_modalities == (Modality.TEXT, Modality.PDF)


def test_the_next_page_comes_after_the_last_id() -> None:
    (ask,) = around(has_more=True, last_id="a").follow
    assert ask.params == {"limit": "1000", "after_id": "a"}


def test_the_last_page_has_no_next_one() -> None:
    reading = around(has_more=False, last_id="a")
    assert (reading.follow, reading.cut_short) == ((), False)


def test_more_without_a_cursor_is_cut_short() -> None:
    reading = around(has_more=True, last_id=None)
    assert (reading.follow, reading.cut_short) == ((), True)


def test_a_cursor_that_stands_still_is_cut_short() -> None:
    first = page("anthropic", b'{"data": [], "has_more": true, "last_id": "a"}', "models")
    ask = msgspec.structs.replace(first.ask, params={"after_id": "a"})
    reading = anthropic.read(Page(ask=ask, body=first.body))
    assert (reading.follow, reading.cut_short) == ((), True)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("anthropic"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("anthropic", recordings(path), "models")
    assert (len(reading.claims), reading.lost, reading.odd_fields) == (len(raw), (), {})
    limits = [(claim.context_window, claim.max_output) for claim in reading.claims]
    assert limits == [(row.get("max_input_tokens"), row.get("max_tokens")) for row in raw]
