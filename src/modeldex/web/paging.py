"""Cursors: where the next page of an answer begins, opaque to who carries them."""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from .conditional import tag
from .problems import Problem

MOST = 200
"""Models, changes or bases of one page."""
FORM = r"^[A-Za-z0-9_-]{1,256}$"
"""A cursor's form."""
_LONGEST, _LAST = 256, 2**62


class _Place(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    question: str
    position: int
    after: str | int


def cursor(question: str, position: int, after: str | int) -> str:
    """What leads to the page behind the entry `after`, which is at `position`, counted from 0.

    `after` is short, such as a place or a hash.
    """
    said = msgspec.json.encode(_Place(tag(question)[:16], position, after))
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def behind(text: str | None, question: str, entries: Sequence[int] | Sequence[str]) -> int:
    """The index of the page's first entry.

    An entry that has moved since is looked for; where it is gone its old position counts, so that
    a new catalog in the middle neither repeats nor leaves out what stayed. Raises `Problem` for a
    cursor of another question and for one that is none.
    """
    if text is None:
        return 0
    place = _read(text)
    if place.question != tag(question)[:16] or place.position < 0:
        raise Problem(400, "this cursor belongs to another question", slug="bad-cursor")
    if place.position < len(entries) and entries[place.position] == place.after:
        return place.position + 1
    try:
        return entries.index(place.after) + 1
    except ValueError:
        return min(place.position + 1, len(entries))


def entry(text: str | None, question: str) -> int | None:
    """The number of the entry that a cursor names, for a log that only grows; `None` without one.

    Raises `Problem` for a cursor of another question and for one that is none.
    """
    if text is None:
        return None
    place = _read(text)
    if place.question != tag(question)[:16] or not isinstance(place.after, int):
        raise Problem(400, "this cursor belongs to another question", slug="bad-cursor")
    return max(0, min(place.after, _LAST))


def _read(text: str) -> _Place:
    wrong = Problem(400, "this is no cursor: take `next` of an answer as it is", slug="bad-cursor")
    if len(text) > _LONGEST:
        raise wrong
    try:
        said = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(said, type=_Place)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise wrong from None
