"""Verdicts, and how many there are of each."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What an answer is worth against a truth."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """No answer was given, and there is one."""
    NOT_COMPARABLE = "not comparable"
    """Nobody knows the truth."""


_WORST = (Verdict.WRONG, Verdict.UNKNOWN, Verdict.RIGHT, Verdict.NOT_COMPARABLE)


def verdict(truth: Any, answer: Any) -> Verdict:
    """What one answer is worth; `None` is no truth, and no answer."""
    if truth is None:
        return Verdict.NOT_COMPARABLE
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.RIGHT if answer == truth else Verdict.WRONG


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several answers to one question the one that is worth least."""
    return min(verdicts, key=_WORST.index, default=Verdict.NOT_COMPARABLE)


class Tally:
    """Verdicts counted; shares are `None` where there is nothing to share."""

    def __init__(self, verdicts: Iterable[Verdict] = ()) -> None:
        self._counted = Counter(verdicts)

    def add(self, one: Verdict) -> None:
        self._counted[one] += 1

    def __getitem__(self, one: Verdict) -> int:
        return self._counted[one]

    @property
    def comparable(self) -> int:
        """Questions to which the truth is known."""
        return self._counted.total() - self[Verdict.NOT_COMPARABLE]

    @property
    def answered(self) -> int:
        """Questions with a truth and an answer."""
        return self[Verdict.RIGHT] + self[Verdict.WRONG]

    @property
    def wrong(self) -> float | None:
        """Wrong ones among the answers."""
        return share(self[Verdict.WRONG], self.answered)

    @property
    def unknown(self) -> float | None:
        """Questions without an answer among those with a truth."""
        return share(self[Verdict.UNKNOWN], self.comparable)


def share(part: int, whole: int) -> float | None:
    """A part of a whole; `None` of nothing."""
    return part / whole if whole else None
