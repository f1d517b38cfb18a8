"""The callback, called as LiteLLM calls it: by keyword, with everything that it must not pass on."""

import asyncio
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.reporting import for_litellm
from modeldex.reporting.for_litellm import TOKEN, URL, litellm_callback
from modeldex.reporting.queueing import Pace

from .test_events import event, failure

SECRETS = ("canary", "sk-secret", "mdx_token")
FOUR = {"response_obj": {"canary": 1}, "start_time": None, "end_time": None}


class CustomLogger:
    """LiteLLM's class, as far as it is leaned on."""


@pytest.fixture(autouse=True)
def _litellm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module = ModuleType("litellm.integrations.custom_logger")
    module.CustomLogger = CustomLogger  # type: ignore[attr-defined]
    for name in ("litellm", "litellm.integrations"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for made in (for_litellm._kind, for_litellm._of_environment):
        made.cache_clear()
    yield
    for made in (for_litellm._kind, for_litellm._of_environment):
        made.cache_clear()


class Sent(list[bytes]):
    """A service that takes everything."""

    def send(self, body: bytes) -> int:
        self.append(body)
        return 200


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def callback(sent: Sent) -> Iterator[Any]:
    made = litellm_callback("", "mdx_token", send=sent.send, pace=Pace(every_s=0.01))
    yield made
    made.queue.close()


def secret_event(**fields: Any) -> dict[str, Any]:
    return {**event(**fields), "api_key": "sk-secret", "headers": {"x": "sk-secret"}}


def test_it_is_one_of_litellms_own(callback: Any) -> None:
    assert isinstance(callback, CustomLogger)


@pytest.mark.parametrize("good", [True, False])
def test_calls_are_reported(callback: Any, sent: Sent, good: bool) -> None:
    if good:
        callback.log_success_event(kwargs=event(), **FOUR)
    else:
        callback.log_failure_event(kwargs=failure("Timeout"), **FOUR)
    assert callback.queue.flush(30)
    assert (b'"ok":true' in sent[0]) is good


@pytest.mark.parametrize("name", ["async_log_success_event", "async_log_failure_event"])
def test_calls_of_asynchronous_programs_are_reported(callback: Any, sent: Sent, name: str) -> None:
    noted = getattr(callback, name)
    assert inspect.iscoroutinefunction(noted)
    asyncio.run(noted(kwargs=event(), **FOUR))
    assert callback.queue.flush(30)
    assert len(sent) == 1


def test_nothing_that_was_said_and_no_key_is_sent(callback: Any, sent: Sent) -> None:
    callback.log_success_event(kwargs=secret_event(), **FOUR)
    said = failure("BadRequestError", "the canary key sk-secret is bad")
    callback.log_failure_event(kwargs={**said, "api_key": "sk-secret"}, **FOUR)
    assert callback.queue.flush(30)
    assert not [one for one in SECRETS if one.encode() in b"".join(sent)]


@pytest.mark.parametrize(
    "odd", [None, 7, {"standard_logging_object": {"model": 1, "endTime": "x"}}]
)
def test_an_event_that_cannot_be_read_breaks_nothing(callback: Any, odd: Any) -> None:
    callback.log_success_event(kwargs=odd, **FOUR)
    assert (callback.misread, callback.queue.waiting) == (1, 0)


@pytest.mark.parametrize(
    "url",
    ["http://modeldex.example", "ftp://modeldex.example", "https://a:b@modeldex.example", "x"],
)
def test_an_address_that_a_token_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(BadConfig, match="cannot be reported there"):
        litellm_callback(url, "mdx_token")


def test_an_operator_may_send_without_encryption() -> None:
    litellm_callback("http://modeldex.example", "mdx_token", plain=True).queue.close()


def test_litellms_proxy_finds_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "https://modeldex.example/")
    monkeypatch.setenv(TOKEN, "mdx_token")
    found = for_litellm.callback
    assert found is for_litellm.callback
    found.queue.close()


def test_an_environment_that_says_nothing_is_a_mistake_that_is_named() -> None:
    with pytest.raises(BadConfig, match=URL):
        for_litellm.callback  # noqa: B018


def test_without_litellm_the_callback_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm.integrations.custom_logger", None)
    with pytest.raises(ImportError):
        litellm_callback("https://modeldex.example", "mdx_token")


def test_hosts_of_providers_are_known_with_their_gaps() -> None:
    known = for_litellm._hosts()
    hosts = ("api.openai.com", "api.groq.com", "my-team.openai.azure.com")
    assert all(any(one.fullmatch(host) for one in known) for host in hosts)
    assert not any(one.fullmatch("127.0.0.1") or one.fullmatch("evil.example") for one in known)
