"""Run the service: one process, bounded in every direction, that stops when it is told to."""

import socket
from typing import NamedTuple

import uvicorn
from fastapi import APIRouter

from ..domain.errors import BadConfig
from .app import create_app
from .house import House
from .lines import Lines
from .wire import protocol


class Bounds(NamedTuple):
    """What the server itself bears, below the app."""

    connections: int = 2000
    """Connections at once; who comes then is told to come again."""
    connections_of_one: int = 500
    """Of them so many from one address, or one IPv6 network of 64 bits; trusted proxies, who stand
    for many, may have all."""
    keep_alive_s: int = 15
    """Seconds for which an idle connection is kept."""
    stop_s: int = 10
    """Seconds that answers under way are given when the service stops."""
    backlog: int = 1024


BOUNDS = Bounds()


def bound(host: str, port: int, backlog: int = BOUNDS.backlog) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises `BadConfig` where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=backlog)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BadConfig(f"cannot listen at {host}:{port} ({why}): choose another --port") from None


def server(
    house: House,
    *,
    trusted_proxies: str = "",
    bounds: Bounds = BOUNDS,
    more: tuple[APIRouter, ...] = (),
) -> uvicorn.Server:
    """A server that is not started yet: `run(sockets=[…])` runs it until it is told to stop.

    `trusted_proxies`, addresses or networks apart by commas, are the only ones of whom
    `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    """
    return uvicorn.Server(
        uvicorn.Config(
            create_app(house, more),
            http=protocol(Lines(bounds.connections_of_one, trusted_proxies)),
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=trusted_proxies or None,
            limit_concurrency=bounds.connections,
            timeout_keep_alive=bounds.keep_alive_s,
            timeout_graceful_shutdown=bounds.stop_s,
            lifespan="on",
        )
    )
