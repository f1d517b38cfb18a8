"""`modeldex serve`: the catalog over HTTP, for this machine's user."""

from pathlib import Path
from types import ModuleType

import click

from ..domain.errors import UserMistake
from . import output
from .addresses import host_name, network
from .context import Services
from .extras import ask_for
from .options import no_color

_NEEDED = ("fastapi", "limits", "prometheus_client", "uvicorn")
_NEEDED_FOR_MANY = (
    *_NEEDED,
    *("alembic", "argon2", "cryptography", "joserfc", "sqlalchemy", "zxcvbn"),
)


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
    type=host_name,
    metavar="HOST[:PORT]",
    help="Answer under this name too, as a proxy in front may send it.",
)
@click.option(
    "--trust-proxy",
    "proxies",
    multiple=True,
    type=network,
    metavar="ADDRESS",
    help="Believe X-Forwarded-For from this address or network.",
)
@click.option(
    "--multi-user",
    is_flag=True,
    help="Serve people with accounts, each with keys of their own; see the environment's"
    " MODELDEX_MASTER_KEY and MODELDEX_DATABASE_URL.",
)
@click.option(
    "--log",
    "log",
    type=click.Choice(["json", "plain", "off"]),
    default="off",
    show_default=True,
    help="Write a line per request to stderr; mistakes and warnings are written in any case.",
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
    multi_user: bool,
    log: str,
) -> int:
    """Serve the catalog over HTTP to the user of this machine, until interrupted.

    Programs send the token that is printed at the start: Authorization: Bearer TOKEN.
    """
    running = _server_parts(_NEEDED_FOR_MANY if multi_user else _NEEDED)
    if multi_user:
        running.run_for_many(host, port, hosts=hosts, proxies=proxies, log=log, say=_say_setup)
        return 0
    from ..web.gate import is_loopback

    if not is_loopback(host):
        raise NotSafe(
            f"{host} is reached from other machines, and this service knows one user only",
            hint="leave --host out, or serve people with accounts: --multi-user",
        )
    running.run(
        host,
        port,
        token_file=token_file,
        hosts=hosts,
        proxies=proxies,
        log=log,
        say=_say if no_open else _say_and_open,
    )
    return 0


def _server_parts(needed: tuple[str, ...]) -> ModuleType:
    ask_for("modeldex serve", needed)
    from ..web import running

    return running


def _say(address: str, token: str | None) -> None:
    if token is None:
        output.say(address)
        return
    output.say(f"{address}/#token={token}")
    output.note("this address opens the service to whoever has it; it is shown once")


def _say_setup(address: str, code: str | None) -> None:
    output.say(address)
    if code is not None:
        output.say(f"set-up code: {code}")
        output.note(
            "POST it with a name and a password to /api/v1/setup to become the administrator;"
            " it works once, within half an hour"
        )


def _say_and_open(address: str, token: str | None) -> None:
    _say(address, token)
    import webbrowser

    webbrowser.open(f"{address}/#token={token}" if token else address)
