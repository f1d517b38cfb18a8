"""What may be asked at all: well-formed addresses, harmless headers, and which host is this machine."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import NamedTuple

from ..domain.outcome import Outcome, Verdict

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,62})"
_ORIGIN = re.compile(
    rf"(?P<scheme>https?)://(?:(?P<name>{_LABEL}(?:\.{_LABEL})*\.?)|\[(?P<six>[0-9a-f:.]{{2,45}})\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|\Z)",
    re.IGNORECASE,
)
_STRANGE = re.compile(r"[^\x21-\x7e]|\\")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_OUR_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "host", "transfer-encoding"}
)
_LONGEST_HOST = 253
_LAST_PORT = 65535


class Origin(NamedTuple):
    """Scheme, host and port: what a key is bound to."""

    scheme: str
    host: str
    """Lower case; an IPv6 address without brackets."""
    port: int

    @property
    def written(self) -> str:
        """As an address with its port: `https://api.acme.example:443`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def origin(url: str) -> Origin:
    """The origin of an absolute address.

    Raises `Verdict` for anything that two parsers might read in two ways: user names,
    backslashes, characters beyond ASCII, names that are no host names.
    """
    if _STRANGE.search(url):
        raise _refused(
            "has a space, a backslash, a control character or a letter beyond ASCII"
            " (write such a host name in its xn-- form)"
        )
    if not url.lower().startswith(("http://", "https://")):
        raise _refused("starts with neither https:// nor http://")
    if "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise _refused("carries a user name or password; give the key on its own")
    met = _ORIGIN.match(url)
    if met is None or len(met["name"] or "") > _LONGEST_HOST:
        raise _refused("names no host")
    scheme = met["scheme"].lower()
    port = int(met["port"] or (443 if scheme == "https" else 80))
    if not 0 < port <= _LAST_PORT:
        raise _refused("names no port")
    return Origin(scheme, (met["name"] or met["six"]).lower(), port)


def is_loopback(host: str) -> bool:
    """Whether a host, written as in `Origin`, is this machine by its very name.

    >>> is_loopback("127.0.0.1"), is_loopback("127.0.0.1.example.com")
    (True, False)
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return any(address in network for network in _LOOPBACK)


def vet_headers(headers: Mapping[str, str]) -> None:
    """Raise `Verdict` for a header that cannot be sent, or that is the transport's own business."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise Verdict(Outcome.UNREACHABLE, "one of its headers cannot be sent as it stands")
        if name.lower() in _OUR_HEADERS:
            raise Verdict(Outcome.UNREACHABLE, f"the header {name.lower()} cannot be set")


def _refused(why: str) -> Verdict:
    return Verdict(Outcome.UNREACHABLE, f"its address {why}")
