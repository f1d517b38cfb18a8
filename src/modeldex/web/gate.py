"""What no request gets past: names this service does not have, pages of other sites, bodies too large."""

from collections.abc import Iterable
from ipaddress import ip_address

from .asking import SAFE, Asking
from .bodies import largest
from .problems import Problem

LONGEST_TARGET = 24 * 1024
"""Bytes of a request's path and query."""
_OWN = (b"same-origin", b"none")
"""What a browser says of a request that no other site made."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Gate:
    """The names this service answers to."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(host.lower().encode() for host in hosts)

    def check(self, asking: Asking) -> None:
        """Raise `Problem` for a request that must not go on."""
        if len(asking.host) != 1 or not self._known(asking.host[0]):
            raise Problem(421, "this service is not known under the name in the Host header")
        if len(asking.raw_path) + len(asking.query) > LONGEST_TARGET:
            raise Problem(414, "the address is too long", slug="too-large")
        if asking.content_length or asking.method not in SAFE:
            _body(asking)
        if not asking.safe:
            self._origin(asking)

    def _known(self, host: bytes) -> bool:
        return host in self._hosts or host.lower() in self._hosts

    def _origin(self, asking: Asking) -> None:
        """What changes something is never asked by a page of another site."""
        if asking.site and asking.site not in _OWN:
            raise Problem(403, "a page of another site may not ask for this")
        if asking.origin and not self._known(asking.origin.partition(b"://")[2]):
            raise Problem(403, "a page of another site may not ask for this")


def _body(asking: Asking) -> None:
    most = largest(asking.path)
    if asking.content_length.isdigit() and int(asking.content_length) > most:
        raise too_large(most)
    if asking.content_length not in (b"", b"0") and asking.method not in SAFE:
        kind = asking.content_type.partition(b";")[0].strip().lower()
        if kind != b"application/json":
            raise Problem(415, "send JSON, and say so: Content-Type: application/json")


def too_large(most: int) -> Problem:
    """For a body of more bytes than are taken."""
    return Problem(413, f"the body is larger than {most} bytes", headers={"connection": "close"})


def is_loopback(host: str) -> bool:
    """Whether a server bound to `host` is reached from this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def names(host: str, port: int, more: Iterable[str] = ()) -> frozenset[str]:
    """The Host headers under which a server at `host` and `port` is reached, and `more` of them."""
    own = f"[{host}]" if ":" in host and not host.startswith("[") else host
    known = {own, *_LOOPBACK} if is_loopback(host) else {own}
    return frozenset({f"{name}:{port}" for name in known} | set(more))
