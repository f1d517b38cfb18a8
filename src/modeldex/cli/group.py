"""The command `modeldex`: its subcommands are loaded when they are called."""

from importlib import import_module

import click

from .._version import __version__
from ..rules.spelling import closest
from .options import Early, no_color

_COMMANDS = {
    "list": "listing",
    "show": "showing",
    "refresh": "refreshing",
    "watch": "watching",
    "changes": "changing",
    "bind": "binding",
    "unbind": "unbinding",
    "webhooks": "webhooks",
    "providers": "providers_table",
    "keys": "keys",
    "picks": "picking",
    "pick": "picker",
    "resolve": "resolving",
    "aliases": "aliasing",
    "lock": "locking",
    "compare": "comparing",
    "cost": "costing",
    "export": "exporting",
    "knowledge": "knowing",
    "store": "storing",
    "serve": "serving_http",
    "accounts": "accounts",
    "doctor": "doctor",
}
"""Command → the module of this package whose `command` it is."""

_CODES = """\b
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 key missing or refused,
5 partial (data was printed), 6 no catalog at all, 130 interrupted."""


class _Lazy(Early):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name]}", __package__)
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS:
            close = closest(args[0], _COMMANDS)
            meant = f"Did you mean {close!r}?" if close else "See 'modeldex --help'."
            ctx.fail(f"No such command {args[0]!r}. {meant}")
        return super().resolve_command(ctx, args)


@click.group(
    "modeldex",
    cls=_Lazy,
    invoke_without_command=True,
    epilog=_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="modeldex %(version)s")
@no_color
@click.pass_context
def modeldex(context: click.Context) -> int | None:
    """Every model your keys can reach, and what is true about each one."""
    if context.invoked_subcommand is not None:
        return None
    from .orientation import orient

    return orient(context.obj)
