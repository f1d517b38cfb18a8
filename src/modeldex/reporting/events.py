"""From what LiteLLM tells its callbacks to a `Call`: numbers and words alone.

Nothing that was said leaves this file: prompts, answers and messages of errors are looked at only to
tell which capability a call made use of, and whether it was refused by name.
Source: https://docs.litellm.ai/docs/proxy/logging_spec
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ..domain.account import Call
from ..domain.observation import CallError

OWN = "own"
"""The first part of a name that is served at an address of the caller's own."""

_WORDS: Mapping[str, CallError] = {
    "AuthenticationError": CallError.KEY_REJECTED,
    "PermissionDeniedError": CallError.FORBIDDEN,
    "NotFoundError": CallError.MOVED,
    "Timeout": CallError.TIMEOUT,
    "RateLimitError": CallError.RATE_LIMITED,
    "PaymentRequiredError": CallError.QUOTA,
    "ContextWindowExceededError": CallError.TOO_LONG,
    "ContentPolicyViolationError": CallError.FILTERED,
    "RejectedRequestError": CallError.FILTERED,
    "JSONSchemaValidationError": CallError.NOT_JSON,
    "APIResponseValidationError": CallError.BAD_PAYLOAD,
    "BadRequestError": CallError.REFUSED,
    "UnprocessableEntityError": CallError.REFUSED,
    "ServiceUnavailableError": CallError.UNREACHABLE,
    "BadGatewayError": CallError.UNREACHABLE,
    "InternalServerError": CallError.UNREACHABLE,
    "APIConnectionError": CallError.UNREACHABLE,
    "CancelledError": CallError.CANCELLED,
}
"""LiteLLM's exception → our word. Source: https://docs.litellm.ai/docs/exception_mapping"""
_NO_CALL = frozenset(
    {
        "UnsupportedParamsError",
        "BudgetExceededError",
        "ModelNotMappedError",
        "LiteLLMUnknownProvider",
        "GuardrailRaisedException",
        "BlockedPiiEntityError",
        "ImageFetchError",
    }
)
"""What LiteLLM refuses by itself: the provider was never asked."""
_MAY_NAME = frozenset({CallError.REFUSED, CallError.MOVED})
_CANNOT = re.compile(
    r"(does|do|is|are)\s*n[o']t\s+(yet\s+)?(currently\s+)?support|unsupported"
    r"|(found|available) that support",
    re.IGNORECASE,
)
_NAMES: Mapping[str, re.Pattern[str]] = {
    "structured_output": re.compile(
        r"json_schema|structured.outputs?|response_format", re.IGNORECASE
    ),
    "json_mode": re.compile(r"json_object|json.mode|response_format", re.IGNORECASE),
    "tools": re.compile(r"\btools?\b|function.call|tool_choice", re.IGNORECASE),
    "vision": re.compile(r"image|vision|multi.?modal", re.IGNORECASE),
    "streaming": re.compile(r"\bstream", re.IGNORECASE),
}
"""How refusals name what they refuse; in the order in which a call that used several counts."""
_FORMATS = {"json_schema": "structured_output", "json_object": "json_mode"}
_SPOKEN_BY_MANY = frozenset(
    {"openai", "custom_openai", "text-completion-openai", "openai_like", "anthropic", "gemini"}
)
"""LiteLLM's providers that are often named for another server that speaks like them."""
_NEAR = re.compile(r"^[^.]*$|^[\d.]+$|:|\.(local|lan|internal|home|localhost)$")
"""Hosts that are near: names without a dot, bare addresses, networks of one's own."""
_LONGEST_NAME = 300


def call_of(event: Mapping[str, Any], hosts: Iterable[re.Pattern[str]]) -> Call | None:
    """What LiteLLM tells of one call, as it is reported; `None` when no provider was called.

    `event` is the first argument of its callbacks, `hosts` the hosts of known providers.
    """
    said: Mapping[str, Any] = event.get("standard_logging_object") or {}
    failed = said.get("status") == "failure"
    error = event.get("exception") if failed else None
    kinds = {kind.__name__ for kind in type(error).__mro__} if error is not None else set()
    ended = said.get("endTime")
    if not said.get("model") or not ended or _was_none(event, said, kinds):
        return None
    capability, word = _made_use_of(event, said), None
    if failed:
        capability, word = _refused(capability, _word(kinds), str(error))
    return Call(
        id=f"{_call_id(event, said)}-{round(float(said.get('startTime') or ended) * 1000)}",
        at=datetime.fromtimestamp(float(ended), UTC),
        model=_name(event, said, hosts),
        ok=not failed,
        capability=capability[0] if capability else None,
        latency_ms=None if failed else _wait_ms(said),
        input_tokens=_tokens(said, "prompt_tokens", failed),
        output_tokens=_tokens(said, "completion_tokens", failed),
        error=word,
    )


def _call_id(event: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    found = event.get("litellm_call_id") or said.get("litellm_call_id") or said.get("id") or ""
    return re.sub(r"[^!-~]", "", str(found))[:80]


def _was_none(event: Mapping[str, Any], said: Mapping[str, Any], kinds: set[str]) -> bool:
    """Whether nobody was called: the answer was in a cache or made up, or LiteLLM itself failed."""
    made_up = not _address(event, said) and said.get("custom_llm_provider") in _SPOKEN_BY_MANY
    if said.get("cache_hit") or made_up:
        return True
    return bool(kinds) and (bool(kinds & _NO_CALL) or not kinds & {*_WORDS, "APIError"})


def _address(event: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Whom LiteLLM asked; empty when nobody, or when a provider's own library did the asking."""
    given = event.get("litellm_params") or {}
    return str(said.get("api_base") or given.get("api_base") or "")


def _name(
    event: Mapping[str, Any], said: Mapping[str, Any], hosts: Iterable[re.Pattern[str]]
) -> str:
    """LiteLLM's name of the model, with the provider that LiteLLM took it for."""
    model, provider = str(said["model"]), str(said.get("custom_llm_provider") or "")
    name = model if not provider or model.startswith(f"{provider}/") else f"{provider}/{model}"
    if _is_own(provider, urlsplit(_address(event, said)).hostname, hosts):
        name = f"{OWN}/{name}"
    return re.sub(r"[\x00-\x1f\x7f]", "", name)[:_LONGEST_NAME]


def _is_own(provider: str, host: str | None, hosts: Iterable[re.Pattern[str]]) -> bool:
    """Whether a server of the caller's own answered, or one that merely speaks a known dialect."""
    if not host:
        return False
    if provider in _SPOKEN_BY_MANY:
        return not any(known.fullmatch(host) for known in hosts)
    return _NEAR.search(host) is not None


def _made_use_of(event: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, ...]:
    asked: Mapping[str, Any] = {**(said.get("model_parameters") or {})}
    asked = {**asked, **(event.get("optional_params") or {})}
    form = asked.get("response_format")
    kind = form.get("type") if isinstance(form, Mapping) else "json_schema" if form else None
    used = {_FORMATS.get(str(kind))}
    if (asked.get("tools") or asked.get("functions")) and asked.get("tool_choice") != "none":
        used.add("tools")
    if _has_image(event.get("messages")):
        used.add("vision")
    if said.get("stream") or asked.get("stream"):
        used.add("streaming")
    return tuple(name for name in _NAMES if name in used)


def _has_image(messages: Any) -> bool:
    for message in messages if isinstance(messages, list) else ():
        parts = message.get("content") if isinstance(message, Mapping) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, Mapping) and part.get("type") in ("image_url", "input_image"):
                return True
    return False


def _word(kinds: Iterable[str]) -> CallError:
    known = set(kinds)
    return next((word for name, word in _WORDS.items() if name in known), CallError.OTHER)


def _refused(
    used: tuple[str, ...], word: CallError, message: str
) -> tuple[tuple[str, ...], CallError]:
    """Which of the capabilities the failure speaks of; one that names none speaks of none."""
    if word in _MAY_NAME and _CANNOT.search(message):
        named = tuple(name for name in used if _NAMES[name].search(message))
        if len(named) == 1:
            return named, CallError.UNSUPPORTED
    if word in (CallError.NOT_JSON, CallError.BAD_PAYLOAD):
        return tuple(name for name in used if name in _FORMATS.values()), word
    return used, word


def _wait_ms(said: Mapping[str, Any]) -> int | None:
    """To the first token; only a stream shows when that came."""
    began, first, ended = (said.get(n) for n in ("startTime", "completionStartTime", "endTime"))
    if not said.get("stream") or not began or not first or first == ended:
        return None
    return max(0, round((float(first) - float(began)) * 1000))


def _tokens(said: Mapping[str, Any], name: str, failed: bool) -> int | None:
    """LiteLLM writes zero where it does not know."""
    found = said.get(name)
    return int(found) if found and not failed else None
