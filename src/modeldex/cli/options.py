"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _colourless(context: click.Context, _option: click.Parameter, chosen: bool) -> None:
    if chosen:
        context.find_root().color = False


no_color = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    callback=_colourless,
    help="Never use colour; so does the variable NO_COLOR.",
)


def common(function: _Function) -> _Function:
    """`--json` (as `as_json`) and `--no-color`, which every subcommand takes."""
    as_json = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
    )
    return as_json(no_color(function))
