"""Tables that fit the terminal: less important columns go first, then the middle of long names."""

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

_GAP = 2
_USEFUL_NAME = 40
_LEAST_NAME = 12


class Column(NamedTuple):
    """A column of a table; the first one is the name and is never dropped."""

    title: str
    rank: int = 0
    """The highest rank is dropped first."""
    right: bool = False


class Fitted(NamedTuple):
    """A table cut to a width: which columns are left, and the lines."""

    columns: tuple[int, ...]
    header: str
    lines: tuple[tuple[str, ...], ...]
    """Padded cells of each row."""


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> Fitted:
    """The table in at most `width` terminal cells, unless the name alone needs more."""
    widths = [
        max([cells(column.title), *(cells(row[at]) for row in rows)])
        for at, column in enumerate(columns)
    ]
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at] for row in rows)]
    wanted = min(widths[0], _USEFUL_NAME)
    while len(kept) > 1 and wanted + _rest(widths, kept) > width:
        kept.remove(max(kept[1:], key=lambda at: columns[at].rank))
    widths[0] = max(min(widths[0], width - _rest(widths, kept)), min(widths[0], _LEAST_NAME))

    def line(row: Sequence[str]) -> tuple[str, ...]:
        last = kept[-1]
        return tuple(
            _padded(row[at], widths[at], right=columns[at].right, last=at == last) for at in kept
        )

    titles = line([column.title for column in columns])
    return Fitted(tuple(kept), joined(titles), tuple(line(row) for row in rows))


def joined(line: Sequence[str]) -> str:
    """The cells of a line with the gap between them."""
    return (" " * _GAP).join(line).rstrip()


def cells(text: str) -> int:
    """How many terminal cells `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def shortened(text: str, width: int) -> str:
    """`text` with its middle left out, so that it takes at most `width` cells.

    >>> shortened("claude-sonnet-20260101", 13)
    'claude…260101'
    """
    if cells(text) <= width:
        return text
    if width < 2:
        return "…"[:width]
    right = (width - 1) // 2
    return _head(text, width - 1 - right) + "…" + _head(text[::-1], right)[::-1]


def _rest(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[at] + _GAP for at in kept[1:])


def _padded(text: str, width: int, *, right: bool, last: bool) -> str:
    text = shortened(text, width)
    pad = " " * (width - cells(text))
    if right:
        return pad + text
    return text if last else text + pad


def _head(text: str, width: int) -> str:
    taken, used = [], 0
    for char in text:
        used += _cells(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken)


def _cells(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
