"""How one name is written in many places: a key that ignores spelling, and what is put around a name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from .runs import needed

_SEPARATOR = r"[\s\-_.:/@()\[\],~]+"
_BETWEEN_DIGITS = re.compile(rf"(?<=[0-9]){_SEPARATOR}(?=[0-9])")
_ELSEWHERE = re.compile(rf"(?<![0-9]){_SEPARATOR}|{_SEPARATOR}(?![0-9])")
_DAY = re.compile(r"(?<![0-9])(20[2-9][0-9])-(0[1-9]|1[0-2])-([0-3][0-9])(?![0-9])")
_PIN = re.compile(r"(.+?)[-@](20[2-9][0-9])-?(0[1-9]|1[0-2])-?([0-3][0-9])")


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What is left of a name when spelling is taken away: case, separators, how a day is written.

    A separator between two digits stays, since `1.7b` and `17b` are two sizes; a plus sign is a
    word, since `command-r+` is not `command-r`. Two names with one key are written alike, which
    does not yet make them one model. The key of a key is itself.

    >>> key("Claude-Opus-4.1"), key("claude_opus_4-1"), key("gpt-oss:120b")
    ('claudeopus4-1', 'claudeopus4-1', 'gptoss120b')
    """
    if text.isascii():
        return _unspelled(text.lower())
    name, earlier = text, ""
    while name != earlier:
        name, earlier = _unspelled(_folded(name)), name
    return name


def _unspelled(name: str) -> str:
    if "+" in name:
        name = name.replace("+", "plus")
    name = _ELSEWHERE.sub("", _BETWEEN_DIGITS.sub("-", name))
    return _DAY.sub(r"\1\2\3", name) if "20" in name and "-" in name else name


def _folded(text: str) -> str:
    """Unicode's own caseless compatibility form, which is stable when taken twice."""
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


class Pinned(NamedTuple):
    """A name that ends in a day, taken apart."""

    name: str
    day: str
    """`YYYYMMDD`."""


def pinned(name: str) -> Pinned | None:
    """The undated name and the day; `None` when the name ends in none."""
    found = _PIN.fullmatch(name)
    return Pinned(found[1], found[2] + found[3] + found[4]) if found else None


class Spelling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: how a provider, or everyone, writes a part of an id, and what it stands for."""

    name: str
    match: str
    """A regular expression searched in the id in lower case."""
    gives: str
    """What stands there instead."""
    providers: tuple[str, ...] = ()
    """Where it holds; empty is everywhere."""
    link: str
    checked: str
    """The day on which the row was last checked, `YYYY-MM-DD`."""


class Serving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: an ending that says how a model is served, and not which model it is."""

    name: str
    match: str
    """A regular expression for the ending, in lower case."""
    providers: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    """The labs whose models may carry it; empty is all of them."""
    quantization: bool = False
    """It names a format of the weights."""
    link: str
    checked: str


class Implied(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider that leaves out the ending by which a lab tells its tuned models."""

    endings: tuple[str, ...]
    labs: tuple[str, ...]
    """The labs whose names are shortened so."""
    link: str
    checked: str


class Stripped(NamedTuple):
    """A name without some of its endings, and the last row that took one away."""

    name: str
    row: Serving | None
    labs: tuple[str, ...]
    """Labs to which the rows hold; empty is all of them."""


class Spellings:
    """The rows made ready once; raises `re.error` for a row whose expression is none."""

    __slots__ = ("_implied", "_prepared", "_servings", "_spellings")

    def __init__(
        self,
        spellings: Iterable[Spelling] = (),
        servings: Iterable[Serving] = (),
        implied: Mapping[str, Implied] | None = None,
    ) -> None:
        self._spellings = [(row, re.compile(row.match)) for row in spellings]
        self._servings = [(row, re.compile(f"(?:{row.match})$")) for row in servings]
        self._implied = dict(implied or {})
        self._prepared: dict[str, _Prepared] = {}

    def plain(self, provider_id: str, native_id: str) -> str:
        """The id in lower case, `author/name` or `name`, in everyone's spelling."""
        text = native_id.lower()
        for run, expression, gives in self._of(provider_id).spellings:
            if run in text:
                text = expression.sub(gives, text)
        return text

    def implied(self, provider_id: str) -> Implied | None:
        """The endings that the provider leaves out; `None` when it writes names in full."""
        return self._implied.get(provider_id)

    def without_endings(self, provider_id: str, name: str) -> Iterator[Stripped]:
        """The name itself, then without each serving ending in turn, the outermost first."""
        stripped: Stripped | None = Stripped(name, None, ())
        while stripped is not None:
            yield stripped
            stripped = self._shorter(provider_id, stripped)

    def without_quantization(self, provider_id: str, name: str) -> str:
        """The name without the formats of its weights."""
        for row, expression in self._of(provider_id).servings:
            if row.quantization and (found := expression.search(name)) and found.start():
                return self.without_quantization(provider_id, name[: found.start()])
        return name

    def _shorter(self, provider_id: str, stripped: Stripped) -> Stripped | None:
        if not self._of(provider_id).any_serving.search(stripped.name):
            return None
        for row, expression in self._of(provider_id).servings:
            found = expression.search(stripped.name)
            if found and found.start():
                labs = tuple(lab for lab in row.labs if lab in (stripped.labs or row.labs))
                return Stripped(stripped.name[: found.start()], row, labs or stripped.labs)
        return None

    def _of(self, provider_id: str) -> "_Prepared":
        if provider_id not in self._prepared:
            servings = [(row, e) for row, e in self._servings if _holds(row, provider_id)]
            some = "|".join(row.match for row, _ in servings) or "(?!)"
            spellings = [(row, e) for row, e in self._spellings if _holds(row, provider_id)]
            self._prepared[provider_id] = _Prepared(
                [(_one_run(row.match), e, row.gives) for row, e in spellings],
                servings,
                re.compile(f"(?:{some})$"),
            )
        return self._prepared[provider_id]


class _Prepared(NamedTuple):
    spellings: list[tuple[str, re.Pattern[str], str]]
    """A run that an id must hold to be spelled so, how it is spelled, and what that gives."""
    servings: list[tuple[Serving, re.Pattern[str]]]
    any_serving: re.Pattern[str]
    """One look for all endings, since most names have none."""


def _holds(row: Spelling | Serving, provider_id: str) -> bool:
    return not row.providers or provider_id in row.providers


def _one_run(expression: str) -> str:
    """What an id must hold to meet an expression; empty when nothing is, or one of several runs."""
    runs = needed(expression)
    return runs[0] if len(runs) == 1 else ""
