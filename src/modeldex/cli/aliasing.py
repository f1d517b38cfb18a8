"""`modeldex aliases`: the short names of models, and what each led to in former days."""

from itertools import islice

import click

from ..domain.alias import AliasSpan
from . import output
from .context import Services
from .options import common
from .safety import safe
from .table import Column

_COLUMNS = (Column("ALIAS"), Column("MODEL"), Column("SINCE", 1), Column("UNTIL", 2))


@click.command("aliases")
@click.argument("words", nargs=-1)
@click.option("--history", is_flag=True, help="Also what an alias led to in former days.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@common
@click.pass_obj
def command(
    services: Services, words: tuple[str, ...], history: bool, limit: int | None, as_json: bool
) -> int:
    """Show the short names of models: each is given once and keeps its meaning.

    WORDS are to stand in the alias or in the model's id.
    """
    every = services.catalog().aliases()
    found = list(islice((span for span in every if _is_meant(span, words, history=history)), limit))
    if as_json:
        output.json_document([_shape(span) for span in found])
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(span) for span in found])
    else:
        output.tsv(_row(span) for span in found)
    if not found:
        output.note("no alias has these words; `modeldex resolve NAME` follows any name")
    return 0


def _is_meant(span: AliasSpan, words: tuple[str, ...], *, history: bool) -> bool:
    text = f"{span.alias} {span.id}".lower()
    return (history or span.until is None) and all(word.lower() in text for word in words)


def _shape(span: AliasSpan) -> dict[str, object]:
    return {"alias": span.alias, "id": span.id, "since": span.since, "until": span.until}


def _row(span: AliasSpan) -> list[str]:
    until = f"{span.until:%Y-%m-%d}" if span.until else ""
    return [safe(span.alias), safe(span.id), f"{span.since:%Y-%m-%d}", until]
