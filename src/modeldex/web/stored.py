"""Answers that were worked out before, ready to be sent: the bytes, compressed too, and their headers."""

import gzip
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from . import conditional
from .asking import Asking
from .headers import COMMON, PERSONAL, VARY, Headers

Key: TypeAlias = tuple[str, bytes, bool, str]
"""Path, query, whether Anthropic's headers were sent, and the user's id."""

MOST_BYTES = 64 * 1024 * 1024
"""Of all bodies of one catalog, compressed ones among them; the oldest make room."""
_SMALLEST = 1024
"""Bytes below which compressing gains nothing."""
_STORED_LEVEL, _PASSING_LEVEL = 6, 1


class Variant(NamedTuple):
    """One encoding of an answer."""

    etag: bytes
    body: bytes
    headers: Headers
    unchanged: Headers
    """The headers of a 304."""


class Stored(NamedTuple):
    """One answer, good until a moment."""

    plain: Variant
    packed: Variant | None
    """Compressed; `None` where that gains nothing."""
    until: datetime
    route: str
    """The route's template."""

    def names(self, tag: str) -> bool:
        """Whether that is its entity tag."""
        return self.plain.etag == conditional.quoted(tag)

    def variant(self, asking: Asking) -> Variant:
        """The encoding that suits the request."""
        return self.packed if self.packed is not None and asking.takes_gzip else self.plain

    @property
    def size(self) -> int:
        """Bytes of its bodies."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0)


def key(asking: Asking, user: str) -> Key:
    """The name under which the answer to a request is stored."""
    return asking.path, asking.query, asking.anthropic, user


def stored(
    body: bytes,
    media: str,
    name: str,
    *,
    personal: bool,
    until: datetime,
    route: str,
    lasting: bool = True,
    squeeze: bool = True,
) -> Stored:
    """An answer with both of its encodings; `name` is its entity tag. One that is not `lasting`
    is compressed in less time, and only where that is asked for (`squeeze`)."""
    kind = (b"content-type", media.encode())
    packed = None
    if squeeze and len(body) >= _SMALLEST:
        packed = _squeezed(body, kind, name, personal, lasting)
    return Stored(_variant(body, [kind], conditional.quoted(name), personal), packed, until, route)


def variant_of(body: bytes, media: str, name: str, asking: Asking, *, lasting: bool) -> Variant:
    """A personal answer in the one encoding that suits the request; the rest as for `stored`."""
    kind = (b"content-type", media.encode())
    if asking.takes_gzip and len(body) >= _SMALLEST:
        return _squeezed(body, kind, name, True, lasting)
    return _variant(body, [kind], conditional.quoted(name), True)


def unchanged(etag: bytes, personal: bool) -> Headers:
    """The headers of a 304, but for those that go with every answer."""
    return [(b"etag", etag), PERSONAL if personal else COMMON, VARY]


def _squeezed(
    body: bytes, kind: tuple[bytes, bytes], name: str, personal: bool, lasting: bool
) -> Variant:
    squeezed = gzip.compress(body, _STORED_LEVEL if lasting else _PASSING_LEVEL, mtime=0)
    headers = [kind, (b"content-encoding", b"gzip")]
    return _variant(squeezed, headers, conditional.quoted(name, "gzip"), personal)


def _variant(body: bytes, kind: Headers, etag: bytes, personal: bool) -> Variant:
    length = (b"content-length", str(len(body)).encode())
    headers = unchanged(etag, personal)
    return Variant(etag, body, [*kind, length, *headers], headers)


class Shelf:
    """The stored answers of one catalog; when another one is published they go with it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._answers: dict[Key, Stored] = {}
        self._lock = threading.Lock()
        self.making = threading.Lock()
        """Held by who works out an answer that is kept, so that nobody else does the same."""
        self.size = 0
        """Bytes of all bodies."""

    def get(self, wanted: Key) -> Stored | None:
        """The answer of that name, good or not; takes no lock."""
        return self._answers.get(wanted)

    def put(self, name: Key, answer: Stored) -> None:
        """Keep an answer, and let go of the oldest where there is no room."""
        if answer.size > self._most // 4:
            return
        with self._lock:
            self._drop([name])
            while self._answers and self.size + answer.size > self._most:
                self._drop([next(iter(self._answers))])
            self._answers[name] = answer
            self.size += answer.size

    def _drop(self, names: Sequence[Key]) -> None:
        for name in names:
            if (gone := self._answers.pop(name, None)) is not None:
                self.size -= gone.size
