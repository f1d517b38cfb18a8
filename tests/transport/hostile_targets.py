"""Addresses that a hostile user types, and what a hostile resolver makes of the harmless ones.

`{port}` is where decoys listen on every loopback address of this machine.
"""

import socket
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from itertools import product

from modeldex.transport.resolving import Address

LOOPBACKS = ("127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0")
METADATA = ("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "169.254.170.2")
NOT_PUBLIC_4 = (
    "0.0.0.1",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.254",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
)
NOT_PUBLIC_6 = (
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "::2",
    "100::1",
    "100:0:0:1::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff01::1",
    "ff02::1",
    "ff0e::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2620:4f:8000::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
)
NAMES = (
    "localhost",
    "LOCALHOST",
    "LocalHost",
    "localhost.",
    "localhost.localdomain",
    "ip6-localhost",
    "a.localhost",
    "db.internal",
    "metadata",
    "metadata.google.internal",
    "metadata.google.internal.",
    "kubernetes.default.svc.cluster.local",
    "intranet",
    "router.lan",
    "nas.home.arpa",
    "printer.local",
    "app.test",
    "hidden.onion",
)
REBINDING: Mapping[str, tuple[str, ...]] = {
    "loopback": ("127.0.0.1",),
    "loopback-6": ("::1",),
    "mapped": ("::ffff:127.0.0.1",),
    "zero": ("0.0.0.0",),
    "zero-6": ("::",),
    "private": ("10.0.0.7",),
    "metadata": ("169.254.169.254",),
    "metadata-6": ("fd00:ec2::254",),
    "azure": ("168.63.129.16",),
    "nat64": ("64:ff9b::7f00:1",),
    "nat64-local": ("64:ff9b:1::7f00:1",),
    "six-to-four": ("2002:7f00:1::",),
    "teredo": ("2001:0:4136:e378:8000:63bf:80ff:fffe",),
    "scoped": ("fe80::1%1",),
    "mixed-first": ("127.0.0.1", "1.1.1.1"),
    "mixed-last": ("1.1.1.1", "127.0.0.1"),
    "mixed-families": ("2606:4700:4700::1111", "127.0.0.1"),
    "mixed-six": ("1.1.1.1", "::1"),
    "mixed-middle": ("1.1.1.1", "1.0.0.1", "10.0.0.1", "8.8.8.8"),
    "nothing": (),
}
"""What `NAME.rebind.example.net` is said to be."""
SUFFIX = ".rebind.example.net"
STRANGE_SCHEMES = (
    "http", "HTTP", "ftp", "ftps", "file", "gopher", "unix", "data", "dict", "ldap", "ws", "wss",
    "jar", "javascript", "tftp", "smb", "ssh", "redis", "netdoc", "http+unix", "httpss", "",
)  # fmt: skip
STRANGE_PORTS = (
    0, 1, 21, 22, 23, 25, 53, 80, 110, 111, 143, 389, 445, 1433, 2375, 2379, 3306, 5432, 6379,
    6443, 8000, 8080, 8500, 9000, 9200, 10250, 11211, 11434, 27017, 65535, 65536, 99999, 4294967739,
)  # fmt: skip


def look(host: str) -> Sequence[Address]:
    """A resolver that asks nobody: written addresses as the system reads them, and lies."""
    name = host.lower()
    if name.endswith(SUFFIX):
        return tuple(map(ip_address, REBINDING[name.removesuffix(SUFFIX)]))
    found = {"api.example.net": "1.1.1.1"}.get(name)
    if found is None and not any(mark.isdigit() for mark in name):
        found = "127.0.0.1"
    if found is not None:
        return (ip_address(found),)
    places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return tuple(ip_address(place[0]) for *_, place in places)


def addresses() -> Iterator[tuple[str, str]]:
    """Name → address, with a port where somebody listens."""
    for host in (*LOOPBACKS, *METADATA, *NOT_PUBLIC_4):
        yield f"written {host}", f"https://{host}:{{port}}/v1"
        for name, spelled in _spellings(host):
            yield f"{name} {host}", f"https://{spelled}:{{port}}/v1"
    for host in (*NOT_PUBLIC_6, *_standing_for(*LOOPBACKS[:1], *METADATA[:2], "10.0.0.1")):
        yield f"written {host}", f"https://[{host}]:{{port}}/v1"
    for host in NAMES:
        yield f"name {host}", f"https://{host}:{{port}}/v1"
    for name in REBINDING:
        yield f"rebinding {name}", f"https://{name}{SUFFIX}:{{port}}/v1"


def ambiguous() -> Iterator[tuple[str, str]]:
    """Addresses that two readers may read in two ways."""
    decoy, good = "127.0.0.1:{port}", "api.example.net"
    hosts = {
        "user name": f"{good}@{decoy}",
        "user and password": f"user:{good}@{decoy}",
        "user name behind": f"{decoy}@{good}",
        "two at signs": f"a@{decoy}@{good}",
        "encoded at sign": f"{good}%40{decoy}",
        "fragment": f"{decoy}#@{good}",
        "fragment behind": f"{good}#@{decoy}",
        "question mark": f"{decoy}?@{good}",
        "backslash": f"{good}\\@{decoy}",
        "backslash behind": f"{decoy}\\@{good}",
        "backslash path": f"{decoy}\\.{good}",
        "semicolon": f"{decoy};{good}",
        "comma": f"{decoy},{good}",
        "space before": f" {decoy}",
        "space inside": "127.0.0.1 :{port}",
        "space between": f"{good} {decoy}",
        "tab": "127.0.\t0.1:{port}",
        "line feed": "127.0.0.1\n:{port}",
        "carriage return": "127.0.0.1\r\nhost: x:{port}",
        "null": "127.0.0.1\0.example.net:{port}",
        "encoded null": "127.0.0.1%00.example.net:{port}",
        "encoded dot": "127%2e0%2e0%2e1:{port}",
        "encoded digits": "%31%32%37.0.0.1:{port}",
        "encoded twice": "%2531%2532%2537.0.0.1:{port}",
        "encoded slash": f"{decoy}%2f{good}",
        "ideographic dots": "127。0。0。1:{port}",
        "fullwidth dots": "127．0．0．1:{port}",
        "halfwidth dots": "127｡0｡0｡1:{port}",
        "fullwidth digits": "１２７.0.0.1:{port}",
        "circled digits": "①②⑦.⓪.⓪.①:{port}",
        "mathematical digits": "𝟏𝟐𝟕.𝟎.𝟎.𝟏:{port}",
        "superscript digits": "¹²⁷.⁰.⁰.¹:{port}",
        "arabic digits": "١٢٧.٠.٠.١:{port}",
        "letters of other scripts": "lосalhоst:{port}",
        "fullwidth letters": "ｌｏｃａｌｈｏｓｔ:{port}",
        "long s": "localhoſt:{port}",
        "soft hyphen": "local\u00adhost:{port}",
        "zero-width space": "local\u200bhost:{port}",
        "zero-width joiner": "127.0.0\u200d.1:{port}",
        "right-to-left": "\u202e127.0.0.1:{port}",
        "byte order mark": "\ufeff127.0.0.1:{port}",
        "line separator": "127.0.0.1\u2028:{port}",
        "trailing dot": "127.0.0.1.:{port}",
        "trailing dots": "127.0.0.1..:{port}",
        "leading dot": ".127.0.0.1:{port}",
        "double dot": "127..0.0.1:{port}",
        "no host": ":{port}",
        "dot for a host": ".:{port}",
        "no port": "127.0.0.1:",
        "two ports": "127.0.0.1:{port}:443",
        "signed port": "127.0.0.1:+{port}",
        "port in hexadecimal": "127.0.0.1:0x1bb",
        "port in other digits": "127.0.0.1:４４３",
        "scope": "[fe80::1%25lo]:{port}",
        "bare scope": "[::1%lo]:{port}",
        "half a bracket": "[::1:{port}",
        "bracketed four": "[127.0.0.1]:{port}",
        "bracketed name": "[localhost]:{port}",
        "six without brackets": "::1:{port}",
        "future address": "[v1.127.0.0.1]:{port}",
        "name behind brackets": f"[::1].{good}:{{port}}",
        "gap": "{host}:{port}",
        "slashes": "///127.0.0.1:{port}",
        "long label": "a" * 64 + ".example.net:{port}",
        "long name": "a." * 130 + "net:{port}",
        "encoded letters": "%6c%6f%63%61%6c%68%6f%73%74:{port}",
        "punycode of nothing": "xn--:{port}",
    }
    for name, host in hosts.items():
        yield f"ambiguous {name}", f"https://{host}/v1"
    bare = {
        "query": "?x=https://127.0.0.1",
        "fragment": "#x",
        "climbing": "/../../x",
        "encoded": "/%2e%2e/x",
    }
    for name, path in bare.items():
        yield f"path {name}", f"https://127.0.0.1:{{port}}{path}"


def schemes() -> Iterator[tuple[str, str]]:
    """Ways to ask that are no https, with somebody listening."""
    for scheme, host in product(STRANGE_SCHEMES, ("127.0.0.1", "api.example.net")):
        yield f"scheme {scheme or 'none'} {host}", f"{scheme}://{host}:{{port}}/v1"
    for text in ("//127.0.0.1:{port}/v1", "127.0.0.1:{port}/v1", "https:127.0.0.1:{port}", "https:/127.0.0.1:{port}/v1", "https:\\\\127.0.0.1:{port}/v1", "", "https://", "h\tttps://127.0.0.1:{port}"):  # fmt: skip
        yield f"shape {text}", text


def ports() -> Iterator[tuple[str, str]]:
    """Ports of a public host at which no list is."""
    for port in STRANGE_PORTS:
        yield f"port {port}", f"https://api.example.net:{port}/v1"


def _spellings(host: str) -> Iterator[tuple[str, str]]:
    """Other ways to write an IPv4 address that resolvers understand."""
    a, b, c, d = map(int, host.split("."))
    number = int(ip_address(host))
    yield "decimal", str(number)
    yield "hexadecimal", hex(number)
    if host not in (*LOOPBACKS[:1], *METADATA[:1]):
        return
    yield "upper hexadecimal", f"0X{number:08X}"
    yield "octal", f"0{number:o}"
    yield "octal parts", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"
    yield "hexadecimal parts", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"
    yield "mixed parts", f"{a}.0x{b:x}.0{c:o}.{d}"
    yield "padded parts", f"{a:03}.{b:03}.{c:03}.{d:03}"
    yield "padded octal", f"0000{a:o}.{b}.{c}.{d}"
    yield "two parts", f"{a}.{(b << 16) + (c << 8) + d}"
    yield "three parts", f"{a}.{b}.{(c << 8) + d}"
    yield "overflowing", str(number + (1 << 32))
    yield "overflowing part", f"{a + 256}.{b}.{c}.{d}"
    yield "five parts", f"{host}.0"


def _standing_for(*hosts: str) -> Iterator[str]:
    """IPv6 addresses that stand for an IPv4 one."""
    for host in hosts:
        number = int(ip_address(host))
        high, low = number >> 16, number & 0xFFFF
        inverted = number ^ 0xFFFFFFFF
        yield f"::ffff:{host}"
        yield f"::ffff:{high:x}:{low:x}"
        yield f"0:0:0:0:0:FFFF:{high:X}:{low:X}"
        yield f"::{high:x}:{low:x}" if high else f"::{host}"
        yield f"::{host}"
        yield f"::ffff:0:{high:x}:{low:x}"
        yield f"64:ff9b::{high:x}:{low:x}"
        yield f"64:ff9b::{host}"
        yield f"64:ff9b:1::{high:x}:{low:x}"
        yield f"2002:{high:x}:{low:x}::1"
        yield f"2001:0:4136:e378:8000:63bf:{inverted >> 16:x}:{inverted & 0xFFFF:x}"
        yield f"fe80::5efe:{high:x}:{low:x}"
