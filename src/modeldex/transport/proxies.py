"""Which requests go through which proxy, as the usual variables of the environment say."""

from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_network
from urllib.request import getproxies

import httpx2

_THIS_MACHINE = ("all://localhost", "all://127.0.0.0/8", "all://[::1]/128")


class NoSocks(ImportError):
    """The environment names a SOCKS proxy, and the package that speaks to one is not installed."""


def mounts(
    through: Callable[[httpx2.Proxy], httpx2.AsyncBaseTransport],
) -> dict[str, httpx2.AsyncBaseTransport | None]:
    """Pattern of addresses → transport; `None` stands for the way without a proxy.

    Entries of `NO_PROXY` that no address can match are passed over, as curl does.
    Raises `NoSocks`, `ValueError`, `ImportError` or `httpx2.InvalidURL` for a proxy that cannot be used.
    """
    said = getproxies()
    without = [entry.strip() for entry in said.get("no", "").split(",")]
    routes: dict[str, httpx2.AsyncBaseTransport | None] = {}
    if "*" not in without:
        routes = {
            f"{scheme}://": through(_proxy(said[scheme]))
            for scheme in ("http", "https", "all")
            if said.get(scheme)
        }
    patterns = [pattern for entry in without if entry and (pattern := _pattern(entry))]
    return routes | dict.fromkeys([*patterns, *_THIS_MACHINE])


def _proxy(address: str) -> httpx2.Proxy:
    proxy = httpx2.Proxy(address if "://" in address else f"http://{address}")
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise NoSocks
    return proxy


def _pattern(entry: str) -> str | None:
    """The client's pattern for an entry of `NO_PROXY`; `None` when no address can match it."""
    scheme, given, host = entry.rpartition("://")
    network = _network(host)
    if "%" in host or ("/" in host and network is None):
        return None
    pattern = f"{scheme or 'all'}://{network or (host if given else _name(host))}"
    try:
        httpx2.URL(pattern)
    except httpx2.InvalidURL:
        return None
    return pattern


def _network(host: str) -> str | None:
    try:
        network = ip_network(host.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None
    address = network.network_address
    return f"{f'[{address}]' if address.version == 6 else address}/{network.prefixlen}"


def _name(host: str) -> str:
    """A name stands for itself and for all names below it, unless it says otherwise."""
    exact = host.lower() == "localhost" or host.startswith(("*.", "["))
    return host if exact else f"*{host}"
