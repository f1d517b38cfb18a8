"""`modeldex serve`, put together: a socket, a token, the parts, the server."""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from ..domain.errors import BadConfig
from ..storage import durable
from .actors import new_token
from .house import House
from .logs import Form, telling
from .opening import single_user
from .serving import bound, server

SHORTEST_TOKEN = 32
"""Characters of a token that somebody else chose."""


def run(
    host: str,
    port: int,
    *,
    token_file: Path | None = None,
    hosts: Sequence[str] = (),
    proxies: Sequence[str] = (),
    log: str = "off",
    say: Callable[[str, str | None], None],
) -> None:
    """Serve until told to stop. `say` is given the address, and the token unless a file keeps it.
    `log` is how requests are written down, one of `logs.Form`.

    Raises `BadConfig` where the address or the token cannot be had, and `StorageError`.
    """
    token = new_token() if token_file is None else kept_token(token_file)
    listening = bound(host, port)
    port = listening.getsockname()[1]
    house = single_user(token, host=host, port=port, more_hosts=hosts)
    say(_address(host, port), None if token_file else token)
    _serve(house, listening, proxies, Form(log))


def run_for_many(
    host: str,
    port: int,
    *,
    hosts: Sequence[str] = (),
    proxies: Sequence[str] = (),
    log: str = "off",
    say: Callable[[str, str | None], None],
) -> None:
    """Serve people with accounts until told to stop. `say` is given the address, and the code with
    which the first administrator is made, while there is none.

    Raises `BadConfig`, `Locked` and `StorageError`.
    """
    from .opening_many import multi_user, setup_code

    listening = bound(host, port)
    port = listening.getsockname()[1]
    house = multi_user(host=host, port=port, more_hosts=hosts)
    say(_address(host, port), setup_code(house))
    _serve(house, listening, proxies, Form(log))


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{shown}:{port}"


def _serve(house: House, listening: socket.socket, proxies: Sequence[str], log: Form) -> None:
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, _stop)
    with telling(log, house.clock) as requests:
        house = house._replace(requests=requests)
        server(house, trusted_proxies=",".join(proxies)).run([listening])


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """The server stops gracefully by itself and passes the signal on: the process ends in order
    then, lets go of its files, and has done what it was told."""
    raise SystemExit(0)


def kept_token(path: Path) -> str:
    """The token in a file that only its owner can read; made when it is not there."""
    try:
        token = path.read_text("ascii").strip()
    except FileNotFoundError:
        token = new_token()
        with durable.writing_to(path, "another file with --token-file"):
            durable.put_whole(path, f"{token}\n".encode())
        return token
    except (OSError, UnicodeDecodeError):
        raise BadConfig(f"{path} cannot be read as a token") from None
    if len(token) < SHORTEST_TOKEN:
        raise BadConfig(f"{path} holds no token of at least {SHORTEST_TOKEN} characters")
    return token
