"""Programs' tokens and people's sessions: shown once, listed without their text, ended at once."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.conftest import NOW

from .both import Asker
from .both import asker as asker
from .both import client as client
from .test_problems import is_problem

URL = "/api/v1/tokens"


@pytest.fixture(autouse=True)
def _no_tokens(client: httpx2.Client) -> None:
    for one in listed(client):
        client.delete(f"{URL}/{one['id']}")


def listed(client: httpx2.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(URL).json()["tokens"]
    return found


def test_a_token_is_shown_once(client: httpx2.Client) -> None:
    said = client.post(URL, json={"name": "bot", "scopes": ["read"]})
    text = said.json()["text"]
    assert (said.status_code, text[:4]) == (201, "mdx_")
    (one,) = listed(client)
    assert one == said.json()["token"]
    assert text not in client.get(URL).text


def test_a_program_comes_in_with_its_token(asker: Asker) -> None:
    with asker.client(asker.program()) as client:
        assert client.get("/api/v1/favourites").status_code == 200
        assert client.put("/api/v1/preferences", json={}).status_code == 200


def test_what_a_program_used_is_noted(asker: Asker, client: httpx2.Client) -> None:
    with asker.client(asker.program()) as program:
        program.get("/api/v1/favourites")
    (one,) = listed(client)
    assert one["last_used_at"] is not None


def test_a_token_that_was_taken_back_is_refused_at_once(
    asker: Asker, client: httpx2.Client
) -> None:
    with asker.client(asker.program()) as program:
        assert program.get(URL).status_code == 200
        (one,) = listed(client)
        assert client.delete(f"{URL}/{one['id']}").status_code == 204
        is_problem(program.get(URL), 401)
    is_problem(client.delete(f"{URL}/{one['id']}"), 404)


def test_a_token_that_ran_out_is_refused(asker: Asker, client: httpx2.Client) -> None:
    until = (NOW + timedelta(minutes=10)).isoformat()
    text = client.post(URL, json={"name": "bot", "expires_at": until}).json()["text"]
    with asker.client(text) as program:
        assert program.get(URL).status_code == 200
        asker.clock.now += timedelta(minutes=11)
        answer = program.get(URL)
        asker.clock.now -= timedelta(minutes=11)
        is_problem(answer, 401)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"name": ""},
        {"name": " "},
        {"name": "a\nb"},
        {"name": "bot", "scopes": []},
        {"name": "bot", "scopes": ["root"]},
        {"name": "bot", "expires_at": "2026-11-20T11:59:00Z"},
        {"name": "bot", "expires_at": "2026-12-20T12:00:00"},
        {"name": "bot", "user": "somebody"},
    ],
)
def test_a_token_that_cannot_be_is_refused(client: httpx2.Client, wanted: dict[str, Any]) -> None:
    is_problem(client.post(URL, json=wanted), 422)


@pytest.mark.parametrize("scopes", [["read"], ["keys"], ["admin"], ["read", "write", "admin"]])
def test_a_limited_token_makes_and_ends_none(
    asker: Asker, client: httpx2.Client, scopes: list[str]
) -> None:
    with asker.client(asker.program(*scopes)) as program:
        is_problem(program.post(URL, json={"name": "another"}), 403)
        (one,) = listed(client)
        is_problem(program.delete(f"{URL}/{one['id']}"), 403)
        is_problem(program.delete("/api/v1/sessions/" + "0" * 32), 403)


def test_an_unlimited_token_may_be_made_by_an_unlimited_one(asker: Asker) -> None:
    with asker.client(asker.program()) as program:
        assert program.post(URL, json={"name": "another"}).status_code == 201


@pytest.mark.parametrize(("minutes", "code"), [(10, 201), (11, 403), (None, 403)])
def test_a_token_that_ends_makes_none_that_lasts_longer(
    asker: Asker, client: httpx2.Client, minutes: int | None, code: int
) -> None:
    until = (NOW + timedelta(minutes=10)).isoformat()
    text = client.post(URL, json={"name": "bot", "expires_at": until}).json()["text"]
    wanted = None if minutes is None else (NOW + timedelta(minutes=minutes)).isoformat()
    with asker.client(text) as program:
        said = program.post(URL, json={"name": "another", "expires_at": wanted})
    assert said.status_code == code


def test_one_user_has_no_sessions(asker: Asker, client: httpx2.Client) -> None:
    found = client.get("/api/v1/sessions").json()["sessions"]
    assert [one["current"] for one in found] == ([] if asker.alone else [True])


def test_a_session_that_is_not_there_cannot_be_ended(client: httpx2.Client) -> None:
    is_problem(client.delete("/api/v1/sessions/" + "0" * 32), 404)
