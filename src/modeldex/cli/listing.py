"""`modeldex list`: the models that meet a query."""

from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ..domain.query import Query
from . import output
from .choosing import SETTINGS, choosing, chosen
from .context import Catalog, Services
from .model_table import COLUMNS, show, tab_separated
from .options import common

if TYPE_CHECKING:
    from .fields import Fields

_SHOWN_AT_ONCE = 50


@click.command("list", context_settings=SETTINGS)
@choosing
@click.option("--limit", type=click.IntRange(min=0), help="0 shows all; a terminal shows 50.")
@click.option("--fields", "chosen", metavar="A,B", help="Only these fields of each model.")
@common
@click.pass_obj
def command(services: Services, /, query: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """List models: newest first, chat models unless another kind is asked for.

    QUERY is words and operators, such as: claude tools:yes context:>=200k price:<3
    """
    names = options["chosen"]
    fields = None if names is None else _fields(names)
    catalog, asked = chosen(services, query, options)
    if as_json:
        documents = catalog.documents(asked)
        output.json_array(fields.documents(documents) if fields else documents)
        return 0
    return _print(catalog, asked, fields, services, options["limit"])


def _print(
    catalog: Catalog, asked: Query, fields: "Fields | None", services: Services, limit: int | None
) -> int:
    now, terminal = services.now(), output.on_terminal()
    if terminal and limit is None:
        asked = replace(asked, limit=_SHOWN_AT_ONCE)
    if fields:
        documents = catalog.documents(asked)
        shown = fields.show(documents) if terminal else fields.tab_separated(documents)
    else:
        rows = catalog.rows(asked, COLUMNS)
        shown = show(rows, now) if terminal else tab_separated(rows, now)
    if not shown or terminal:
        from .footer import footer, no_match

        footer(catalog, asked, shown, services) if shown else no_match(catalog, asked)
    return 0


def _fields(names: str) -> "Fields":
    from .fields import Fields

    return Fields(names)
