"""What the shape of a native id says of a model: its kind above all, and what the name proves.

A kind is the job: a model that answers messages in text is `chat`, on whichever endpoint. So
search previews, deep research, computer use, coding agents and Responses-only models are `chat`.
Models that need sound in or out are `audio`, live sessions are `realtime`, guards `moderation`.
Nothing here is certain, and an id that says nothing stays unknown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from ..domain.capability import Capability, Kind, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.price import Price

_WORD = re.compile(r"[a-z]+")
_FREE = Price(input=Decimal(0), output=Decimal(0))
_CLASS = re.compile(r"\\.|\[[^]]*\]")
_UNSURE = re.compile(r"[a-z]?(?:[?*]|\{[^}]*\})")
_SURE_LETTERS = 3
_FINE_TUNE = re.compile(r"ft:([^:]+)")
SAYS: tuple[str, ...] = (
    "kind",
    "reasoning",
    "vision",
    "input_modalities",
    "output_modalities",
    "quantization",
    "price",
)
"""The fields that a pattern can give."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: which ids it meets, and what they say. The first row to give a field decides it."""

    name: str
    reason: str
    words: tuple[str, ...] = ()
    """Runs of letters in the id, in lower case; any one will do."""
    match: str | None = None
    """A regular expression searched in the id in lower case; an alternative to `words`."""
    providers: tuple[str, ...] = ()
    """Where it holds; empty is everywhere."""
    link: str | None = None
    kind: Kind | None = None
    reasoning: Reasoning | None = None
    vision: Capability = None
    input_modalities: tuple[Modality, ...] | None = None
    output_modalities: tuple[Modality, ...] | None = None
    quantization: str | None = None
    free: bool = False
    """The name says that nothing is charged."""

    @property
    def price(self) -> Price | None:
        """Zero for input and output where the name says so."""
        return _FREE if self.free else None

    @property
    def says(self) -> Iterator[tuple[str, Any]]:
        """The fields that it gives."""
        for field in SAYS:
            value = getattr(self, field)
            if value is not None:
                yield field, value


class Otherwise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider whose list holds nothing but one kind, apart from what the patterns name."""

    kind: Kind
    reason: str
    link: str | None = None


_Numbered = tuple[int, re.Pattern[str]]


class Patterns:
    """Rows made ready once. Raises `re.error` for a row whose expression is none."""

    __slots__ = ("_anyhow", "_by_letters", "_by_word", "_says", "otherwise", "rows")

    def __init__(self, rows: Iterable[Pattern], otherwise: Mapping[str, Otherwise]) -> None:
        self.rows = tuple(rows)
        self._by_word: dict[str, list[int]] = {}
        by_letters: dict[str, list[_Numbered]] = {}
        self._anyhow: list[_Numbered] = []
        self.otherwise = dict(otherwise)
        for at, row in enumerate(self.rows):
            for word in row.words:
                self._by_word.setdefault(word, []).append(at)
            if row.match is not None:
                numbered = at, re.compile(row.match)
                runs = needed(row.match)
                for letters in runs:
                    by_letters.setdefault(letters, []).append(numbered)
                if not runs:
                    self._anyhow.append(numbered)
        self._by_letters = tuple(by_letters.items())
        self._says = {
            id(row): tuple((field, (value, row.name)) for field, value in row.says)
            for row in self.rows
        }

    def says(self, row: Pattern) -> tuple[tuple[str, tuple[Any, str]], ...]:
        """The fields that a row gives, each with the row's name."""
        return self._says[id(row)]

    def meeting(self, native_id: str, provider_id: str | None) -> list[Pattern]:
        """The rows that an id meets, in their order."""
        subject = _subject(native_id)
        met = {at for word in _WORD.findall(subject) for at in self._by_word.get(word, ())}
        likely = [found for letters, found in self._by_letters if letters in subject]
        for found in (self._anyhow, *likely):
            met.update(at for at, expression in found if expression.search(subject))
        rows = (self.rows[at] for at in sorted(met))
        return [row for row in rows if not row.providers or provider_id in row.providers]


def needed(expression: str) -> tuple[str, ...]:
    """Letters of which an id must hold some run to meet the expression; empty when none is sure.

    Looking for letters is much faster than the expression, which few ids meet. Only what stands
    outside groups, classes and repetitions is sure.

    >>> needed("(^|/)sonic(-|$)|nova-canvas"), needed("t2i$")
    (('sonic', 'canvas'), ())
    """
    runs = []
    for branch in _branches(expression):
        longest = max(_WORD.findall(_UNSURE.sub(" ", branch)), key=len, default="")
        if len(longest) < _SURE_LETTERS:
            return ()
        runs.append(longest)
    return tuple(runs)


def _branches(expression: str) -> list[str]:
    """The alternatives of an expression; a group in one is a `~`, an escape or a class a blank."""
    depth, flat = 0, []
    for char in _CLASS.sub(" ", expression):
        if char == "(" and depth == 0:
            flat.append("~")
        depth += (char == "(") - (char == ")")
        if depth == 0 and char != ")":
            flat.append(char)
    return "".join(flat).split("|")


def classify(native_id: str, patterns: Patterns, provider_id: str | None = None) -> Claims | None:
    """What an id says by its shape; `None` when it says nothing."""
    said = {field: value for field, (value, _) in explain(native_id, patterns, provider_id).items()}
    return Claims(native_id=native_id, **said) if said else None


def explain(
    native_id: str, patterns: Patterns, provider_id: str | None = None
) -> dict[str, tuple[Any, str]]:
    """The same with the name of the row that decided each field."""
    said: dict[str, tuple[Any, str]] = {}
    for row in patterns.meeting(native_id, provider_id):
        for field, decided in patterns.says(row):
            said.setdefault(field, decided)
    rest = patterns.otherwise.get(provider_id or "")
    if rest is not None:
        said.setdefault("kind", (rest.kind, f"otherwise {rest.kind}"))
    return said


def _subject(native_id: str) -> str:
    """What the patterns look at: a fine-tune is judged by its base."""
    name = native_id.lower()
    tuned = _FINE_TUNE.match(name)
    return tuned[1] if tuned else name
