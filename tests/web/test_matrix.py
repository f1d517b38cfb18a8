"""Every route for every actor: what the table says, and no route without a row."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.service.many.house import Host

from .many import Many, port_of, serving_many
from .matrix import ALIVE, DEAD, GUEST, NOTHING, ROWS, Cast, cast

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def actors(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Cast]:
    home = tmp_path_factory.mktemp("matrix")
    with serving_many(home, ports=[1, port_of(host)]) as many:
        yield cast(many, many.first())


def operations(many: Many) -> set[str]:
    """Every method of every path that the service answers with something."""
    from modeldex.web.app import create_app

    paths = create_app(many.house).openapi()["paths"]
    return {f"{method.upper()} {path}" for path, found in paths.items() for method in found}


def test_every_operation_has_a_row(actors: Cast) -> None:
    missing = operations(actors.many) - ROWS.keys()
    assert not missing, f"say in tests/web/matrix.py who gets what from {sorted(missing)}"


def test_every_row_has_an_operation(actors: Cast) -> None:
    assert not ROWS.keys() - operations(actors.many)


@pytest.mark.parametrize("route", ROWS)
def test_everybody_gets_what_the_table_says(actors: Cast, route: str) -> None:
    row = ROWS[route]
    found = {who: actors.asks(who, route, actors.path(route)) for who in (*DEAD, *ALIVE)}
    assert {who: answer.status_code for who, answer in found.items()} == {
        who: row.of(who) for who in found
    }, {who: answer.text[:300] for who, answer in found.items()}


CLOSED = sorted(route for route in ROWS if ROWS[route].nobody == 401 and route not in GUEST)


@pytest.mark.parametrize("route", CLOSED)
def test_nobody_is_told_why_they_are_nobody(actors: Cast, route: str) -> None:
    said = {plain(actors.asks(who, route, actors.path(route))) for who in DEAD}
    assert len(said) == 1


def plain(answer: httpx2.Response) -> str:
    """Status, headers and body, but for the names of this one incident."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return f"{answer.status_code} {headers} {answer.text.replace(answer.json()['instance'], '')}"


def test_what_is_for_administrators_refuses_everybody_else(actors: Cast) -> None:
    for route in operations(actors.many):
        if "/api/v1/admin" in route:
            assert ROWS[route][:3] == (403, 403, 403), route


OWNED = sorted(route for route in ROWS if ROWS[route].other == 404 and "{id}" in route)


@pytest.mark.parametrize("route", OWNED)
def test_what_is_anothers_is_as_what_is_not_there(actors: Cast, route: str) -> None:
    theirs = actors.path(route)
    parts = theirs.split("/")
    place = route.partition(" ")[2].split("/").index("{id}")
    parts[place] = NOTHING
    for who in ("other", "admin"):
        foreign, nowhere = (actors.asks(who, route, path) for path in (theirs, "/".join(parts)))
        assert foreign.status_code == 404
        assert plain(foreign) == plain(nowhere)
