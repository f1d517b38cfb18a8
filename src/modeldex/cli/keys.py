"""`modeldex keys`: which keys are found, whether they are good, and where they are kept."""

import sys
from typing import TYPE_CHECKING

import click

from ..domain.errors import BadKey
from ..domain.secret import LONGEST_KEY
from . import output
from .context import Services
from .options import Early, common
from .safety import safe
from .table import Column

if TYPE_CHECKING:
    from ..service.checking import KeyLine

_COLUMNS = (
    Column("PROVIDER"),
    Column("KEY", 1),
    Column("ENDS IN", 3),
    Column("IS", 2),
    Column("SAYS", 4),
)


@click.group("keys", cls=Early)
def command() -> None:
    """The keys found here: where they are, whether they are good. A key is never shown."""


@command.command("list")
@common
@click.pass_obj
def list_keys(services: Services, as_json: bool) -> int:
    """Show which keys were found and where; asks nobody."""
    _print(services.key_lines(), as_json)
    return 0


@command.command("check")
@click.argument("provider", nargs=-1)
@common
@click.pass_obj
def check(services: Services, provider: tuple[str, ...], as_json: bool) -> int:
    """Ask each provider whether its key is good; PROVIDER names some, else all are asked.

    `not-checked` is said of providers that answer with and without a key alike. Exit code 4:
    a key was refused or is not where it should be, or a provider that was named has none.
    """
    lines = services.check_keys(provider)
    _print(lines, as_json)
    missing = set(provider) - {line.provider for line in lines}
    for name in sorted(missing):
        output.note(f"no key of {name} was found: modeldex keys set {name}", output.YELLOW)
    bad = any(line.standing in ("refused", "missing") for line in lines)
    return 4 if missing or bad else 0


@command.command("set")
@click.argument("provider")
@common
@click.pass_obj
def set_key(services: Services, provider: str, as_json: bool) -> int:
    """Keep a key of PROVIDER in the system's keyring, or else in a file only you can read.

    The key is asked for without an echo, or read from a pipe; it is never an argument.
    """
    asked = f"Key of {provider}"
    services.require_provider(provider)
    if sys.stdin.isatty():
        key: str = click.prompt(asked, hide_input=True, err=True, type=click.STRING).strip()
    else:
        key = _piped()
    if not key:
        raise BadKey("no key was given: type it when asked, or pipe it in")
    _told(services.keep_key(provider, key), as_json)
    output.note(f"modeldex keys check {provider} asks whether it is good")
    return 0


@command.command("remove")
@click.argument("provider")
@common
@click.pass_obj
def remove(services: Services, provider: str, as_json: bool) -> int:
    """Remove the key of PROVIDER that `modeldex keys set` kept."""
    _told(services.forget_key(provider), as_json)
    return 0


def _piped() -> str:
    """What is piped in, without what clings to a key: the mark that some editors and shells write
    before a text, and the end of the line."""
    try:
        return sys.stdin.read(2 * LONGEST_KEY).removeprefix("\ufeff").strip()
    except UnicodeDecodeError:
        return "\ufffd"  # no key has it


def _told(line: tuple[str, str], as_json: bool) -> None:
    provider, place = line
    if as_json:
        output.json_document({"provider": provider, "key": place})
    else:
        output.say(f"{safe(provider)}  {safe(place)}")


def _print(lines: "tuple[KeyLine, ...]", as_json: bool) -> None:
    if as_json:
        output.json_document(lines)
    elif not lines:
        output.note("no key was found: set one, such as OPENAI_API_KEY, or modeldex keys set")
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(line) for line in lines])
    else:
        output.tsv(
            (line.provider, line.key, line.hint, line.standing, line.message) for line in lines
        )


def _row(line: "KeyLine") -> list[str]:
    standing = (line.standing or "not asked").replace("-", " ")
    return [safe(line.provider), safe(line.key), safe(line.hint), standing, safe(line.message)]
