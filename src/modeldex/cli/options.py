"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _colourless(context: click.Context, _option: click.Parameter, chosen: bool) -> None:
    if chosen:
        context.find_root().color = False


class Early(click.Group):
    """A group whose commands' shared options may also stand before the command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        early = 0
        while early < len(args) - 1 and args[early] in ("--json", "--no-color"):
            early += 1
        if args[early : early + 1] and args[early] in self.list_commands(ctx):
            args = [args[early], *args[:early], *args[early + 1 :]]
        return super().parse_args(ctx, args)


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
