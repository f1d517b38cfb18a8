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


class Patterns:
    """Rows made ready once. Raises `re.error` for a row whose expression is none."""

    __slots__ = ("_by_word", "_expressions", "otherwise", "rows")

    def __init__(self, rows: Iterable[Pattern], otherwise: Mapping[str, Otherwise]) -> None:
        self.rows = tuple(rows)
        self._by_word: dict[str, list[int]] = {}
        self._expressions: list[tuple[int, re.Pattern[str]]] = []
        self.otherwise = dict(otherwise)
        for at, row in enumerate(self.rows):
            for word in row.words:
                self._by_word.setdefault(word, []).append(at)
            if row.match is not None:
                self._expressions.append((at, re.compile(row.match)))

    def meeting(self, native_id: str, provider_id: str | None) -> list[Pattern]:
        """The rows that an id meets, in their order."""
        subject = _subject(native_id)
        met = {at for word in _WORD.findall(subject) for at in self._by_word.get(word, ())}
        met.update(at for at, expression in self._expressions if expression.search(subject))
        rows = (self.rows[at] for at in sorted(met))
        return [row for row in rows if not row.providers or provider_id in row.providers]


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
        for field, value in row.says:
            said.setdefault(field, (value, row.name))
    rest = patterns.otherwise.get(provider_id or "")
    if rest is not None:
        said.setdefault("kind", (rest.kind, f"otherwise {rest.kind}"))
    return said


def _subject(native_id: str) -> str:
    """What the patterns look at: a fine-tune is judged by its base."""
    name = native_id.lower()
    tuned = _FINE_TUNE.match(name)
    return tuned[1] if tuned else name
