"""Nothing in the suite reaches beyond this machine: who tries is refused, and the test fails."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname")
_CONNECTS = ("socket.connect", "socket.sendto")
_HERE = ("", "localhost", socket.gethostname())

tried: list[str] = []
"""The hosts that were asked for since somebody looked."""


_aside = False


@contextmanager
def aside() -> Iterator[None]:
    """For a test that itself refuses what leaves this machine, and counts it."""
    global _aside
    _aside = True
    try:
        yield
    finally:
        _aside = False


def guard() -> None:
    """Watch this process from now on; cannot be undone."""
    sys.addaudithook(_watch)


def _watch(event: str, said: tuple[Any, ...]) -> None:
    host: Any = None
    if event in _LOOKUPS:
        host = said[0]
    elif event in _CONNECTS and isinstance(said[1], tuple):
        host = said[1][0]
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not _aside and isinstance(host, str) and not _is_here(host):
        tried.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "the suite asks nobody beyond this machine")


def _is_here(host: str) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host in _HERE
    return address.is_loopback or address.is_unspecified
