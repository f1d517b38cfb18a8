"""Options that name hosts and networks, read strictly: a misspelt one would be silently without effect."""

import re
from ipaddress import ip_network

import click

_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)
_LAST_PORT = 65535


def host_name(value: str) -> str:
    """A name as it stands in a Host header, with a port or without; a usage mistake for any other."""
    met = _HOST.fullmatch(value)
    if met is None or int(met["port"] or 1) not in range(1, _LAST_PORT + 1):
        raise click.BadParameter(
            f"{value!r} is no host: give a name such as models.example.org, or NAME:PORT"
        )
    return value


def network(value: str) -> str:
    """An address or a network of them; several may stand apart by commas, and * is every address.

    A usage mistake for what is none.
    """
    for one in value.split(",") if value.strip() != "*" else ():
        try:
            ip_network(one.strip())
        except ValueError as error:
            raise click.BadParameter(
                f"{error}: give an address such as 10.0.0.7 or a network such as 10.0.0.0/8"
            ) from None
    return value
