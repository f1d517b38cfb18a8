import re
from datetime import UTC, datetime
from typing import Any

import pytest

from modeldex.domain.account import Call
from modeldex.domain.observation import CallError
from modeldex.reporting.events import call_of

HOSTS = (re.compile(r"api\.acme\.example"),)
BEGAN = 1_790_000_000.0
TOOLS = [{"type": "function", "function": {"name": "f"}}]


class APIError(Exception):
    """As LiteLLM's, of which all of its own are made."""


def an_error(name: str, message: str = "no") -> Exception:
    return type(name, (APIError,), {})(message)  # type: ignore[no-any-return]


def event(**fields: Any) -> dict[str, Any]:
    """What LiteLLM tells of a call; `event_…` fields stand beside its summary."""
    beside = {name[6:]: fields.pop(name) for name in list(fields) if name.startswith("event_")}
    said = {
        "id": "chatcmpl-1",
        "status": "success",
        "custom_llm_provider": "openai",
        "model": "gpt-x",
        "api_base": "https://api.acme.example/v1",
        "startTime": BEGAN,
        "completionStartTime": BEGAN + 2,
        "endTime": BEGAN + 2,
        "prompt_tokens": 7,
        "completion_tokens": 3,
        "model_parameters": {},
        "messages": [{"role": "user", "content": "canary"}],
        "response": "canary",
        **fields,
    }
    return {"litellm_call_id": "call-1", "standard_logging_object": said, **beside}


def failure(name: str, message: str = "no", **fields: Any) -> dict[str, Any]:
    return event(status="failure", event_exception=an_error(name, message), **fields)


def told(said: dict[str, Any]) -> Call:
    found = call_of(said, HOSTS)
    assert found is not None
    return found


def test_a_call_that_went_well_is_numbers_and_words() -> None:
    assert told(event()) == Call(
        id=f"call-1-{int(BEGAN * 1000)}",
        at=datetime.fromtimestamp(BEGAN + 2, UTC),
        model="openai/gpt-x",
        ok=True,
        input_tokens=7,
        output_tokens=3,
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "openai/gpt-x"),
        ({"model": "openai/gpt-x"}, "openai/gpt-x"),
        ({"custom_llm_provider": None}, "gpt-x"),
        ({"custom_llm_provider": "groq", "model": "openai/gpt-oss-20b"}, "groq/openai/gpt-oss-20b"),
        ({"api_base": "http://127.0.0.1:8000/v1"}, "own/openai/gpt-x"),
        ({"api_base": "https://llm.corp.example/v1"}, "own/openai/gpt-x"),
        (
            {"custom_llm_provider": "groq", "api_base": "https://elsewhere.example"},
            "groq/gpt-x",
        ),
        ({"custom_llm_provider": "groq", "api_base": "http://gateway:4000"}, "own/groq/gpt-x"),
        ({"custom_llm_provider": "bedrock", "api_base": ""}, "bedrock/gpt-x"),
        ({"model": "a\nb"}, "openai/ab"),
    ],
)
def test_names_are_litellms_and_servers_of_ones_own_are_told_apart(
    fields: dict[str, Any], name: str
) -> None:
    assert told(event(**fields)).model == name


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("AuthenticationError", CallError.KEY_REJECTED),
        ("PermissionDeniedError", CallError.FORBIDDEN),
        ("RateLimitError", CallError.RATE_LIMITED),
        ("Timeout", CallError.TIMEOUT),
        ("NotFoundError", CallError.MOVED),
        ("ContextWindowExceededError", CallError.TOO_LONG),
        ("ContentPolicyViolationError", CallError.FILTERED),
        ("BadRequestError", CallError.REFUSED),
        ("InternalServerError", CallError.UNREACHABLE),
        ("APIConnectionError", CallError.UNREACHABLE),
        ("SomethingNew", CallError.OTHER),
    ],
)
def test_an_error_is_one_word(name: str, word: CallError) -> None:
    found = told(failure(name))
    assert (found.ok, found.error, found.output_tokens) == (False, word, None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"standard_logging_object": None},
        event(cache_hit=True),
        event(api_base=""),
        event(model=""),
        event(endTime=None),
        failure("UnsupportedParamsError"),
        failure("BudgetExceededError"),
        event(status="failure", event_exception=ModuleNotFoundError("mcp")),
    ],
)
def test_what_was_no_call_of_a_provider_is_not_reported(said: dict[str, Any]) -> None:
    assert call_of(said, HOSTS) is None


@pytest.mark.parametrize(
    ("fields", "capability"),
    [
        ({}, None),
        ({"model_parameters": {"tools": TOOLS}}, "tools"),
        ({"event_optional_params": {"tools": TOOLS}}, "tools"),
        ({"model_parameters": {"tools": TOOLS, "tool_choice": "none"}}, None),
        ({"model_parameters": {"response_format": {"type": "json_object"}}}, "json_mode"),
        ({"model_parameters": {"response_format": {"type": "json_schema"}}}, "structured_output"),
        ({"model_parameters": {"response_format": {"type": "text"}}}, None),
        ({"event_messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "vision"),
        ({"event_messages": "redacted"}, None),
        ({"stream": True}, "streaming"),
        ({"stream": True, "model_parameters": {"tools": TOOLS}}, "tools"),
    ],
)
def test_what_a_call_made_use_of(fields: dict[str, Any], capability: str | None) -> None:
    assert told(event(**fields)).capability == capability


WITH_TOOLS = {"model_parameters": {"tools": TOOLS}}
REFUSALS = (
    ("BadRequestError", "registry/x does not support tools"),
    ("BadRequestError", "`tools` are not supported with this model"),
    ("BadRequestError", "tool calling isn't supported here"),
    ("NotFoundError", "No endpoints found that support tool use"),
    ("UnprocessableEntityError", "Unsupported parameter: tools"),
)


@pytest.mark.parametrize(("name", "message"), REFUSALS)
def test_a_refusal_by_name_is_told_from_other_refusals(name: str, message: str) -> None:
    found = told(failure(name, message, **WITH_TOOLS))
    assert (found.capability, found.error) == ("tools", CallError.UNSUPPORTED)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("BadRequestError", "tools.0.function.parameters: invalid schema"),
        ("BadRequestError", "temperature is not supported"),
        ("RateLimitError", "tools are not supported"),
        ("InternalServerError", "tools are not supported"),
    ],
)
def test_other_refusals_say_nothing_of_the_capability(name: str, message: str) -> None:
    assert told(failure(name, message, **WITH_TOOLS)).error is not CallError.UNSUPPORTED


def test_a_refusal_that_may_mean_two_capabilities_means_neither() -> None:
    both = {"tools": TOOLS, "response_format": {"type": "json_schema"}}
    message = "response_format and tools are not supported together"
    found = told(failure("BadRequestError", message, model_parameters=both))
    assert found.error is CallError.REFUSED


def test_an_answer_of_the_wrong_form_speaks_of_the_form() -> None:
    both = {"tools": TOOLS, "response_format": {"type": "json_schema"}}
    found = told(failure("JSONSchemaValidationError", model_parameters=both))
    assert (found.capability, found.error) == ("structured_output", CallError.NOT_JSON)


@pytest.mark.parametrize(("stream", "wait"), [(True, 400), (False, None)])
def test_only_a_stream_shows_when_the_first_token_came(stream: bool, wait: int | None) -> None:
    said = event(stream=stream, completionStartTime=BEGAN + 0.4)
    assert told(said).latency_ms == wait


def test_a_count_of_zero_is_unknown() -> None:
    assert told(event(prompt_tokens=0)).input_tokens is None


def test_the_same_call_has_the_same_id_and_a_second_try_another() -> None:
    assert told(event()).id == told(event()).id != told(event(startTime=BEGAN + 1)).id


def test_an_id_is_fit_to_be_reported() -> None:
    assert re.fullmatch(r"[!-~]{1,100}", told(event(event_litellm_call_id="é\n" + "x" * 500)).id)
