"""Run one command line: arguments in, exit code out, every mistake told in two lines."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..domain.errors import ModeldexError
from .context import Services
from .group import modeldex
from .output import RED, json_text, lead_nowhere, note
from .safety import safe_json

INTERRUPTED = 130
_NAME = "modeldex"
_COMPLETE = "_MODELDEX_COMPLETE"


def run(arguments: Sequence[str], services: Services | None = None) -> int:
    """The exit code of `modeldex` with these arguments; see `modeldex --help` for the codes."""
    _open_what_is_closed()
    _never_fail_to_write()
    as_json = "--json" in arguments
    try:
        code = _invoke(list(arguments), services or Services())
        sys.stdout.flush()
    except ModeldexError as error:
        return _told(type(error).__name__, str(error), error.hint, error.exit_code, as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.Abort:
        note("nobody answered, and nothing was done")
        return INTERRUPTED
    except click.ClickException as error:
        return _told("Usage", error.format_message(), _usage_hint(error), 2, as_json)
    except BrokenPipeError:
        _write_nowhere()
        return 0
    except OSError as error:
        if error.filename is not None:
            raise
        _write_nowhere()
        return _told("Output", f"the output cannot be written: {error.strerror}", "", 1, as_json)
    return code


def _invoke(arguments: list[str], services: Services) -> int:
    if completing := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(modeldex, {}, _NAME, _COMPLETE, completing)
    try:
        with modeldex.make_context(_NAME, arguments, obj=services) as context:
            return modeldex.invoke(context) or 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code


def _open_what_is_closed() -> None:
    """A stream that the caller closed leads nowhere, and no file that is opened takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 (it stays open)
            setattr(sys, name, nowhere)


def _never_fail_to_write() -> None:
    """What an output's encoding cannot say is written out instead."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _write_nowhere() -> None:
    """Whichever output is not read any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            lead_nowhere(stream)


def _told(name: str, message: str, hint: str, code: int, as_json: bool) -> int:
    if as_json:
        said = {"error": {"code": _code(name), "message": message, "hint": hint or None}}
        sys.stderr.write(safe_json(json_text(said)) + "\n")
        return code
    note(f"error: {' '.join(message.split())}", RED)
    for line in hint.splitlines():
        note(f"  {line}")
    return code


def _code(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "modeldex"
    return f"{path} --help shows what it takes"
