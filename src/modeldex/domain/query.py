"""A question to the catalog, parsed: words to find and conditions that hold."""

from enum import StrEnum

import msgspec


class Op(StrEnum):
    """How a field is compared."""

    EQ = "="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    CONTAINS = ":"
    """The field is a set, and holds the value."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison. A model whose field is unknown never meets it, negated or not."""

    field: str
    """A field of `Model`, or `price` (USD per million input tokens)."""
    op: Op
    values: tuple[str | int | bool, ...]
    """Any one of them will do. Prices are micro-USD per million tokens (integers)."""
    negated: bool = False


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """The order of an answer; unknown comes last both ways, equal ones by id."""

    key: str
    descending: bool = False


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Everything asked at once; conditions are all to hold."""

    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sort: Sort | None = None
    """`None`: recommended first, then newest."""
    limit: int | None = None
    offset: int = 0
    mine: bool = False
    """Only models this user can call."""
