"""What an OpenAI-compatible list adds: what is there is read, and no is an answer."""

from datetime import date
from typing import Any

import msgspec
import pytest

from modeldex.domain.capability import Access, Kind, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from tests.dialects.recorded import read


def claimed(**said: Any) -> Claims:
    body = msgspec.json.encode({"data": [{"id": "m", **said}]})
    (claim,) = read("openai", body, "models").claims
    return claim


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ({"limits": {"max_context_window_tokens": 8192}}, "context_window", 8192),
        ({"limits": {"max_completion_tokens": 512}}, "max_output", 512),
        ({"capabilities": {"tool_calls": True}}, "tools", True),
        ({"capabilities": {"tool_calls": False}}, "tools", False),
        ({"capabilities": {"structured_outputs": False}}, "structured_output", False),
        ({"capabilities": {"streaming": True}}, "streaming", True),
        ({"capabilities": {"vision": False}}, "vision", False),
        ({"capabilities": {"json_mode": True}}, "json_mode", True),
        ({"capabilities": {"reasoning": False}}, "reasoning", Reasoning.NONE),
        ({"capabilities": ["tools", "chat"]}, "tools", True),
        ({"structured_outputs": False}, "structured_output", False),
        ({"structured_outputs": True}, "structured_output", True),
        ({"knowledge_cutoff": "2025-04"}, "knowledge_cutoff", "2025-04"),
        ({"deprecated": True}, "lifecycle", Lifecycle.DEPRECATED),
        ({"deprecated": False}, "lifecycle", Lifecycle.ACTIVE),
        ({"supports_chat": False}, "kind", Kind.OTHER),
        ({"supports_chat": True}, "kind", Kind.CHAT),
        ({"supports_chat": False, "type": "image"}, "kind", Kind.IMAGE),
    ],
)
def test_a_clear_field_is_read(said: dict[str, Any], field: str, value: object) -> None:
    assert getattr(claimed(**said), field) == value


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"capabilities": {}, "limits": {}},
        {"capabilities": None, "limits": None, "deprecated": None, "supports_chat": None},
        {"capabilities": {"tool_calls": None}, "limits": {"max_context_window_tokens": 0}},
        {"available_on_current_plan": None, "deprecation_date": None, "knowledge_cutoff": ""},
    ],
)
def test_an_absent_field_says_nothing(said: dict[str, Any]) -> None:
    assert claimed(**said) == Claims(native_id="m")


def test_a_longest_prompt_is_no_context_window() -> None:
    assert claimed(limits={"max_input_tokens": 9, "max_prompt_tokens": 9}).context_window is None


def test_capabilities_of_another_shape_cost_nothing_else() -> None:
    found = claimed(capabilities={"tool_calls": {"supported": True}}, context_length=9)
    assert (found.tools, found.context_window) == (None, 9)


def test_a_deprecation_date_is_when_it_goes() -> None:
    assert claimed(deprecation_date="2027-01-31").retires_on == date(2027, 1, 31)


def test_a_shutdown_date_goes_before_a_deprecation_date() -> None:
    found = claimed(deprecation_date="2027-01-31", shutdown_date="2027-03-01")
    assert found.retires_on == date(2027, 3, 1)


def test_a_date_that_means_never_is_no_end() -> None:
    assert claimed(shutdown_date="2099-12-31").retires_on is None


def test_what_the_plan_leaves_out_is_listed_and_cannot_be_called() -> None:
    found = claimed(available_on_current_plan=False)
    assert found.access is Access.NOT_CALLABLE
    assert "plan" in (found.access_note or "")


def test_what_the_plan_has_can_be_called() -> None:
    found = claimed(available_on_current_plan=True)
    assert (found.access, found.access_note) == (Access.CALLABLE, None)
