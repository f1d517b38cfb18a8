"""LiteLLM's calls, reported to a service of modeldex.

In a program: `litellm.callbacks = [litellm_callback("https://modeldex.example", token)]`. In LiteLLM's
proxy: `litellm_settings: {callbacks: modeldex.reporting.for_litellm.callback}`, with the address in
`MODELDEX_REPORT_URL` and a token of scope `report` in `MODELDEX_REPORT_TOKEN`.
Source: https://docs.litellm.ai/docs/observability/custom_callback
"""

import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..domain.errors import BadConfig
from ..domain.outcome import Verdict
from ..domain.secret import Secret
from ..providers import packaged
from ..transport.limits import Limits
from ..transport.reports import Courier
from .events import call_of
from .queueing import PACE, PATH, Pace, Queue, Send

URL, TOKEN = "MODELDEX_REPORT_URL", "MODELDEX_REPORT_TOKEN"
_GAP = re.compile(r"\\\{[^}]*\\\}")
_log = logging.getLogger("modeldex.reporting")


def litellm_callback(
    url: str,
    token: str | Secret,
    *,
    plain: bool = False,
    pace: Pace = PACE,
    send: Send | None = None,
) -> Any:
    """A LiteLLM callback that reports outcomes to the service at `url`.

    It sends ids of models, times, counts of tokens and one word for a failure: no prompt, no answer,
    no key, no message. It never waits and never raises; what the service cannot take in time is
    dropped and counted (`callback.queue.dropped`). `plain` allows http to other machines. Raises
    `BadConfig` for an address that cannot be used, `ImportError` without LiteLLM.
    """
    secret = token if isinstance(token, Secret) else Secret(token)
    if send is None:
        try:
            send = Courier(f"{url.rstrip('/')}{PATH}", secret, Limits(), plain=plain).send
        except Verdict as verdict:
            raise BadConfig(f"calls cannot be reported there: {verdict.message}") from None
    return _kind()(Queue(send, pace), _hosts())


@cache
def _kind() -> Any:
    """The class, made when LiteLLM is wanted: it is not needed for anything else here."""
    from litellm.integrations.custom_logger import CustomLogger

    class Reporter(CustomLogger):  # type: ignore[misc, unused-ignore]
        """Takes notes of each call; the names are LiteLLM's."""

        def __init__(self, queue: Queue, hosts: tuple[re.Pattern[str], ...]) -> None:
            super().__init__()
            self.queue, self._hosts = queue, hosts
            self.misread = 0
            """Events that could not be read."""

        def _note(self, event: Mapping[str, Any]) -> None:
            try:
                if (call := call_of(event, self._hosts)) is not None:
                    self.queue.add(call)
            except Exception as error:  # noqa: BLE001 (nothing here may break the caller's call)
                self.misread += 1
                _log.debug("an event of LiteLLM could not be read (%s)", type(error).__name__)

        def log_success_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            """A call went well."""
            self._note(kwargs)

        def log_failure_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            """A call failed."""
            self._note(kwargs)

        async def async_log_success_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            """A call went well."""
            self._note(kwargs)

        async def async_log_failure_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            """A call failed."""
            self._note(kwargs)

    return Reporter


@cache
def _hosts() -> tuple[re.Pattern[str], ...]:
    """The hosts at which the packaged providers are called; a gap in one stands for any part."""
    addresses = {
        address
        for row in packaged().values()
        if not row.local
        for address in (row.base_url, row.public_url)
        if address
    }
    names = {re.sub(r"[/:].*", "", one.partition("://")[2]).lower() for one in addresses}
    whole = {name for name in names if not name.startswith("{") or "." in name.partition("}")[2]}
    return tuple(
        re.compile(_GAP.sub("[a-z0-9-]+", re.escape(name))) for name in sorted(whole) if name
    )


@cache
def _of_environment() -> Any:
    url, token = os.environ.get(URL), os.environ.get(TOKEN)
    if not url or not token:
        raise BadConfig(f"{URL} and {TOKEN} say where calls are reported: set both")
    return litellm_callback(url, token)


def __getattr__(name: str) -> Any:
    """`callback`: the one that the environment describes, for LiteLLM's proxy."""
    if name == "callback":
        return _of_environment()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
