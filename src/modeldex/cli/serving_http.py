"""`modeldex serve`: the catalog over HTTP, for this machine's user."""

from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import click

from ..domain.errors import UserMistake
from . import output
from .context import Services
from .options import no_color

_NEEDED = ("fastapi", "limits", "prometheus_client", "uvicorn")


class NotInstalled(UserMistake):
    """A command needs an extra of the package."""


class NotSafe(UserMistake):
    """What was asked would let strangers in."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.option("--no-open", is_flag=True, help="Open no browser.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the token in this file, made when it is not there; else each start has a new one.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST[:PORT]",
    help="Answer under this name too, as a proxy in front may send it.",
)
@click.option(
    "--trust-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Believe X-Forwarded-For from this address or network.",
)
@no_color
@click.pass_obj
def command(
    services: Services,
    host: str,
    port: int,
    no_open: bool,
    token_file: Path | None,
    hosts: tuple[str, ...],
    proxies: tuple[str, ...],
) -> int:
    """Serve the catalog over HTTP to the user of this machine, until interrupted.

    Programs send the token that is printed at the start: Authorization: Bearer TOKEN.
    """
    running = _server_parts()
    from ..web.gate import is_loopback

    if not is_loopback(host):
        raise NotSafe(
            f"{host} is reached from other machines, and this service knows one user only",
            hint="leave --host out, and put a proxy that signs people in before it",
        )
    running.run(
        host,
        port,
        token_file=token_file,
        hosts=hosts,
        proxies=proxies,
        say=_say if no_open else _say_and_open,
    )
    return 0


def _server_parts() -> ModuleType:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise NotInstalled(
            f"modeldex serve needs what is not installed ({', '.join(missing)})",
            hint="pip install 'modeldex[server]'",
        )
    from ..web import running

    return running


def _say(address: str, token: str | None) -> None:
    if token is None:
        output.say(address)
        return
    output.say(f"{address}/#token={token}")
    output.note("this address opens the service to whoever has it; it is shown once")


def _say_and_open(address: str, token: str | None) -> None:
    _say(address, token)
    import webbrowser

    webbrowser.open(f"{address}/#token={token}" if token else address)
