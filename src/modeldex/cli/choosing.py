"""Which models a command is about: the query and the filters of `modeldex list`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from ..domain.query import CHAT, SORT_KEYS, Query
from ..rules.query import build, no_provider, parse, providers_of, sort
from ..rules.spelling import closest
from . import output
from .context import Catalog, Services
from .safety import safe

ALL_KINDS = "all"
SETTINGS = {
    # "-is:deprecated" is part of a query; a short option such as -h would be found inside it.
    "ignore_unknown_options": True,
    "help_option_names": ["--help"],
}
"""How click is to read the arguments of a command that takes a query."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_CHOICES = (
    click.argument("query", nargs=-1, type=click.UNPROCESSED),
    click.option("--all", "everything", is_flag=True, help="The whole catalog."),
    click.option("--mine", is_flag=True, help="Only models that your keys open."),
    click.option("--kind", multiple=True, help="chat (the default), embedding, image, …, or all."),
    click.option("--all-kinds", is_flag=True, help="The same as --kind all."),
    click.option(
        "--provider", multiple=True, help="Only this provider; may be given several times."
    ),
    click.option("--tools", flag_value=True, default=None, type=bool, help="Can call tools."),
    click.option("--vision", flag_value=True, default=None, type=bool, help="Takes images."),
    click.option("--reasoning", flag_value=True, default=None, type=bool, help="Reasons."),
    click.option(
        "--structured-output", flag_value=True, default=None, type=bool, help="Keeps to a schema."
    ),
    click.option("--min-context", metavar="N", help="Tokens, such as 200k."),
    click.option("--max-price", metavar="USD", help="USD per million input tokens."),
    click.option("--free", flag_value=True, default=None, type=bool, help="Costs nothing."),
    click.option(
        "--sort", "order", metavar="KEY", help=f"{', '.join(SORT_KEYS)}; -KEY turns round."
    ),
)


def choosing(function: _Function) -> _Function:
    """The argument and the options that say which models are meant, but for `--limit`."""
    for one in reversed(_CHOICES):
        function = one(function)
    return function


def chosen(
    services: Services, query: tuple[str, ...], options: dict[str, Any]
) -> tuple[Catalog, Query]:
    """The catalog, and what is asked of it; misspelt words are mended, and that is said.

    Raises a usage error for what looks like an option and is none, and `BadQuery`.
    """
    _refuse_options(query)
    if options["everything"] and options["mine"]:
        raise click.UsageError("--all and --mine exclude each other")
    asked = _filtered(parse(" ".join(query), services.now().date()), options)
    catalog = services.catalog()
    say_unknown(catalog, providers_of(asked))
    return catalog, _mended(_mine(asked, catalog, options), catalog)


def say_unknown(catalog: Catalog, providers: Sequence[str]) -> bool:
    """Say of each provider that nobody knows that there is none: nothing can be found of it."""
    told = no_provider(providers, catalog.provider_rows()) if providers else []
    for said in told:
        output.note(said, output.YELLOW)
    return bool(told)


def _mended(asked: Query, catalog: Catalog) -> Query:
    mended = catalog.repaired(asked)
    if mended.words != asked.words:
        instead = " ".join(safe(word) for word in mended.words)
        output.note(f'no model has "{safe(" ".join(asked.words))}"; this is for "{instead}"')
    return mended


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
