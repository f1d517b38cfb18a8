"""The rows of `modeldex list`: a fitted table for a person, tab-separated text for a program."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ..domain.capability import Access
from ..rules.amounts import usd
from ..rules.operators import NEW_FOR
from . import cells, output
from .safety import safe
from .table import Column

_TITLES = (
    Column("MODEL"),
    Column("CONTEXT", rank=3, right=True),
    Column("OUT", rank=6, right=True),
    Column("$/M IN / OUT", rank=2, right=True),
    Column("CAN", rank=4),
    Column("RELEASED", rank=5),
    Column("STATUS", rank=1),
)
_MOST_REASONS = 3
_STATUS = 6
_PRICE = 3


class _Row(NamedTuple):
    """One model, as the catalog's columns of these names give it."""

    id: str
    context_window: int | None
    max_output: int | None
    price_input: int | None
    price_output: int | None
    price: str | None
    tools: bool | None
    vision: bool | None
    reasoning: str | None
    released: str | None
    lifecycle: str | None
    retires_on: str | None
    access: str | None
    access_note: str | None


COLUMNS: tuple[str, ...] = _Row._fields
"""What `show` and `tab_separated` want of each model, in this order."""


def show(rows: Iterable[tuple[Any, ...]], now: datetime) -> int:
    """Print a table fitted to the terminal; returns how many models it has."""
    days = _days(now)
    found = [_Row(*row) for row in rows]
    if found:
        output.table(_TITLES, [_cells(row, *days) for row in found], _style)
        _why_not([row for row in found if row.access == Access.NOT_CALLABLE])
    return len(found)


def _why_not(rows: Sequence[_Row]) -> None:
    """Why some of them cannot be called, of the first few."""
    for row in rows[:_MOST_REASONS]:
        if row.access_note:
            output.note(f"{safe(row.id)} cannot be called: {safe(row.access_note)}")
    if len(rows) > _MOST_REASONS:
        more = len(rows) - _MOST_REASONS
        output.note(f"nor can {more} more; `modeldex show MODEL` says why")


def tab_separated(rows: Iterable[tuple[Any, ...]], now: datetime) -> int:
    """Print id, context window, max output, USD in, USD out, abilities, released, status.

    Numbers are raw and prices are USD per million tokens; returns how many models there were.
    """
    days = _days(now)
    return output.tsv(_raw(_Row(*row), *days) for row in rows)


def _days(now: datetime) -> tuple[str, str]:
    """Since when a model is new, and today."""
    today = now.date()
    return (today - NEW_FOR).isoformat(), today.isoformat()


def _raw(row: _Row, new_since: str, today: str) -> tuple[object, ...]:
    return (
        row.id,
        row.context_window,
        row.max_output,
        None if row.price_input is None else usd(row.price_input),
        None if row.price_output is None else usd(row.price_output),
        ",".join(cells.abilities(row.tools, row.vision, row.reasoning)),
        row.released,
        _status(row, new_since, today),
    )


def _cells(row: _Row, new_since: str, today: str) -> list[str]:
    return [
        safe(row.id),
        cells.tokens(row.context_window),
        cells.tokens(row.max_output),
        cells.price(row.price_input, row.price_output, row.price),
        " ".join(cells.abilities(row.tools, row.vision, row.reasoning)),
        safe(row.released or ""),
        safe(_status(row, new_since, today)),
    ]


def _status(row: _Row, new_since: str, today: str) -> str:
    """What matters most: a model that cannot be called is neither new nor about to go."""
    if row.access == Access.NOT_CALLABLE:
        return row.access
    return cells.status(
        row.lifecycle, row.retires_on, row.released, new_since=new_since, today=today
    )


def _style(column: int, cell: str) -> str:
    if column == _PRICE and cell.strip() == "free":
        return output.GREEN
    if column == _STATUS:
        return output.GREEN if cell == "new" else output.YELLOW
    return output.DIM if cell.strip() == cells.UNKNOWN else ""
