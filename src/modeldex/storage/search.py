"""From a query to SQL: fixed pieces of text chosen by allow-lists, every value a parameter."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..domain.errors import BadQuery
from .layout import COLUMNS, JOINED

if TYPE_CHECKING:
    from ..domain.query import Condition, Query, Sort

Value: TypeAlias = str | int | bool | None
Finds: TypeAlias = Callable[[str], bool]
"""Whether any model has this word, in the language of the word index."""

MOST_BY_SUBSTRING = 200
"""So many models are looked for when a word is no beginning of any indexed word."""

_TEXTS = frozenset(
    (
        *("provider", "kind", "lab", "family", "base", "lifecycle", "reasoning", "price_tier"),
        *("access", "id", "hugging_face_id", "quantization", "successor", "tier"),
    )
)
_TRUTHS = frozenset(
    (
        *("tools", "vision", "structured_output", "json_mode"),
        *("streaming", "prompt_caching", "batch", "open_weights", "recommended"),
    )
)
_SETS = frozenset(("input_modalities", "output_modalities"))
_AMOUNTS = {
    "context_window": "context_window",
    "max_output": "max_output",
    "price": "price_input",
    "output_price": "price_output",
    "cache_read_price": "price_cache_read",
    "knowledge_cutoff": "knowledge_cutoff",
    "released": "released",
    "retires_on": "retires_on",
}
_MOMENTS = frozenset(("created", "first_seen"))
"""Kept to the second; what is asked for is a day of UTC."""
_SORTS = {
    "newest": "newest",
    "name": "name",
    "price": "price_input",
    "output-price": "price_output",
    "context": "context_window",
    "max-output": "max_output",
    "provider": "provider",
    "released": "released",
    "id": "id",
}
_COMPARISONS = frozenset(("=", ">", ">=", "<", "<="))
_SEPARATORS = re.compile(r"[-._:]+")
_UNQUOTABLE = re.compile('["\\0]')
_UNSEPARATED = re.compile(r"[^\W\d_]+\d\w*|\d+[^\W\d_]\w*")
_WORDY = re.compile(r"[^\W_]")


class Statement(NamedTuple):
    """A piece of SQL and the values of its question marks."""

    sql: str
    values: tuple[Value, ...] = ()


def selecting(query: "Query", columns: Sequence[str], finds: Finds) -> Statement:
    """The chosen models' columns, in the order asked for.

    Raises `BadQuery` for a column, a field, an operator or a sort key that does not exist.
    """
    source, where = _source(query, finds)
    order = _order(query.sort, by_words=source is _BY_WORDS)
    pieces = ["SELECT", _columns(columns), source, where.sql, "ORDER BY", order, "LIMIT ? OFFSET ?"]
    limit = -1 if query.limit is None else query.limit
    return Statement(" ".join(pieces), (*where.values, limit, query.offset))


def counting(query: "Query", finds: Finds) -> Statement:
    """How many models meet the query, leaving out its limit and offset."""
    source, where = _source(query, finds)
    pieces = ["SELECT count(*)", source, where.sql]
    return Statement(" ".join(pieces), where.values)


def matches(word: str) -> tuple[str, ...]:
    """A word in the language of the word index: what to try, the first that finds anything counts.

    The word may break off, its parts stand together, and separators may be missing: `gpt-4`,
    `gpt4` and `gpt4o` all find `gpt-4o-mini`. Empty when nothing in the word can be indexed.
    """
    if not _WORDY.search(word):
        return ()
    plain = _UNQUOTABLE.sub(" ", word)
    spelled = f'"{plain}" *'
    joined = f'"{JOINED}{_SEPARATORS.sub("", plain).replace("/", f"/{JOINED}")}" *'
    if _UNSEPARATED.fullmatch(word):
        return (f"({spelled} OR {joined})",)
    return spelled, joined


_BY_PLACE = "FROM model AS m"
_BY_WORDS = "FROM search AS s CROSS JOIN model AS m ON m.place = s.rowid"


def _source(query: "Query", finds: Finds) -> tuple[str, Statement]:
    found: list[str] = []
    conditions = [_condition(condition) for condition in query.conditions]
    for word in query.words:
        expression = next(filter(finds, matches(word)), None)
        if expression is None:
            conditions.append(_substring(word))
        else:
            found.append(expression)
    if query.mine:
        conditions.append(Statement("m.callable = 1"))
    if not found:
        return _BY_PLACE, _all_of(conditions)
    words = Statement("search MATCH ?", (" AND ".join(found),))
    return _BY_WORDS, _all_of([words, *conditions])


def _all_of(conditions: Sequence[Statement]) -> Statement:
    if not conditions:
        return Statement("")
    sql = " AND ".join(condition.sql for condition in conditions)
    return Statement(f"WHERE {sql}", tuple(v for one in conditions for v in one.values))


def _condition(condition: "Condition") -> Statement:
    if condition.field == "kind" and _asks_for_a_plain_list(condition):
        return Statement("m.maybe_chat = 1")
    if condition.or_unknown and not condition.values:
        known = "IS NOT NULL" if condition.negated else "IS NULL"
        return Statement(f"m.{_column(condition.field)} {known}")
    column, test = _test(condition)
    if not condition.negated:
        return _or_unknown(column, test, condition.or_unknown)
    turned = Statement(f"NOT {test.sql}", test.values)
    return _or_unknown(column, turned, condition.or_unknown or column == "lifecycle")


def _asks_for_a_plain_list(condition: "Condition") -> bool:
    return condition.values == ("chat",) and condition.or_unknown and not condition.negated


def _or_unknown(column: str, test: Statement, or_unknown: bool) -> Statement:
    """A lifecycle of which nothing is known is not deprecated; any other unknown is no answer."""
    if not or_unknown:
        return test
    return Statement(f"({test.sql} OR m.{column} IS NULL)", test.values)


def _test(condition: "Condition") -> tuple[str, Statement]:
    field, op, values = condition.field, str(condition.op), condition.values
    if not values:
        raise BadQuery(f"{field}: needs a value")
    if field in _SETS and op == ":":
        return field, _any_of(f"instr(',' || m.{field} || ',', ?)", [f",{v}," for v in values])
    if field in _TRUTHS and op == "=":
        return field, _among(field, [bool(value) for value in values])
    if field in _TEXTS and op == "=":
        return field, _among_texts(field, [str(value) for value in values])
    if field in _MOMENTS and op in _COMPARISONS:
        return field, _any_of(f"substr(m.{field}, 1, 10) {op} ?", values)
    if field in _AMOUNTS and op in _COMPARISONS:
        # The plus keeps SQLite from an index by amount: walking in the default order stops at
        # the limit, while half a million amounts below a bound would all have to be sorted.
        column = _AMOUNTS[field]
        return column, _any_of(f"+m.{column} {op} ?", values)
    raise BadQuery(f"{field} cannot be compared with {op!r}")


def _column(field: str) -> str:
    if field in _TEXTS | _TRUTHS | _SETS | _MOMENTS:
        return field
    if field not in _AMOUNTS:
        raise BadQuery(f"there is no field {field!r} to ask for")
    return _AMOUNTS[field]


def _among(column: str, values: Sequence[Value]) -> Statement:
    marks = ", ".join("?" * len(values))
    return Statement(f"m.{column} IN ({marks})", tuple(values))


def _among_texts(column: str, values: Sequence[str]) -> Statement:
    marks = ", ".join("?" * len(values))
    return Statement(f"m.{column} COLLATE NOCASE IN ({marks})", tuple(values))


def _any_of(test: str, values: Sequence[Value]) -> Statement:
    return Statement(f"({' OR '.join([test] * len(values))})", tuple(values))


def _substring(word: str) -> Statement:
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    sql = r"m.place IN (SELECT place FROM model WHERE id LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' LIMIT ?)"
    return Statement(sql, (f"%{escaped}%", f"%{escaped}%", MOST_BY_SUBSTRING))


def _columns(columns: Sequence[str]) -> str:
    for column in columns:
        if column not in COLUMNS:
            raise BadQuery(
                f"no column is called {column!r}", hint=f"there are {', '.join(COLUMNS)}"
            )
    return ", ".join(f"m.{column}" for column in columns)


def _order(sort: "Sort | None", *, by_words: bool) -> str:
    if sort is None:
        return "s.rowid" if by_words else "m.place"
    column, down = sorted_by(sort)
    return f"m.{column} {'DESC' if down else 'ASC'} NULLS LAST, m.id"


def sorted_by(sort: "Sort") -> tuple[str, bool]:
    """The column by which an answer is sorted, and whether the largest comes first.

    Raises `BadQuery` for a key that does not exist.
    """
    if sort.key not in _SORTS:
        raise BadQuery(f"nothing is sorted by {sort.key!r}", hint=f"there are {', '.join(_SORTS)}")
    return _SORTS[sort.key], sort.descending != (sort.key == "newest")
