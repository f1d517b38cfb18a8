"""Resolvers and addresses for tests: some know a name, some hang, some lead into the void."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from threading import Event

import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.resolving import Address, Look

NAME = "api.acme.example"


def finding(*addresses: str) -> Look:
    """A resolver that finds the same addresses for `NAME`, and nothing else."""

    def look(host: str) -> Sequence[Address]:
        assert host == NAME
        return tuple(map(ip_address, addresses))

    return look


@contextmanager
def hanging() -> Iterator[Look]:
    """A resolver that says nothing before this is left."""
    over = Event()

    def look(host: str) -> Sequence[Address]:
        over.wait(30)
        return ()

    try:
        yield look
    finally:
        over.set()


def refusing(seen: list[Address]) -> Callable[[Sequence[Address]], None]:
    """A vet that notes the addresses and lets none pass."""

    def vet(addresses: Sequence[Address]) -> None:
        seen.extend(addresses)
        raise Verdict(Outcome.UNREACHABLE, "no way there")

    return vet


@contextmanager
def black_hole(port: int = 0) -> Iterator[int]:
    """A port of `::1` that answers no new connection, as when a firewall drops it."""
    with ExitStack() as held:
        full = held.enter_context(socket.socket(socket.AF_INET6))
        try:
            full.bind(("::1", port))
        except OSError:
            pytest.skip("this machine has no IPv6 address of its own")
        full.listen(0)
        place = full.getsockname()[:2]
        for _ in range(4):
            waiting = held.enter_context(socket.socket(socket.AF_INET6))
            waiting.setblocking(False)
            waiting.connect_ex(place)
        yield place[1]
