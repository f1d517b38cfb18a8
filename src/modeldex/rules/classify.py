"""What the shape of a native id says of a model: its kind above all, and what the name proves.

A kind is the job: a model that answers messages in text is `chat`, on whichever endpoint. So
search previews, deep research, computer use, coding agents and Responses-only models are `chat`;
where they want more than messages, an access note says what calling them takes.
Models that need sound in or out are `audio`, live sessions are `realtime`, guards `moderation`.
Nothing here is certain, and an id that says nothing stays unknown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ..domain.capability import Capability, Kind, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.price import Price
from .runs import needed

_WORD = re.compile(r"[a-z]+")
_TOKEN = re.compile(r"[a-z0-9]+")
_TOKENS_KEPT = 4096
"""Names are made of few tokens: 6,000 ids of public datasets have 1,200 different ones."""
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
    "access_note",
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
    access_note: str | None = None
    """What calling it takes, where that is not what it takes for other models of its kind."""

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


_Given = tuple[str, tuple[Any, str]]
"""A field, its value and the name of the row that gives it."""


_Numbered = tuple[int, re.Pattern[str]]


class _Leads(NamedTuple):
    """What one token of an id leads to."""

    met: tuple[int, ...]
    """Rows that it meets, by number."""
    likely: tuple[_Numbered, ...]
    """Expressions of rows that an id with it may meet."""


class Patterns:
    """Rows made ready once. Raises `re.error` for a row whose expression is none."""

    __slots__ = ("_anyhow", "_by_run", "_by_word", "_gives", "_leads", "otherwise", "rows")

    def __init__(self, rows: Iterable[Pattern], otherwise: Mapping[str, Otherwise]) -> None:
        self.rows = tuple(rows)
        self.otherwise = dict(otherwise)
        self._by_word: dict[str, list[int]] = {}
        self._by_run: list[tuple[str, _Numbered]] = []
        self._anyhow: list[_Numbered] = []
        for at, row in enumerate(self.rows):
            for word in row.words:
                self._by_word.setdefault(word, []).append(at)
            if row.match is not None:
                numbered = at, re.compile(row.match)
                runs = needed(row.match)
                self._by_run.extend((run, numbered) for run in runs)
                if not runs:
                    self._anyhow.append(numbered)
        self._gives = tuple(
            tuple((field, (value, row.name)) for field, value in row.says) for row in self.rows
        )
        self._leads = lru_cache(maxsize=_TOKENS_KEPT)(self._led_to)

    def given(self, native_id: str, provider_id: str | None) -> Iterator[_Given]:
        """What the rows that an id meets give, in their order."""
        for at in sorted(self._met(_subject(native_id))):
            providers = self.rows[at].providers
            if not providers or provider_id in providers:
                yield from self._gives[at]

    def _met(self, subject: str) -> set[int]:
        met = {at for at, expression in self._anyhow if expression.search(subject)}
        for token in _TOKEN.findall(subject):
            leads = self._leads(token)
            met.update(leads.met)
            for at, expression in leads.likely:
                if at not in met and expression.search(subject):
                    met.add(at)
        return met

    def _led_to(self, token: str) -> _Leads:
        met = {at for word in _WORD.findall(token) for at in self._by_word.get(word, ())}
        likely = {numbered for run, numbered in self._by_run if run in token}
        return _Leads(tuple(met), tuple(likely))


def classify(native_id: str, patterns: Patterns, provider_id: str | None = None) -> Claims | None:
    """What an id says by its shape; `None` when it says nothing."""
    said = {field: value for field, (value, _) in explain(native_id, patterns, provider_id).items()}
    return Claims(native_id=native_id, **said) if said else None


def explain(
    native_id: str, patterns: Patterns, provider_id: str | None = None
) -> dict[str, tuple[Any, str]]:
    """The same with the name of the row that decided each field."""
    said: dict[str, tuple[Any, str]] = {}
    for field, decided in patterns.given(native_id, provider_id):
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
