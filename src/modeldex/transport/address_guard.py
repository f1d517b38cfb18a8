"""What an installation with many users may be made to ask: public addresses over https, and what its operator allows.

A name is looked up once, every address found is vetted, and the connection goes to one of exactly
these. What is refused, not found or does not answer ends in the same words, so that nobody learns
from them what stands in the operator's own network.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import msgspec

from ..domain.errors import BadConfig
from ..domain.outcome import Outcome, Verdict
from .guard import Origin, origin

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

USUAL_PORTS = frozenset({443, 8443})
"""Where a list is asked for unless the operator allows more."""
OUT_OF_REACH = "it cannot be reached from here"
"""What is said of every address to which no connection stands, whatever the reason."""

_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(said)
    for said in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)
"""Beyond what lies outside of `2000::/3`. Source: https://www.iana.org/assignments/iana-ipv4-special-registry
and https://www.iana.org/assignments/iana-ipv6-special-registry"""
_METADATA = frozenset(
    ip_address(said)
    for said in (
        "100.100.100.200",
        "168.63.129.16",
        "169.254.0.23",
        "169.254.10.10",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "192.0.0.192",
        "fd00:ec2::23",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
"""Where clouds give credentials to whoever asks; refused inside of allowed networks as well.
Source: https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16"""
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
_PRIVATE_NAMES = frozenset(
    [
        "alt",
        "arpa",
        "corp",
        "example",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "onion",
        "private",
        "test",
    ]
)
"""Last labels that no public name has. Source: https://www.rfc-editor.org/rfc/rfc6761"""


class AddressGuard(msgspec.Struct, frozen=True, kw_only=True):
    """What may be asked on behalf of users; without arguments, public https addresses alone."""

    allow_networks: tuple[Network, ...] = ()
    """Networks that are not public and may be asked all the same, such as a server room's."""
    allow_ports: frozenset[int] = frozenset()
    """Ports beside `USUAL_PORTS`; port 80 too, where `allow_http` is to mean anything public."""
    allow_http: bool = False
    """Whether addresses may begin with `http://`; no key goes there unless it is this machine."""
    deny_networks: tuple[Network, ...] = ()
    """Public networks that may not be asked, such as the operator's own."""

    def vet_base_url(self, url: str) -> Origin:
        """The origin of an address that a user typed, before anything is sent or looked up.

        Raises `Verdict` with a sentence for one that may not be asked or is ambiguous.
        """
        if re.search(r"[?#{}]", url):
            raise Verdict(
                Outcome.UNREACHABLE,
                "its address carries a query, a fragment or a gap: leave it out",
            )
        target = origin(url)
        self.vet_origin(target)
        return target

    def vet_origin(self, target: Origin) -> None:
        """Raise `Verdict` for a scheme, a port or a host as written that may not be asked."""
        if target.scheme != "https" and not self.allow_http:
            raise Verdict(Outcome.TLS, "its address starts with http://: only https:// is asked")
        if target.port not in USUAL_PORTS | self.allow_ports:
            raise Verdict(Outcome.UNREACHABLE, f"port {target.port} may not be asked")
        written = _written_address(target.host)
        if written is not None:
            self.vet((written,))
        elif not self._may_be_looked_up(target.host):
            raise _out_of_reach()

    def vet(self, addresses: Sequence[Address]) -> None:
        """Raise `Verdict` unless every one of a host's addresses may be connected to."""
        if not addresses or not all(map(self._passes, addresses)):
            raise _out_of_reach()

    def _passes(self, address: Address) -> bool:
        if address in _METADATA or getattr(address, "scope_id", None) is not None:
            return False
        if _within(address, self.deny_networks):
            return False
        return is_public(address) or _within(address, self.allow_networks)

    def _may_be_looked_up(self, host: str) -> bool:
        """Whether a name may be one of the public ones; where networks of one's own are allowed,
        names of one's own lead there."""
        if host.endswith("."):
            return False
        *before, last = host.split(".")
        if _NUMBER.fullmatch(last):
            return False
        return bool(self.allow_networks) or (bool(before) and last not in _PRIVATE_NAMES)


def is_public(address: Address) -> bool:
    """Whether an address is globally routable unicast and nothing that stands for another one.

    >>> is_public(ip_address("1.1.1.1")), is_public(ip_address("64:ff9b::7f00:1"))
    (True, False)
    """
    if address.version == 6 and address not in _UNICAST_6:
        return False
    return address.is_global and not _within(address, _NOT_PUBLIC)


def networks(said: Iterable[str]) -> tuple[Network, ...]:
    """Networks as an operator writes them, `10.1.0.0/16` or one address.

    Raises `BadConfig` for what is no network, and for the whole Internet.
    """
    found = []
    for text in said:
        try:
            network = ip_network(text.strip())
        except ValueError as error:
            raise BadConfig(f"{text!r} is no network: {error}") from None
        if not network.prefixlen:
            raise BadConfig(f"{text!r} is every address there is; name the networks one by one")
        found.append(network)
    return tuple(found)


def _out_of_reach() -> Verdict:
    return Verdict(Outcome.UNREACHABLE, OUT_OF_REACH)


def _within(address: Address, among: Iterable[Network]) -> bool:
    return any(address in network for network in among)


def _written_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
