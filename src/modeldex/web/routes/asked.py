"""What a list of models can be asked for: the query language and the filters of `modeldex list`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from msgspec.structs import replace
from pydantic import Field

from ...domain.capability import Kind
from ...domain.query import CHAT, SORT_KEYS, Query
from ...rules.query import build, parse, sort
from ..opened import Opened
from ..paging import FORM, MOST
from ..strict import Strict
from ..theirs import Theirs

ALL = "all"
"""The kind that stands for all of them."""
TOKENS = r"^([0-9]{1,12}|[0-9]{1,8}(\.[0-9]{1,3})?[kKmM])$"
"""A number of tokens."""
_USD = r"^\$?[0-9]{1,8}(\.[0-9]{1,6})?$"
ORDER = rf"^-?({'|'.join(SORT_KEYS)})$"
"""What a list can be sorted by."""
_LONGEST = 1000
"""Characters of a text."""


_Kind = Annotated[str, Field(pattern=rf"^({'|'.join((ALL, *Kind))})$")]


class Filters(Strict):
    """Conditions that all have to hold; a model of which one is unknown does not meet it."""

    q: str = Field(
        "",
        description="Words and operators, as in `modeldex list`.",
        examples=["claude tools:yes context:>=200k price:<3"],
        max_length=_LONGEST,
    )
    kind: list[_Kind] = Field(
        [], max_length=20, description="`chat` (the default), `embedding`, …, or `all`."
    )
    provider: list[str] = Field([], max_length=50, description="Any of these.")
    tools: bool | None = None
    vision: bool | None = None
    reasoning: bool | None = None
    structured_output: bool | None = None
    min_context: str | None = Field(
        None, pattern=TOKENS, description="Tokens, such as `200k`.", examples=["200k"]
    )
    max_price: str | None = Field(
        None, pattern=_USD, description="USD per million input tokens.", examples=["3"]
    )
    free: bool | None = None
    mine: bool = Field(False, description="Only models that the user's keys open.")


class ListParams(Filters):
    """A page of models."""

    sort: str | None = Field(
        None, pattern=ORDER, description=f"{', '.join(SORT_KEYS)}; `-` turns round."
    )
    limit: int = Field(50, ge=1, le=MOST)
    cursor: str | None = Field(None, description="`next` of the page before.", pattern=FORM)
    fields: str | None = Field(
        None, description="Only these fields of each model, and its id.", max_length=_LONGEST
    )
    facets: bool = Field(False, description="Count the values of all that match, too.")


def query(asked: Filters, today: date) -> Query:
    """The question; raises `BadQuery` for a word or a value that means nothing."""
    parsed = parse(asked.q, today)
    every = ALL in asked.kind
    conditions = parsed.conditions + build(
        kind=None if every else asked.kind or None,
        provider=[name for one in asked.provider for name in one.split(",")] or None,
        tools=asked.tools,
        vision=asked.vision,
        reasoning=asked.reasoning,
        structured_output=asked.structured_output,
        min_context=asked.min_context,
        max_price=asked.max_price,
        free=asked.free,
    )
    if not every and not any(condition.field == "kind" for condition in conditions):
        conditions += (CHAT,)
    order = getattr(asked, "sort", None)
    return Query(
        words=parsed.words,
        conditions=conditions,
        sort=sort(order) if order else parsed.sort,
        mine=parsed.mine or asked.mine,
    )


def found(seen: Opened | Theirs, asked: Query) -> tuple[Query, Sequence[int]]:
    """The places of the models that match; where none does, with misspelt words mended."""
    places = seen.search(asked)
    if places or not asked.words:
        return asked, places
    mended = seen.repaired(asked)
    return mended, seen.search(mended)


def undecided(seen: Opened | Theirs, asked: Query, matching: int) -> int:
    """How many more would match if what is unknown of them counted as yes."""
    generous = tuple(replace(one, or_unknown=True) for one in asked.conditions)
    if generous == asked.conditions:
        return 0
    return max(0, seen.count(replace(asked, conditions=generous)) - matching)
