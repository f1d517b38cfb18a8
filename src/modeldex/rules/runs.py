"""The plain text without which an expression cannot be met: looked for first, as it is much faster."""

import re
from collections.abc import Iterable, Mapping

_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^]\\])*\]")
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)")
_FIRST_MARK = 0xE000
_UNSURE = re.compile(r"[a-z0-9\ue000-\uf8ff]?(?:[?*]|\{[^}]*\})")
_PART = re.compile(r"[a-z0-9]+|[\ue000-\uf8ff]")
_LEAST_LENGTH = 2


def needed(expression: str) -> tuple[str, ...]:
    """Runs of small letters and digits of which a text must hold some to meet the expression.

    Empty when none is sure: only what stands outside classes, repetitions and assertions is.

    >>> needed("(^|/)sonic(-|$)|nova-(canvas|reel)"), needed("^[xo]3$")
    (('sonic', 'canvas', 'reel'), ())
    """
    text, groups = _CLASS.sub(" ", expression), dict[str, tuple[str, ...]]()
    while innermost := _GROUP.search(text):
        mark = chr(_FIRST_MARK + len(groups))
        groups[mark] = _sure(innermost[1], groups)
        text = f"{text[: innermost.start()]}{mark}{text[innermost.end() :]}"
    return _sure(text, groups)


def _sure(text: str, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The surest part of each alternative, where a mark stands for a group."""
    if text.startswith("?"):
        return ()
    runs: list[str] = []
    for branch in text.split("|"):
        parts = [groups.get(part, (part,)) for part in _PART.findall(_UNSURE.sub(" ", branch))]
        best = max(parts, key=_shortest, default=())
        if _shortest(best) < _LEAST_LENGTH:
            return ()
        runs.extend(best)
    return tuple(runs)


def _shortest(runs: Iterable[str]) -> int:
    return min(map(len, runs), default=0)
