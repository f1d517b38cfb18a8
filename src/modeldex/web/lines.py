"""How many connections each address has, so that one of them does not take them all."""

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from .limiting import whose


class Lines:
    """The connections of one server. All of it happens on one event loop."""

    def __init__(self, of_one: int, spared: str = "") -> None:
        """`spared`, addresses or networks apart by commas or `*`, may have any number."""
        self._of_one = of_one
        self._all_spared = spared.strip() == "*"
        self._spared = [
            ip_network(one, strict=False)
            for one in map(str.strip, spared.split(","))
            if _is_network(one)
        ]
        self._open: Counter[str] = Counter()

    def full(self, address: str) -> bool:
        """Whether this address has all that it may have."""
        return self._open[whose(address)] >= self._of_one and not self._is_spared(address)

    def begun(self, address: str) -> str:
        """One more; returns the name to give to `ended`."""
        asker = whose(address)
        self._open[asker] += 1
        return asker

    def ended(self, asker: str) -> None:
        """One less."""
        self._open[asker] -= 1
        if self._open[asker] <= 0:
            del self._open[asker]

    def _is_spared(self, address: str) -> bool:
        known = _parsed(address)
        return self._all_spared or any(known in one for one in self._spared if known is not None)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
