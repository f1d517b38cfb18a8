"""What the documentation says of every provider, and the fields that each one's answers give."""

from collections.abc import Iterable, Iterator

import msgspec

from modeldex.dialects import spoken
from modeldex.domain.claims import JUDGED, Claims
from modeldex.domain.listing import Page, Role, Route
from modeldex.domain.outcome import Unreadable
from modeldex.domain.provider import Provider
from modeldex.providers import packaged
from modeldex.service.describing import EVIDENCE, described, tiers
from modeldex.service.discover import first_ask
from tests.loopback.bodies import Bodies
from tests.loopback.breadth import here, mount
from tests.loopback.mounting import Mount
from tests.loopback.wire import Request

SAID_BY_ALL = ("name", "created")
"""Fields that help nobody to choose a provider."""


def page() -> str:
    """The reference page: one table of all providers, then each with all its facts."""
    rows = packaged().values()
    words = "".join(f"- `{word}`: {said}\n" for word, said in EVIDENCE.items())
    return (
        f"# Providers\n\n{len(rows)} providers and servers. `modeldex providers NAME` prints the"
        " same with the state of your own list.\n\nA row rests on:\n\n"
        + words
        + "\n| provider | id | tiers | variables | dialect | rests on |\n| --- | --- | --- | --- | --- | --- |\n"
        + "".join(map(_line, rows))
        + "".join(map(_section, rows))
    )


def _line(row: Provider) -> str:
    variables = "<br>".join(f"`{name}`" for name in row.key_env) or "none"
    ways = "retired" if row.retired else ", ".join(tiers(row))
    return (
        f"| [{row.name}](#{row.id}) | `{row.id}` | {ways} | {variables} | `{row.dialect}` |"
        f" {row.evidence} |\n"
    )


def _section(row: Provider) -> str:
    lines = "".join(f"- {label}: {_code(label, text)}\n" for label, text in described(row))
    return f'\n## <a id="{row.id}"></a>{row.name}\n\n{lines}'


def _code(label: str, text: str) -> str:
    return (
        text if label in ("to know", "rests on", "a key is wanted", "key checked") else f"`{text}`"
    )


def fields_given() -> bytes:
    """Provider id → fields, as the file that is packaged."""
    found = {row.id: _fields(row) for row in packaged().values() if row.listed and not row.retired}
    return msgspec.json.format(msgspec.json.encode(found)) + b"\n"


def _fields(row: Provider) -> list[str]:
    said = list(_claims(row))
    return [
        field
        for field in JUDGED
        if field not in SAID_BY_ALL and any(getattr(claim, field) is not None for claim in said)
    ]


def _claims(row: Provider) -> Iterator[Claims]:
    mounted = mount(row)
    for route in spoken(row).routes:
        if route.role is not Role.CHECKS:
            yield from _read(row, route, mounted)


def _read(row: Provider, route: Route, mounted: Mount) -> Iterable[Claims]:
    ask = first_ask(route, here(row))
    for served in mounted.routes:
        request = Request(method="GET", path=_path(row, route), params=dict(ask.params), headers={})
        if served.matches(request):
            try:
                return spoken(row).read(Page(ask=ask, body=Bodies().body(served))).claims
            except Unreadable:
                return ()
    return ()


def _path(row: Provider, route: Route) -> str:
    from urllib.parse import unquote, urlsplit

    from modeldex.transport.address import url

    return unquote(urlsplit(url(here(row), first_ask(route, here(row)))).path)
