import importlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modeldex.dialects import DIALECTS, dialect
from modeldex.domain.errors import BadConfig
from modeldex.domain.listing import Ask, Dialect, Page, Reading, Role, Route
from modeldex.domain.outcome import Unreadable

pytestmark = pytest.mark.once
ROUTES = [(name, route) for name in DIALECTS for route in dialect(name).routes]
OF_ROUTES = pytest.mark.parametrize(
    ("name", "route"), ROUTES, ids=[f"{name}-{route.name}" for name, route in ROUTES]
)
BODIES = [
    *(b"", b"null", b'"x"', b"0", b"{}", b"[]", b"[[]]", b"[null]", b"\xff", b"[" * 100_000),
    *(b'{"error": {}}', b'{"error": {"message": "no"}}', b"<html>no</html>", b'{"\xff": 1}'),
    *(b'{"data": [{"id": "a"', b'{"models": [{"name": "a"}', b'{"data": null}', b'{"models": {}}'),
    b'{"data": 7, "models": 7, "output": 7, "next_cursor": 7, "nextPageToken": 7}',
]
NAMES = st.sampled_from(
    [
        *("id", "name", "model", "data", "models", "output", "pricing", "price", "created"),
        *("capabilities", "architecture", "providers", "features", "context_length", "details"),
        *("has_more", "last_id", "next_cursor", "nextPageToken", "next_page_token", "total"),
        *("endpoints", "aliases", "input_modalities", "created_at", "prices", "parameters"),
    ]
)
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["1e999999", "NaN", "-1", "0", "2026-13-45", "text", "0001-01-01T00:00+23:59"]
    )
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
RECORDS = st.dictionaries(NAMES, VALUES, max_size=8).map(
    lambda record: {"id": "a", "name": "a", "model": "a", **record}
)


def page(route: Route, body: bytes) -> Page:
    ask = Ask(
        route=route.name,
        path=route.path,
        params=route.params,
        headers=route.headers,
        role=route.role,
        sends_key=route.sends_key,
    )
    return Page(ask=ask, body=body)


def attempt(name: str, route: Route, body: bytes) -> Reading | None:
    """The reading, or `None` for a page that is unreadable; any other exception passes."""
    try:
        return dialect(name).read(page(route, body))
    except Unreadable:
        return None


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_the_module_of_its_name(name: str) -> None:
    found = importlib.import_module(f"modeldex.dialects.{name}").DIALECT
    assert isinstance(found, Dialect)
    assert found.name == name


def test_dialects_are_sorted_and_named_once() -> None:
    assert list(DIALECTS) == sorted(set(DIALECTS))


def test_an_unknown_dialect_is_the_users_mistake() -> None:
    with pytest.raises(BadConfig, match="openai"):
        dialect("klingon")


@pytest.mark.parametrize("name", DIALECTS)
def test_routes_have_names_of_their_own_and_one_lists(name: str) -> None:
    routes = dialect(name).routes
    assert len({route.name for route in routes}) == len(routes)
    assert any(route.role is Role.LISTS for route in routes)


@OF_ROUTES
def test_a_path_stays_below_the_address(name: str, route: Route) -> None:
    assert not any(part in route.path for part in ("://", "..", "?", "#", " "))


@OF_ROUTES
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_is_no_list_gives_no_model(name: str, route: Route, body: bytes) -> None:
    reading = attempt(name, route, body)
    assert reading is None or reading.claims == ()


@OF_ROUTES
def test_an_error_in_place_of_a_list_is_unreadable(name: str, route: Route) -> None:
    if route.role is not Role.DETAIL:
        assert attempt(name, route, b'{"error": {"message": "no"}}') is None


@OF_ROUTES
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(value=VALUES)
def test_no_json_raises_anything_but_unreadable(name: str, route: Route, value: Any) -> None:
    reading = attempt(name, route, json.dumps(value).encode())
    assert reading is None or isinstance(reading, Reading)


@OF_ROUTES
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=st.lists(RECORDS, max_size=3))
def test_every_record_is_claimed_or_lost(name: str, route: Route, rows: list[Any]) -> None:
    for body in ({"data": rows}, {"models": rows}, {"output": {"models": rows}}, rows):
        reading = attempt(name, route, json.dumps(body).encode())
        assert reading is None or len(reading.claims) + len(reading.lost) <= len(rows)


@OF_ROUTES
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(body=st.binary(max_size=64))
def test_no_bytes_raise_anything_but_unreadable(name: str, route: Route, body: bytes) -> None:
    reading = attempt(name, route, body)
    assert reading is None or reading.claims == ()
