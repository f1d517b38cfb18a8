"""What an answer comes to, judged by its status and by the shapes in which providers say no."""

import re

from ..domain.listing import Answer
from ..domain.outcome import Outcome, Verdict
from .error_body import ErrorBody, decoded

_BY_STATUS = {
    402: Outcome.FORBIDDEN,
    404: Outcome.MOVED,
    405: Outcome.MOVED,
    408: Outcome.TIMEOUT,
    410: Outcome.RETIRED,
    429: Outcome.RATE_LIMITED,
    451: Outcome.FORBIDDEN,
    499: Outcome.UNREACHABLE,
}
_ABOUT_KEY = frozenset({401, 498})
_PERHAPS_ABOUT_KEY = frozenset({400, 403})
_BODILESS = frozenset({204, 205})
_SPACE = re.compile(rb"[ \t\r\n]*")


def judge(answer: Answer, *, keyed: bool) -> Verdict | None:
    """The verdict on an answer, or `None` when its body may be given to the dialect.

    `keyed` is whether the request carried a key. The message names the status and, where the
    body has one that is known here, its code word; nothing else of a body is ever repeated.
    Source: the error pages of the providers' API references, and recorded error bodies.
    """
    success = 200 <= answer.status < 300
    if success and (met := _judge_shape(answer)):
        return met
    error = ErrorBody(answer.body)
    if success and not error.declared:
        return None
    outcome = _declared(error, keyed) if success else _refused(answer, error, keyed)
    said = f"HTTP {answer.status}" + (f", code {error.word}" if error.word else "")
    return Verdict(outcome, said, retry_after_s=answer.retry_after_s)


def _judge_shape(answer: Answer) -> Verdict | None:
    """The verdict on a success whose body cannot be a list, whatever it says."""
    said = f"HTTP {answer.status}"
    start = _start(answer.body)
    if answer.status in _BODILESS or start == len(answer.body):
        return Verdict(Outcome.EMPTY, f"{said} without a body")
    if answer.status == 206:
        return Verdict(Outcome.BAD_PAYLOAD, f"{said}, a part of what was asked for whole")
    if answer.body[start] in b"{[":
        # A NUL among the first bytes is UTF-16 or UTF-32, which JSON on the wire never is.
        utf8 = b"\0" not in answer.body[start : start + 4]
        return None if utf8 else Verdict(Outcome.NOT_JSON, f"{said}, not in UTF-8")
    if decoded(answer.body) is ...:
        return Verdict(Outcome.NOT_JSON, f"{said}, and no JSON")
    return Verdict(Outcome.BAD_PAYLOAD, f"{said}, and a single JSON value")


def _declared(error: ErrorBody, keyed: bool) -> Outcome:
    if error.about_key:
        return _key_trouble(keyed)
    if error.about_credit:
        return Outcome.FORBIDDEN
    return Outcome.RATE_LIMITED if error.about_rate else Outcome.BAD_PAYLOAD


def _refused(answer: Answer, error: ErrorBody, keyed: bool) -> Outcome:
    status = answer.status
    if status in _ABOUT_KEY or (status in _PERHAPS_ABOUT_KEY and error.about_key):
        return _key_trouble(keyed)
    if status == 403:
        return Outcome.FORBIDDEN if keyed or _is_page(answer) else Outcome.NO_KEY
    if status == 429 and error.about_credit:
        return Outcome.FORBIDDEN
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Outcome.BAD_PAYLOAD if 400 <= status < 500 else Outcome.UNREACHABLE


def _key_trouble(keyed: bool) -> Outcome:
    return Outcome.KEY_REJECTED if keyed else Outcome.NO_KEY


def _is_page(answer: Answer) -> bool:
    start = _start(answer.body)
    return "html" in answer.content_type or answer.body[start : start + 1] == b"<"


def _start(body: bytes) -> int:
    met = _SPACE.match(body)
    return met.end() if met else 0
