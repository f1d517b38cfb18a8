"""Hostile headers, addresses, bodies and crowds, against a service for many that really listens."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from modeldex.web.headers import SECURITY
from modeldex.web.limiting import RULES
from modeldex.web.serving import Bounds

from .many import PASSWORD, Many, Person, serving_many

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("defences"), ports=[1]) as many:
        many.first()
        many.join("ann")
        yield many


@pytest.fixture
def ann(home: Many) -> Person:
    return home.people["ann"]


@pytest.fixture
def hers(home: Many, ann: Person) -> Iterator[httpx2.Client]:
    with home.client(ann) as client:
        yield client


MASS = (
    ("POST", "/api/v1/connections", {"provider": "groq", "key": "k", "user": "someone"}),
    ("POST", "/api/v1/connections", {"provider": "groq", "key": "k", "id": "0" * 32}),
    ("POST", "/api/v1/connections", {"provider": "groq", "key": "k", "host": "https://x.example"}),
    ("POST", "/api/v1/connections", {"provider": "groq", "key": "k", "fingerprint": "0"}),
    ("PUT", f"/api/v1/connections/{'0' * 32}", {"provider": "openai"}),
    ("PUT", f"/api/v1/connections/{'0' * 32}", {"user": "someone"}),
    ("PUT", "/api/v1/password", {"old": "a", "new": "b", "user": "someone"}),
    ("PUT", "/api/v1/password", {"old": "a", "new": "b", "role": "admin"}),
    ("POST", "/api/v1/calls", {"calls": [], "user": "someone"}),
    ("POST", "/api/v1/tokens", {"name": "x", "user": "someone"}),
    ("POST", "/api/v1/tokens", {"name": "x", "role": "admin"}),
    ("POST", "/api/v1/session", {"name": "x", "password": "y", "role": "admin"}),
    ("POST", "/api/v1/session/renew", {"renewal": "x", "user": "someone"}),
    ("POST", "/api/v1/setup", {"name": "x", "password": "y", "code": "z", "is_admin": True}),
    ("POST", "/api/v1/admin/users", {"name": "x", "id": "0" * 32}),
    ("POST", "/api/v1/admin/users", {"name": "x", "password_hash": "y"}),
    ("PATCH", f"/api/v1/admin/users/{'0' * 32}", {"name": "x"}),
    ("PATCH", f"/api/v1/admin/users/{'0' * 32}", {"password": "x"}),
    ("POST", "/api/v1/admin/refresh", {"force": True}),
    ("PUT", f"/api/v1/bindings/{'0' * 32}", {"models": [], "user": "someone"}),
)


@pytest.mark.parametrize(("method", "path", "body"), MASS)
def test_a_field_that_nobody_asked_for_is_refused(
    home: Many, hers: httpx2.Client, method: str, path: str, body: dict[str, Any]
) -> None:
    with home.client() as stranger, home.boss() as boss:
        let_in = path.startswith(("/api/v1/session", "/api/v1/setup"))
        client = stranger if let_in else boss if "admin" in path else hers
        assert client.request(method, path, json=body).status_code == 422


TRICKS = (
    {"x-original-url": "/api/v1/admin/users"},
    {"x-rewrite-url": "/api/v1/admin/users"},
    {"x-http-method-override": "DELETE"},
    {"x-forwarded-for": "127.0.0.1", "x-forwarded-host": "localhost"},
    {"x-forwarded-user": "admin", "x-remote-user": "admin"},
    {"x-user": "admin", "x-role": "admin"},
    {"forwarded": "for=127.0.0.1;host=localhost"},
    {"cookie": "role=admin; session=1"},
)


@pytest.mark.parametrize("headers", TRICKS, ids=lambda one: next(iter(one)))
def test_no_header_makes_an_administrator(hers: httpx2.Client, headers: dict[str, str]) -> None:
    assert hers.get("/api/v1/admin/users", headers=headers).status_code == 403
    assert hers.get("/v1/models", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/admin/../admin/users",
        "/api/v1//admin/users",
        "/api/v1/admin%2fusers",
        "/API/V1/ADMIN/USERS",
        "/api/v1/admin/users/",
        "/api/v1/models/..%2fadmin%2fusers",
        "/api/v1/admin/users;.css",
        "/api/v1/connections/x.css",
        "/available-models/x.css",
        "/available-models;x.css",
    ],
)
def test_no_spelling_of_an_address_leads_to_what_is_anothers(
    hers: httpx2.Client, path: str
) -> None:
    assert hers.get(path).status_code in (403, 404, 422)


def test_a_second_token_in_another_header_is_no_way_in(home: Many, ann: Person) -> None:
    boss = home.people["admin"].access
    sent = {"authorization": f"Bearer {ann.access}", "x-api-key": boss}
    with home.client() as client:
        assert client.get("/api/v1/admin/users", headers=sent).status_code == 401


PERSONAL = (
    "/available-models",
    "/v1/models",
    "/api/v1/models",
    "/api/v1/facets",
    "/api/v1/providers",
    "/api/v1/connections",
    "/api/v1/usage",
    "/api/v1/favourites",
    "/api/v1/preferences",
    "/api/v1/bindings",
    "/api/v1/tokens",
    "/api/v1/sessions",
)


@pytest.mark.parametrize("path", PERSONAL)
def test_a_personal_answer_is_stored_by_nobody_between(hers: httpx2.Client, path: str) -> None:
    first = hers.get(path)
    again = hers.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    for answer in (first, again):
        assert answer.headers["cache-control"] == "private, no-store"
        assert {"Authorization", "X-Api-Key"} <= set(answer.headers["vary"].split(", "))


@pytest.mark.parametrize("path", PERSONAL)
def test_two_people_have_two_entity_tags_for_what_is_personal(
    home: Many, hers: httpx2.Client, path: str
) -> None:
    with home.boss() as boss:
        assert hers.get(path).headers["etag"] != boss.get(path).headers["etag"]


def test_what_gives_tokens_is_stored_by_nobody(home: Many, ann: Person) -> None:
    with home.client() as client:
        said = {"name": "ann", "password": ann.password}
        answer = client.post("/api/v1/session", json=said)
    assert "no-store" in answer.headers["cache-control"]


FORCED = ("/available-models?force_refresh=true", "/available-models?force%5Frefresh=true")


@pytest.mark.parametrize("path", FORCED)
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}]
)
def test_a_page_of_another_site_has_nothing_asked_anew(
    hers: httpx2.Client, path: str, headers: dict[str, str]
) -> None:
    assert hers.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1.evil.test"])
def test_a_page_of_another_site_changes_nothing(
    hers: httpx2.Client, method: str, origin: str
) -> None:
    answer = hers.request(method, "/api/v1/session", headers={"origin": origin})
    assert answer.status_code == 403
    assert hers.get("/v1/models").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_signs_in(home: Many, ann: Person, kind: str) -> None:
    body = json.dumps({"name": "ann", "password": ann.password})
    with home.client() as client:
        answer = client.post("/api/v1/session", content=body, headers={"content-type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://localhost.evil.test"])
def test_no_other_site_is_told_that_it_may_read(hers: httpx2.Client, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        asked = {"origin": origin, "access-control-request-method": "GET"}
        answer = hers.request(method, "/v1/models", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "localhost.evil.test:{port}"])
def test_a_rebound_name_is_not_answered(home: Many, ann: Person, host: str) -> None:
    port = str(urlsplit(home.address).port)
    with home.client(ann, host=host.replace("{port}", port)) as client:
        assert client.get("/v1/models").status_code == 421


def limited(tmp_path: Path, **rules: str) -> Any:
    return serving_many(tmp_path, rules={**dict.fromkeys(RULES, "1000/minute"), **rules})


def attempts(many: Many, *names: str, password: str = "a wrong one") -> list[int]:
    with many.client() as client:
        said = [{"name": name, "password": password} for name in names]
        return [client.post("/api/v1/session", json=one).status_code for one in said]


def test_a_name_is_tried_so_often_and_no_more_however_it_is_written(tmp_path: Path) -> None:
    with limited(tmp_path, **{"sign-in-name": "5/5 minutes"}) as many:
        many.first("ada")
        assert attempts(many, "ada", "ADA", "ａda", "Ada", "aDA") == [401] * 4 + [429]


def test_an_address_tries_so_many_passwords_and_no_more(tmp_path: Path) -> None:
    with limited(tmp_path, **{"sign-in": "4/5 minutes"}) as many:
        assert attempts(many, *(f"name {number}" for number in range(6)))[-2:] == [429, 429]


def test_who_is_attacked_keeps_the_session_they_have(tmp_path: Path) -> None:
    with limited(tmp_path, **{"sign-in-name": "3/5 minutes"}) as many:
        victim = many.first("ada")
        assert attempts(many, *["ada"] * 4)[-1] == 429
        assert attempts(many, "ada", password=PASSWORD.format(name="ada")) == [429]
        with many.client(victim) as client:
            assert client.get("/v1/models").status_code == 200


def test_keys_are_added_so_often_and_no_more(tmp_path: Path) -> None:
    with limited(tmp_path, keys="2/minute") as many, many.client(many.first()) as client:
        body = {"provider": "groq", "key": "k", "base_url": "https://10.0.0.1/v1"}
        found = [client.post("/api/v1/connections", json=body) for _ in range(3)]
    assert [one.status_code for one in found][-1] == 429
    assert int(found[-1].headers["retry-after"]) > 0


def test_who_comes_when_too_many_are_connected_is_told_so_as_of_all_errors(
    tmp_path: Path,
) -> None:
    with serving_many(tmp_path, bounds=Bounds(connections=3, stop_s=1)) as many:
        place = urlsplit(many.address)
        lines = [
            socket.create_connection((place.hostname or "", place.port or 0)) for _ in range(3)
        ]
        try:
            with many.client() as client:
                answer = client.get("/healthz")
        finally:
            for line in lines:
                line.close()
        with many.client() as client:
            assert client.get("/healthz").status_code == 200
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:modeldex:problem:unavailable")
    assert answer.headers["retry-after"] == "1"
    assert all(answer.headers[name.decode()] == value.decode() for name, value in SECURITY)


ODD_TEXTS = ("\x00", "a\x00b", "\ud800", "\udfff", "x" * 200, "﷽" * 66, "\r\nset-cookie: a=b")


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_text_is_refused_and_breaks_nothing(home: Many, hers: httpx2.Client, text: str) -> None:
    odd = json.dumps(text)
    bodies = {
        "/api/v1/session": f'{{"name": {odd}, "password": {odd}}}',
        "/api/v1/session/renew": f'{{"renewal": {odd}}}',
        "/api/v1/connections": f'{{"provider": "groq", "key": {odd}, "base_url": {odd}}}',
        "/api/v1/tokens": f'{{"name": {odd}, "scopes": [{odd}]}}',
        "/api/v1/calls": f'{{"calls": [{{"id": {odd}, "model": {odd}}}]}}',
    }
    with home.client() as stranger:
        for path, body in bodies.items():
            client = stranger if "session" in path else hers
            kind = {"content-type": "application/json"}
            answer = client.post(path, content=body, headers=kind)
            assert 400 <= answer.status_code < 500, (path, answer.text)
