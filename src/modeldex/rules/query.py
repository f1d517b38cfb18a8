"""From the text of a query to what it asks, and back; the same text in terminal, API and pages."""

import re
from collections.abc import Collection, Iterable
from datetime import date

from ..domain.errors import BadQuery
from ..domain.query import SORT_KEYS, Condition, Op, Query, Sort
from . import amounts
from .filters import build
from .operators import OPERATORS, UNKNOWN, conditions, is_condition
from .spelling import closest
from .tokens import Token, quoted, tokens

__all__ = ["build", "no_operators", "no_provider", "parse", "providers_of", "sort", "text_of"]

_NAMES = (*OPERATORS, "is", "sort")
_LIKE_OPERATOR = re.compile(r"([A-Za-z][A-Za-z_-]*):.+", re.DOTALL)
_NO_COLON = re.compile(r"([A-Za-z][A-Za-z_-]*)([<>]=?|=)(.+)", re.DOTALL)
_SIMPLE = re.compile(r"[\w./@+][\w./@+-]*")
_MISSPELT = 0.8
_PRICES = frozenset(("price", "output_price", "cache_read_price"))
_FIELDS = {operator.field: name for name, operator in OPERATORS.items()}


def parse(text: str, today: date) -> Query:
    """What `text` asks: words to find, and operators such as `tools:yes` or `price:<3`.

    Only a word whose part before the colon is an operator is one, so that `qwen3:4b` stays a
    word. `today` gives `is:new` its meaning. Raises `BadQuery` with the place and the closest
    correct form.
    """
    asked = _Asked(today)
    start, end = 0, len(text)
    try:
        for token in tokens(text):
            start, end = token.start, token.end
            asked.take(token)
    except BadQuery as error:
        if error.column is not None:
            start, end = error.column - 1, len(text)
        raise _placed(error, text, start, end) from None
    return Query(
        words=tuple(asked.words),
        conditions=tuple(asked.conditions),
        sort=asked.sort,
        mine=asked.mine,
    )


def providers_of(query: Query) -> list[str]:
    """The providers whose models are asked for, as the query spells them."""
    return [
        str(value)
        for condition in query.conditions
        if condition.field == "provider" and not condition.negated
        for value in condition.values
    ]


def no_provider(names: Iterable[str], known: Collection[str]) -> list[str]:
    """A sentence for each of the names that no provider has, with the closest one that does."""
    said = []
    for name in names:
        if name.lower() not in known:
            close = closest(name.lower(), known)
            hint = f"did you mean {close}?" if close else "modeldex providers lists the known ones"
            said.append(f"there is no provider {name!r}; {hint}")
    return said


def no_operators(words: Iterable[str]) -> list[str]:
    """What stands before the colon in words that look like operators and are none."""
    found = map(_LIKE_OPERATOR.fullmatch, words)
    return [one[1] for one in found if one]


def sort(key: str) -> Sort:
    """The order that `key` names, turned round by a leading `-`; raises `BadQuery`."""
    name = key.removeprefix("-").lower().replace("_", "-")
    if name not in SORT_KEYS:
        close = closest(name, SORT_KEYS)
        hint = f"did you mean {close}?" if close else f"keys are {', '.join(SORT_KEYS)}"
        raise BadQuery(f"cannot sort by {name!r}", hint=hint)
    return Sort(key=name, descending=key.startswith("-"))


def text_of(query: Query) -> str:
    """The query as text that `parse` reads back; `limit` and `offset` have no words."""
    parts = [word if _SIMPLE.fullmatch(word) else quoted(word) for word in query.words]
    parts += [_condition_text(condition) for condition in query.conditions]
    if query.mine:
        parts.append("is:mine")
    if query.sort:
        parts.append(f"sort:{'-' if query.sort.descending else ''}{query.sort.key}")
    return " ".join(parts)


class _Asked:
    """A query that grows word by word."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.words: list[str] = []
        self.conditions: list[Condition] = []
        self.sort: Sort | None = None
        self.mine = False

    def take(self, token: Token) -> None:
        negated = token.plain.startswith("-") and len(token.plain) > 1
        bare = token.after(1) if negated else token
        spelled, colon, _ = bare.plain.partition(":")
        name = spelled.lower().replace("_", "-")
        name = _FIELDS.get(name.replace("-", "_"), name)
        if colon and name in _NAMES:
            self._operator(name, bare.after(len(spelled) + 1), negated)
        else:
            _refuse_misspelt(bare)
            if negated:
                raise BadQuery(
                    "a word cannot be left out, only an operator can",
                    hint='write -provider:groq; quote a word that starts with a dash: "-word"',
                )
            self.words.append(token.text)

    def _operator(self, name: str, value: Token, negated: bool) -> None:
        mine = name == "is" and value.text.lower() == "mine"
        if negated and (mine or name == "sort"):
            hint = "" if mine else f"to turn the order round write sort:-{value.text}"
            raise BadQuery(f"{name}:{value.text} cannot be negated", hint=hint)
        if name == "sort":
            self.sort = sort(value.text)
        elif mine:
            self.mine = True
        elif name == "is":
            words = [word.lower() for word in value.split(",")]
            self.conditions.append(is_condition(words, negated=negated, today=self.today))
        else:
            self.conditions += conditions(name, list(value.split(",")), negated=negated)


def _refuse_misspelt(word: Token) -> None:
    if found := _NO_COLON.fullmatch(word.plain):
        name = found[1].lower().replace("_", "-")
        if name in OPERATORS:
            rest = word.text[len(name) :].removeprefix("=")
            raise BadQuery(f"{name} needs a colon", hint=f"did you mean {name}:{rest}?")
    if found := _LIKE_OPERATOR.fullmatch(word.plain):
        name = found[1].lower().replace("_", "-")
        if close := closest(name, _NAMES, _MISSPELT):
            meant = close + word.text[len(name) :]
            raise BadQuery(
                f"there is no operator {name!r}",
                hint=f"did you mean {meant}? (quote it to find it as a word)",
            )


def _placed(error: BadQuery, text: str, start: int, end: int) -> BadQuery:
    shown = "".join(char if char.isprintable() else " " for char in text)
    caret = " " * start + "^" * max(end - start, 1)
    hint = f"{error.hint}\n" if error.hint else ""
    return BadQuery(
        f"{error} (column {start + 1})", hint=f"{hint}{shown}\n{caret}", column=start + 1
    )


def _condition_text(condition: Condition) -> str:
    values = [_value_text(condition.field, value) for value in condition.values]
    if condition.or_unknown:
        values.append(UNKNOWN)
    sign = "" if condition.op in (Op.EQ, Op.CONTAINS) else condition.op.value
    dash = "-" if condition.negated else ""
    return f"{dash}{_FIELDS[condition.field]}:{sign}{','.join(values)}"


def _value_text(field: str, value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return amounts.usd(value) if field in _PRICES else str(value)
    return value if _SIMPLE.fullmatch(value) else quoted(value)
