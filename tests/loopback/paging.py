"""The ways in which providers cut their lists into pages, and how each says that there is more."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

Params = Mapping[str, str]
ABSENT: Any = object()
"""In the place of a value: the field is left out, also when the recording had it."""


class BadCursor(ValueError):
    """The query has a cursor or a page size that this provider never gave or takes."""


class Window(msgspec.Struct, frozen=True):
    """The part of the list that one query asks for."""

    start: int
    size: int
    """The page size that holds after all caps."""
    total: int

    @property
    def end(self) -> int:
        return min(self.start + self.size, self.total)

    @property
    def last(self) -> bool:
        return self.end >= self.total


class Paging(Protocol):
    """One provider's rule."""

    @property
    def pages(self) -> bool:
        """Whether there is ever more than one page."""

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        """What a query asks for, with pages cut down to `most` records."""

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        """What stands beside the list on that page."""

    def more(self, cursor: str | None) -> dict[str, Any]:
        """What stands beside the list to claim that another page follows, whatever is true."""


def _size(params: Params, name: str, default: int, highest: int, most: int | None) -> int:
    asked = params.get(name) or str(default)
    if not asked.isdecimal() or int(asked) < 1:
        raise BadCursor(f"{name} must be a number of 1 or more")
    return min(int(asked), highest, most or highest)


class Whole(msgspec.Struct, frozen=True):
    """Everything in one answer."""

    pages: bool = False

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        return Window(0, len(ids), len(ids))

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        return {}

    def more(self, cursor: str | None) -> dict[str, Any]:
        return {}


class AfterId(msgspec.Struct, frozen=True):
    """Anthropic: `after_id` and `limit`; `has_more` and `last_id` lead on."""

    default: int = 20
    highest: int = 1000
    pages: bool = True

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        size = _size(params, "limit", self.default, self.highest, most)
        after = params.get("after_id")
        if after is None:
            return Window(0, size, len(ids))
        if after not in ids:
            raise BadCursor("after_id names no model")
        return Window(len(ids) - list(reversed(ids)).index(after), size, len(ids))

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        shown = ids[window.start : window.end]
        return {
            "has_more": not window.last,
            "first_id": shown[0] if shown else None,
            "last_id": shown[-1] if shown else None,
        }

    def more(self, cursor: str | None) -> dict[str, Any]:
        return {"has_more": True, "last_id": cursor}


class Token(msgspec.Struct, frozen=True):
    """Gemini, Cohere, Fireworks, Together v2: an opaque token, absent on the last page."""

    size: str
    token: str
    following: str
    default: int
    highest: int
    total: str | None = None
    """The name under which the whole number stands, where there is one."""
    pages: bool = True

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        size = _size(params, self.size, self.default, self.highest, most)
        token = params.get(self.token)
        return Window(_opened(token) if token else 0, size, len(ids))

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        marks = self.more(ABSENT if window.last else sealed(window.end))
        return marks | ({self.total: window.total} if self.total else {})

    def more(self, cursor: str | None) -> dict[str, Any]:
        return {self.following: cursor}


class Number(msgspec.Struct, frozen=True):
    """DashScope: `page_no` from 1 and `page_size`; the total says how far to go."""

    default: int = 20
    highest: int = 200
    pages: bool = True

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        size = _size(params, "page_size", self.default, self.highest, most)
        number = _size(params, "page_no", 1, 10**6, None)
        return Window((number - 1) * size, size, len(ids))

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        number = window.start // window.size + 1
        return {"total": window.total, "page_no": number, "page_size": window.size}

    def more(self, cursor: str | None) -> dict[str, Any]:
        return {"total": 10**9}


class Offset(msgspec.Struct, frozen=True):
    """OpenRouter: everything at once, unless `limit` or `offset` is given; then `links.next`."""

    path: str
    default: int = 500
    highest: int = 1000
    pages: bool = True

    def window(self, params: Params, ids: Sequence[str], most: int | None) -> Window:
        if most is None and not {"limit", "offset"} & params.keys():
            return Window(0, len(ids), len(ids))
        start = int(params.get("offset") or 0)
        return Window(start, _size(params, "limit", self.default, self.highest, most), len(ids))

    def marks(self, window: Window, ids: Sequence[str]) -> dict[str, Any]:
        follows = None if window.last else str(window.end)
        return self.more(follows) | {"total_count": window.total}

    def more(self, cursor: str | None) -> dict[str, Any]:
        return {"links": {"next": cursor and f"{self.path}?offset={cursor}"}}


WHOLE = Whole()


def sealed(start: int) -> str:
    """A token that says nothing and needs escaping in a URL.

    >>> sealed(10)
    'b2Zmc2V0LzEwPz8+/w=='
    """
    return b64encode(f"offset/{start}??>".encode() + b"\xff").decode()


def _opened(token: str) -> int:
    try:
        return int(b64decode(token, validate=True).split(b"/")[1].split(b"?")[0])
    except (ValueError, IndexError):
        raise BadCursor("this page token was never given out") from None
