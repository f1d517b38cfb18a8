"""What the service says while it runs: a line per request, and no secret in any line of anybody's."""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TextIO

import msgspec

from ..domain.errors import ModeldexError
from ..domain.secret import HIDDEN, without_secrets
from .metrics import METHODS

_PATTERNS = re.compile(
    r"\b(?:sk|csk|pplx|xai|nvapi|key|tgp_v1)-[\w.-]{8,}"
    r"|\b(?:gsk|hf|r8|gh[oprsu]|mdx|mdr|mds|mdl)_\w{8,}"
    r"|\bAIza[\w-]{8,}|\bAQ\.[\w-]{8,}|\bAKIA[A-Z0-9]{12,}"
    r"|\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}"
    r"|\$argon2\w*\$[\w$=,+/.-]+"
    r"|(?<=://)[^/\s@]+(?=@)"
)
"""How keys, tokens, hashes of passwords and credentials in addresses look. Whatever a pattern begins to
read it also takes: it would read a long text again from each of its words otherwise."""
_NAMED = re.compile(
    r"(?i)(\b(?:bearer|basic)\s+"
    r"|(?:api[_-]?key|password|secret|token|authorization|cookie)[\"']?\s*[:=]\s*[\"']?"
    r"|[?&]key=)"
    r"(?!\(hidden\))(?:bearer\s+|basic\s+)?[^\s\"',;&)}\]]+"
)
"""What follows a name that only secrets have."""
_LONGEST, _LONGEST_TRACE = 8_000, 64_000
"""Letters of a message and of a trace that are written down."""


class Form(StrEnum):
    """How it is written."""

    JSON = "json"
    PLAIN = "plain"
    OFF = "off"
    """No requests; what goes wrong is said all the same."""


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """One answered request: nothing that a caller chose but which of our routes it was."""

    time: datetime
    method: str
    route: str
    """The route's template, or `unmatched`."""
    status: int
    """0 where the caller left before there was one."""
    ms: float
    user: str
    """A hash of the user's id; empty where nobody is known."""
    request: str
    """As in the audit log, and in a problem's `instance`."""


class Requests:
    """Writes the line of each request as it ends."""

    def __init__(
        self, form: Form, clock: Callable[[], datetime], write: Callable[[str], object]
    ) -> None:
        self._write, self._clock = write, clock
        self._told = _json if form is Form.JSON else _plain

    def __call__(
        self, method: str, route: str, status: int, seconds: float, user: str, request: str
    ) -> None:
        """A request has ended."""
        line = RequestLine(
            time=self._clock(),
            method=method if method in METHODS else "other",
            route=route,
            status=status,
            ms=round(seconds * 1000, 3),
            user=_hash(user) if user else "",
            request=request,
        )
        self._write(self._told(line) + "\n")


@contextmanager
def telling(
    form: Form, clock: Callable[[], datetime], stream: TextIO | None = None
) -> Iterator[Requests | None]:
    """Within this, whatever anybody in the process logs is written to `stream` in this form, after
    secrets were taken out of it; without one, to stderr. Gives who writes down requests; `None`
    for `Form.OFF`."""
    stream = stream or sys.stderr
    out = logging.StreamHandler(stream)
    out.setFormatter(_JsonLines() if form is Form.JSON else logging.Formatter(_LINE))
    root, make = logging.getLogger(), logging.getLogRecordFactory()
    root.addHandler(out)
    logging.setLogRecordFactory(lambda *args, **more: cleaned(make(*args, **more)))
    try:
        yield None if form is Form.OFF else Requests(form, clock, _to(stream))
    finally:
        logging.setLogRecordFactory(make)
        root.removeHandler(out)


def cleaned(record: logging.LogRecord) -> logging.LogRecord:
    """The record with no secret in its words or its trace, before any handler has seen it."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):
        said = f"{record.msg!s} (its arguments do not fit)"
    record.msg, record.args = redacted(said), ()
    if record.exc_info:
        record.exc_text = redacted(_TRACES.formatException(record.exc_info), _LONGEST_TRACE)
        record.exc_info = None
    if record.stack_info:
        record.stack_info = redacted(record.stack_info, _LONGEST_TRACE)
    return record


def redacted(text: str, most: int = _LONGEST) -> str:
    """The text without the keys that this process holds, and without what looks like one. Of a text
    longer than `most` letters the words are left that end before, so that no key is cut in two.

    >>> redacted("GET https://x.test/?key=abc as Bearer def, told sk-proj-0123456789")
    'GET https://x.test/?key=(hidden) as Bearer (hidden), told (hidden)'
    """
    if (left_out := len(text) - most) > 0:
        words = f"{text[:most]}.".rsplit(maxsplit=1)
        text = f"{words[0] if len(words) > 1 else ''} (some {left_out} letters are left out)"
    text = _PATTERNS.sub(HIDDEN, without_secrets(text))
    return _NAMED.sub(lambda met: met[1] + HIDDEN, text)


def told_of(error: ModeldexError) -> str:
    """An error of the house in one line for whoever runs the service: its kind and its words.

    >>> told_of(ModeldexError("postgresql://ann:secret@db/x does not answer"))
    'ModeldexError: postgresql://(hidden)@db/x does not answer'
    """
    words = " ".join(redacted(str(error)).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TRACES = logging.Formatter()


class _JsonLines(logging.Formatter):
    """One JSON document per line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            said["trace"] = record.exc_text
        return msgspec.json.encode(said).decode()


def _to(stream: TextIO) -> Callable[[str], object]:
    def write(line: str) -> None:
        try:
            stream.write(line)
            stream.flush()
        except (OSError, ValueError):
            """Nobody reads the log any more; that is no reason to answer nobody."""

    return write


def _json(line: RequestLine) -> str:
    return msgspec.json.encode(line).decode()


def _plain(line: RequestLine) -> str:
    who = f" user={line.user}" if line.user else ""
    return (
        f"{line.time.isoformat()} {line.method} {line.route} {line.status} {line.ms}ms{who}"
        f" request={line.request}"
    )


@lru_cache(4096)
def _hash(user: str) -> str:
    return blake2b(user.encode(errors="surrogatepass"), digest_size=6).hexdigest()
