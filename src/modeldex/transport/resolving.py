"""Looks host names up in threads that nobody waits for, and connects only to what was found.

The event loop's own look-ups sit in its default executor, and `asyncio.run` does not end before
they do: a resolver that hangs would outlast every deadline.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import zip_longest

import httpcore2

Address = IPv4Address | IPv6Address
Look = Callable[[str], Sequence[Address]]
"""Host name → its addresses, best first. May block; raises `OSError` when there are none."""
Vet = Callable[[Sequence[Address]], None]
"""Raises `Verdict` when one of a host's addresses may not be connected to."""

_Stream = httpcore2.AsyncNetworkStream
_Way = Callable[[], Awaitable[_Stream]]
_NEXT_AFTER_S = 0.25
"""Source: https://www.rfc-editor.org/rfc/rfc8305#section-8 (connection attempt delay)"""


class NotFound(httpcore2.ConnectError):
    """The resolver knows no address of the host."""


class NotFoundInTime(httpcore2.ConnectTimeout):
    """The resolver did not answer before the connection had to stand."""


class NotReached(httpcore2.ConnectError):
    """No connection stood."""

    def __init__(self, why: BaseException) -> None:
        super().__init__()
        self.why = why
        """Kept apart from the cause and the context, which the pool and the event loop replace."""


class ProxyNotReached(NotReached):
    """The proxy could not be connected to."""


def system_look(host: str) -> tuple[Address, ...]:
    """The addresses that this machine's resolver gives for a host name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(_address(*place) for *_, place in found)


def all_pass(addresses: Sequence[Address]) -> None:
    """Let any address be connected to."""


class Resolving(httpcore2.AsyncNetworkBackend):
    """Opens connections; look-up and connecting together take no longer than `timeout`.

    Addresses written as such are vetted as well, and not looked up.
    """

    def __init__(self, look: Look = system_look, vet: Vet = all_pass) -> None:
        self._look = look
        self._vet = vet
        self._sockets = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> _Stream:
        ends = None if timeout is None else asyncio.get_running_loop().time() + timeout
        addresses = await self._addresses(host, ends)
        self._vet(addresses)
        ways = [
            partial(
                self._sockets.connect_tcp,
                str(address),
                port,
                local_address=local_address,
                socket_options=socket_options,
            )
            for address in interleaved(addresses)
        ]
        try:
            async with asyncio.timeout_at(ends):
                return await _first(ways)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout from error

    async def _addresses(self, host: str, ends: float | None) -> Sequence[Address]:
        try:
            return (ip_address(host),)
        except ValueError:
            pass
        try:
            async with asyncio.timeout_at(ends):
                found = await _looked_up(self._look, host)
        except TimeoutError as error:
            raise NotFoundInTime from error
        except (OSError, UnicodeError) as error:
            raise NotFound from error
        if not found:
            raise NotFound
        return found


class ResolvingProxy(Resolving):
    """Opens connections to a proxy, and says that it was the proxy when none stands."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> _Stream:
        try:
            return await super().connect_tcp(host, port, timeout, local_address, socket_options)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            raise ProxyNotReached(error) from None


def interleaved(addresses: Iterable[Address]) -> list[Address]:
    """Each address once, the two families in turn, beginning with the family of the first.

    >>> [str(one) for one in interleaved(map(ip_address, ["::1", "::2", "::3", "127.0.0.1"]))]
    ['::1', '127.0.0.1', '::2', '::3']
    """
    families: dict[int, dict[Address, None]] = {}
    for address in addresses:
        families.setdefault(address.version, {})[address] = None
    rounds = zip_longest(*families.values())
    return [address for members in rounds for address in members if address is not None]


async def _looked_up(look: Look, host: str) -> Sequence[Address]:
    """What `look` finds. Its thread is a daemon, so that neither loop nor process waits for it."""
    found: Future[Sequence[Address]] = Future()
    found.set_running_or_notify_cancel()
    threading.Thread(
        target=_tell, args=(found, look, host), name="modeldex-look-up", daemon=True
    ).start()
    return await asyncio.wrap_future(found)


def _tell(found: "Future[Sequence[Address]]", look: Look, host: str) -> None:
    try:
        found.set_result(look(host))
    except (OSError, UnicodeError) as error:
        found.set_exception(error)


async def _first(ways: Iterable[_Way]) -> _Stream:
    """The first connection to stand; the next way is tried on a failure, or after a moment."""
    waiting = iter(ways)
    tasks: list[asyncio.Future[_Stream]] = []
    running: set[asyncio.Future[_Stream]] = set()
    failures: list[Exception] = []
    winner = None
    try:
        while True:
            if (way := next(waiting, None)) is not None:
                tasks.append(asyncio.ensure_future(way()))
                running.add(tasks[-1])
            if not running:
                break
            done, running = await asyncio.wait(
                running,
                timeout=_NEXT_AFTER_S if way else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                try:
                    stream = task.result()
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                    failures.append(error)
                else:
                    winner = task
                    return stream
    finally:
        await _give_up([task for task in tasks if task is not winner])
    raise _none_stood(failures)


def _none_stood(failures: Sequence[Exception]) -> httpcore2.ConnectError:
    return NotReached(ExceptionGroup("no address could be connected to", failures))


async def _give_up(tasks: Sequence[asyncio.Future[_Stream]]) -> None:
    for task in tasks:
        task.cancel()
    for late in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(late, _Stream):
            await late.aclose()


def _address(ip: str | int, _: object = None, flow: object = 0, scope: int | bytes = 0) -> Address:
    """From a socket's address; a link-local one is of no use without its scope."""
    bare = str(ip).partition("%")[0]
    return ip_address(f"{bare}%{scope!s}" if scope else bare)
