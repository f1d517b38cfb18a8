"""`modeldex list`: the models that meet a query."""

from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ..domain.query import CHAT, SORT_KEYS, Query
from ..rules.query import build, parse, sort
from ..rules.spelling import closest
from . import output
from .context import Catalog, Services
from .model_table import COLUMNS, show, tab_separated
from .options import common
from .safety import safe

if TYPE_CHECKING:
    from .fields import Fields

ALL_KINDS = "all"
_SHOWN_AT_ONCE = 50


_SETTINGS = {
    # "-is:deprecated" is part of a query; a short option such as -h would be found inside it.
    "ignore_unknown_options": True,
    "help_option_names": ["--help"],
}


@click.command("list", context_settings=_SETTINGS)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--all", "everything", is_flag=True, help="The whole catalog.")
@click.option("--mine", is_flag=True, help="Only models that your keys open.")
@click.option("--kind", multiple=True, help="chat (the default), embedding, image, …, or all.")
@click.option("--all-kinds", is_flag=True, help="The same as --kind all.")
@click.option("--provider", multiple=True, help="Only this provider; may be given several times.")
@click.option("--tools", flag_value=True, default=None, type=bool, help="Can call tools.")
@click.option("--vision", flag_value=True, default=None, type=bool, help="Takes images.")
@click.option("--reasoning", flag_value=True, default=None, type=bool, help="Reasons.")
@click.option(
    "--structured-output", flag_value=True, default=None, type=bool, help="Keeps to a schema."
)
@click.option("--min-context", metavar="N", help="Tokens, such as 200k.")
@click.option("--max-price", metavar="USD", help="USD per million input tokens.")
@click.option("--free", flag_value=True, default=None, type=bool, help="Costs nothing.")
@click.option("--sort", "order", metavar="KEY", help=f"{', '.join(SORT_KEYS)}; -KEY turns round.")
@click.option("--limit", type=click.IntRange(min=0), help="0 shows all; a terminal shows 50.")
@click.option("--fields", "chosen", metavar="A,B", help="Only these fields of each model.")
@common
@click.pass_obj
def command(services: Services, /, query: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """List models: newest first, chat models unless another kind is asked for.

    QUERY is words and operators, such as: claude tools:yes context:>=200k price:<3
    """
    _refuse_options(query)
    if options["everything"] and options["mine"]:
        raise click.UsageError("--all and --mine exclude each other")
    asked = parse(" ".join(query), services.now().date())
    asked = _filtered(asked, options)
    chosen = options["chosen"]
    fields = None if chosen is None else _fields(chosen)
    catalog = services.catalog()
    asked = _mended(_mine(asked, catalog, options), catalog)
    if as_json:
        documents = catalog.documents(asked)
        output.json_array(fields.documents(documents) if fields else documents)
        return 0
    return _print(catalog, asked, fields, services, options["limit"])


def _mended(asked: Query, catalog: Catalog) -> Query:
    mended = catalog.repaired(asked)
    if mended.words != asked.words:
        instead = " ".join(safe(word) for word in mended.words)
        output.note(f'no model has "{safe(" ".join(asked.words))}"; this is for "{instead}"')
    return mended


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

        footer(catalog, asked, shown, now) if shown else no_match(catalog, asked)
    return 0


def _fields(names: str) -> "Fields":
    from .fields import Fields

    return Fields(names)


def _filtered(asked: Query, options: dict[str, Any]) -> Query:
    kinds = _apart(options["kind"])
    every = options["all_kinds"] or ALL_KINDS in kinds
    conditions = asked.conditions + build(
        kind=None if every else kinds or None,
        provider=_apart(options["provider"]) or None,
        tools=options["tools"],
        vision=options["vision"],
        reasoning=options["reasoning"],
        structured_output=options["structured_output"],
        min_context=options["min_context"],
        max_price=options["max_price"],
        free=options["free"],
    )
    if not every and not any(condition.field == "kind" for condition in conditions):
        conditions += (CHAT,)
    return Query(
        words=asked.words,
        conditions=conditions,
        sort=sort(options["order"]) if options["order"] else asked.sort,
        limit=options["limit"] or None,
        mine=asked.mine,
    )


def _mine(asked: Query, catalog: Catalog, options: dict[str, Any]) -> Query:
    whole = options["everything"] or not catalog.has_mine
    return replace(asked, mine=asked.mine or options["mine"] or not whole)


def _apart(values: tuple[str, ...]) -> list[str]:
    return [one for value in values for one in value.split(",")]


def _refuse_options(words: tuple[str, ...]) -> None:
    """A misspelt option is no word of a query."""
    for word in words:
        if word.startswith("--"):
            name = word.partition("=")[0]
            known = [
                option
                for parameter in click.get_current_context().command.params
                for option in parameter.opts
            ]
            close = closest(name, known)
            raise click.NoSuchOption(name, possibilities=[close] if close else None)
