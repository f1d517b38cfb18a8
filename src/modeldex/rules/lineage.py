"""What a model's name says of its descent: the words of its line, its generation, its size.

Only names are read, so that a model of which nothing else is known can be placed beside others.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ..domain.model import Model
from .alias import plain, token

SPECIAL = frozenset(
    (
        *("guard", "safeguard", "moderation", "prompt", "embed", "embedding", "rerank"),
        *("ocr", "vision", "image", "audio", "realtime", "live", "tts", "transcribe", "translate"),
        *("code", "coder", "codex", "search", "research", "agent", "robotics"),
    )
)
"""Words that say what a model is made for; one that has such a word is no general one."""
LATEST = 9999
"""The stamp of a name that moves with the newest."""
_NEUTRAL = frozenset(
    ("v", "chat", "text", "generate", "versatile", "instruct", "preview", "latest", "model", "rc")
)
_SIZED = re.compile(r"([a-z]*?)(\d+)b")
_OTHER_NUMBER = re.compile(r"\d+[kem]")
_V_NUMBERED = re.compile(r"-v(\d{1,2})-(\d{1,2})(?!\d)")
_YEAR, _MONTH = r"2[3-9]", r"0[1-9]|1[0-2]"
_STAMPED = re.compile(
    rf"(?<!\d)({_YEAR})({_MONTH})(?!\d)|20({_YEAR})-?({_MONTH})|(?<!\d)({_MONTH})-20({_YEAR})"
)


Version = tuple[int, str]
"""The number before the point, and the digits behind it: 4.20 comes before 4.3."""


class Line(NamedTuple):
    """One name, taken apart."""

    words: frozenset[str]
    head: str
    """The first word; empty when there is none."""
    version: Version
    size: int | None
    """Billions of parameters, where the name states them."""
    stamp: int
    """`YYMM` of a dated name, `LATEST`, and 0 for a plain one."""

    @property
    def generation(self) -> "Generation":
        """What makes two names the same release but for its day."""
        return self.words, self.version, self.size

    @property
    def day(self) -> tuple[Version, int]:
        """What orders the names of one line."""
        return self.version, self.stamp

    @property
    def crowded(self) -> bool:
        """Whether its version may have lost its point: 52 may be 5.2."""
        first, rest = self.version
        return first >= 10 and not rest

    def doubtful(self, versions: Iterable[Version]) -> bool:
        """Whether it is crowded and `versions` of its line have points where it may have lost one."""
        first = self.version[0] // 10
        return self.crowded and any(major == first and minor for major, minor in versions)


Generation = tuple[frozenset[str], Version, int | None]


def line_of(model: Model) -> Line:
    """The line of a model: of its id, or of its base where the id may have lost a point.

    A provider may write a name in its own way: `openai-gpt-52` for `gpt-5.2`.
    """
    own = line(model.id)
    return line(model.base)._replace(stamp=own.stamp) if own.crowded and model.base else own


@lru_cache(maxsize=4096)
def line(id: str) -> Line:
    """The line of a model's id, or of any name.

    >>> line("anthropic/claude-opus-4-1-20250805").version, line("groq/llama-3.3-70b").size
    ((4, '1'), 70)
    """
    words: dict[str, None] = {}
    numbers: list[str] = []
    size = None
    for part in token(id).split("-"):
        if sized := _SIZED.fullmatch(part):
            if sized[1] not in ("", "a"):
                words[sized[1]] = None
            if sized[1] != "a" and size is None:
                size = int(sized[2])
        elif not _OTHER_NUMBER.fullmatch(part):
            for run in re.findall(r"[a-z]+|\d+", part):
                if run.isdigit():
                    numbers += [run] if len(run) <= 2 else []
                elif run not in _NEUTRAL:
                    words[run] = None
    numbers = numbers or _v_numbers(id)
    version = int(numbers[0]) if numbers else 0, numbers[1] if len(numbers) > 1 else ""
    return Line(frozenset(words), next(iter(words), ""), version, size, _stamp(id))


def _v_numbers(id: str) -> list[str]:
    """The version behind a `v`, which a short name leaves out: `deepseek-v3.2`."""
    found = _V_NUMBERED.search(plain(id.rpartition("/")[2]))
    return [*found.groups()] if found else []


def _stamp(id: str) -> int:
    name = id.rpartition("/")[2].lower()
    if name.endswith("latest"):
        return LATEST
    found = _STAMPED.search(name)
    if found is None:
        return 0
    year, month = found[1] or found[3] or found[6], found[2] or found[4] or found[5]
    return int(year + month)
