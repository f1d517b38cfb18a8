"""The keys of a machine's one user: those of its environment, and those kept through the service."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modeldex.web import own_keys
from tests.conftest import NOW

from .hosting import Service, serving, shelve
from .pocket import REFUSED, Pocket
from .test_problems import is_problem

URL = "/api/v1/connections"
KEY = "acme-key-0123456789-wxyz"


class Asked:
    """A refresh that remembers whom it was to ask, and which keys were kept by then."""

    def __init__(self) -> None:
        self.pocket: Pocket | None = None
        self.seconds = 0.0
        self.wished: list[tuple[list[str], list[str]]] = []

    async def __call__(
        self, _force: bool, only: frozenset[str] = frozenset(), accept: frozenset[str] = frozenset()
    ) -> None:
        assert self.pocket is not None
        assert not accept
        self.wished.append((sorted(only), sorted(self.pocket.kept)))
        await asyncio.sleep(self.seconds)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def pocket(tmp_path: Path, asked: Asked) -> Pocket:
    asked.pocket = Pocket(tmp_path / "pocket")
    return asked.pocket


@pytest.fixture
def service(tmp_path: Path, pocket: Pocket, asked: Asked) -> Iterator[Service]:
    shelve(tmp_path)
    with serving(tmp_path, pocket=pocket, refresh=asked) as found:
        yield found


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    with service.client() as found:
        yield found


def add(client: httpx2.Client, **more: Any) -> httpx2.Response:
    return client.post(URL, json={"provider": "acme", "key": KEY, **more})


def listed(client: httpx2.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(URL).json()["connections"]
    return found


def test_a_key_is_kept_and_its_provider_asked_with_it(
    client: httpx2.Client, asked: Asked, pocket: Pocket
) -> None:
    assert add(client).status_code == 201
    assert asked.wished == [(["acme"], ["acme"])]
    assert Path(pocket.kept["acme"].removeprefix("file:")).read_text() == KEY


def test_a_key_is_shown_by_its_last_four_letters(client: httpx2.Client) -> None:
    said = add(client).json()
    assert (said["id"], said["last4"], said["host"]) == ("acme", "wxyz", "https://acme.test:443")
    assert listed(client) == [said] == [client.get(f"{URL}/acme").json()]
    assert KEY not in client.get(URL).text


def test_what_asking_came_to_stands_beside_it(client: httpx2.Client) -> None:
    said = add(client).json()
    assert (said["status"], said["models"]) == ("ok", 4)
    assert said["fetched_at"] == "2026-11-20T10:00:00Z"


def test_a_list_that_may_be_public_makes_no_key_good(client: httpx2.Client) -> None:
    assert add(client).json()["standing"] == "not-checked"


def test_a_key_of_the_environment_is_listed_with_its_place(
    client: httpx2.Client, pocket: Pocket
) -> None:
    pocket.environ["ACME_API_KEY"] = KEY
    (one,) = listed(client)
    assert (one["key_from"], one["last4"]) == ("env:ACME_API_KEY", "wxyz")


def test_a_key_of_the_environment_is_changed_there_alone(
    client: httpx2.Client, pocket: Pocket, asked: Asked
) -> None:
    pocket.environ["ACME_API_KEY"] = KEY
    is_problem(add(client), 409)
    is_problem(client.put(f"{URL}/acme", json={"key": "x" * 30}), 409)
    is_problem(client.delete(f"{URL}/acme"), 409)
    assert (pocket.kept, asked.wished) == ({}, [])


def test_a_second_key_replaces_the_first_only_where_that_is_said(
    client: httpx2.Client, pocket: Pocket
) -> None:
    add(client)
    is_problem(add(client, key="another-key-9876543210-dcba"), 409)
    answer = client.put(f"{URL}/acme", json={"key": "another-key-9876543210-dcba"})
    assert (answer.status_code, answer.json()["last4"]) == (200, "dcba")
    assert "another" in Path(pocket.kept["acme"].removeprefix("file:")).read_text()


def test_without_a_key_the_kept_one_stays_and_is_asked_with(
    client: httpx2.Client, asked: Asked
) -> None:
    add(client)
    assert client.put(f"{URL}/acme", json={}).json()["last4"] == "wxyz"
    assert len(asked.wished) == 2


def test_a_key_that_is_removed_is_gone_and_its_provider_asked_anew(
    client: httpx2.Client, pocket: Pocket, asked: Asked
) -> None:
    add(client)
    assert client.delete(f"{URL}/acme").status_code == 204
    assert (listed(client), pocket.kept) == ([], {})
    assert asked.wished[-1] == (["acme"], [])
    is_problem(client.delete(f"{URL}/acme"), 404)


def test_a_key_that_was_lost_can_still_be_removed(client: httpx2.Client, pocket: Pocket) -> None:
    add(client)
    path = Path(pocket.kept["acme"].removeprefix("file:"))
    path.write_text("")
    (one,) = listed(client)
    assert (one["last4"], "empty" in one["message"]) == (None, True)
    assert client.delete(f"{URL}/acme").status_code == 204


def test_a_check_says_whether_a_key_is_good(client: httpx2.Client, asked: Asked) -> None:
    add(client)
    assert client.post(f"{URL}/acme/check").json()["standing"] == "good"
    client.put(f"{URL}/acme", json={"key": REFUSED})
    said = client.post(f"{URL}/acme/check").json()
    assert (said["standing"], said["message"]) == ("refused", "it was refused")
    assert len(asked.wished) == 4


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"provider": "nobody"}, 422),
        ({"key": None}, 422),
        ({"key": "   "}, 422),
        ({"key": "two\nlines"}, 422),
        ({"key": "smiling ☺"}, 422),
        ({"base_url": "https://elsewhere.test/v1"}, 422),
        ({"label": "work"}, 422),
        ({"keys": []}, 422),
    ],
)
def test_what_cannot_be_kept_is_refused(
    client: httpx2.Client, pocket: Pocket, wanted: dict[str, Any], status: int
) -> None:
    answer = add(client, **wanted)
    is_problem(answer, status)
    assert KEY not in answer.text
    assert pocket.kept == {}


def test_the_address_that_is_there_may_be_said_again(client: httpx2.Client) -> None:
    assert add(client, base_url="https://acme.test/v1").status_code == 201


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/check")]
)
def test_a_provider_without_a_key_is_no_connection(
    client: httpx2.Client, method: str, path: str
) -> None:
    body = {"key": KEY} if method == "PUT" else None
    is_problem(client.request(method, f"{URL}/globex{path}", json=body), 404)


def test_a_provider_that_is_slow_is_asked_on(
    client: httpx2.Client, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_keys, "PATIENCE_S", 0.05)
    asked.seconds = 3.0
    assert add(client).status_code == 201
    assert client.get("/api/v1/admin/status").json()["refresh"]["running"] is True


def test_what_is_done_with_keys_is_written_down(client: httpx2.Client) -> None:
    add(client)
    client.put(f"{URL}/acme", json={"key": KEY})
    client.post(f"{URL}/acme/check")
    client.delete(f"{URL}/acme")
    entries = client.get("/api/v1/admin/audit").json()["entries"]
    said = [(one["action"], one["subject"]) for one in reversed(entries)]
    assert said == [(f"key.{did}", "acme") for did in ("add", "replace", "check", "remove")]


def test_a_limited_token_touches_no_key(client: httpx2.Client, service: Service) -> None:
    add(client)
    wanted = {"name": "bot", "scopes": ["read", "write", "refresh"]}
    text = client.post("/api/v1/tokens", json=wanted).json()["text"]
    with service.client(text) as program:
        assert program.get(URL).status_code == 200
        is_problem(add(program), 403)
        is_problem(program.delete(f"{URL}/acme"), 403)
        is_problem(program.post(f"{URL}/acme/check"), 403)


def test_how_many_models_a_list_has_that_never_came_is_not_known(
    client: httpx2.Client, service: Service
) -> None:
    add(client)
    models = listed(client)[0]["models"]
    (line,) = (
        one for one in service.house.shelf.opened.at(NOW).provider_lines() if one.provider == "acme"
    )
    (mine,) = (
        one for one in service.house.single.configured() if one.connection.provider.id == "acme"
    )
    never = line._replace(outcome="dns", models=0, fetched_at=None, age_s=None)
    said = [own_keys._document(mine, one).models for one in (line, never)]
    assert said == [models, None]
