"""What each user sets for themselves: favourites, preferences, bindings."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from modeldex.web import bound
from modeldex.web.routes import mine

from .both import Asker
from .both import asker as asker
from .both import client as client
from .test_problems import is_problem

FAVOURITES, BINDINGS = "/api/v1/favourites", "/api/v1/bindings"
PREFERENCES = "/api/v1/preferences"


@pytest.fixture(autouse=True)
def _nothing_set(client: httpx2.Client) -> None:
    for one in marked(client):
        client.delete(f"{FAVOURITES}/{one}")
    for one in client.get(BINDINGS).json()["bindings"]:
        client.delete(f"{BINDINGS}/{one['program']}")
    client.put(PREFERENCES, json={})


def marked(client: httpx2.Client) -> list[str]:
    return [one["model"] for one in client.get(FAVOURITES).json()["favourites"]]


def test_a_marked_model_is_among_the_favourites(client: httpx2.Client) -> None:
    answer = client.put(f"{FAVOURITES}/acme/sonnet-5")
    assert (answer.status_code, answer.json()["name"]) == (200, "Sonnet 5")
    assert marked(client) == ["acme/sonnet-5"]


def test_a_model_is_marked_once(client: httpx2.Client) -> None:
    for _ in range(2):
        client.put(f"{FAVOURITES}/acme/sonnet-5")
    assert marked(client) == ["acme/sonnet-5"]


def test_a_name_is_kept_as_the_id_that_it_leads_to(client: httpx2.Client) -> None:
    client.put(f"{FAVOURITES}/acme/Sonnet 5")
    assert marked(client) == ["acme/sonnet-5"]


def test_a_model_that_no_list_has_may_be_marked(client: httpx2.Client) -> None:
    said = client.put(f"{FAVOURITES}/openai/ft:mine").json()
    assert said == {"model": "openai/ft:mine", "name": None, "listed": False, "available": None}


def test_a_favourite_is_removed_by_any_name_of_it(client: httpx2.Client) -> None:
    client.put(f"{FAVOURITES}/acme/sonnet-5")
    assert client.delete(f"{FAVOURITES}/acme/Sonnet 5").status_code == 204
    assert marked(client) == []


def test_what_is_no_favourite_cannot_be_removed(client: httpx2.Client) -> None:
    is_problem(client.delete(f"{FAVOURITES}/acme/sonnet-5"), 404)


@pytest.mark.parametrize("name", ["%20", "a%7Fb", "x" * 301, "a%20"])
def test_what_is_no_name_cannot_be_marked(client: httpx2.Client, name: str) -> None:
    is_problem(client.put(f"{FAVOURITES}/{name}"), 422)


def test_nobody_marks_models_without_end(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mine, "MOST_FAVOURITES", 1)
    client.put(f"{FAVOURITES}/acme/sonnet-5")
    assert client.put(f"{FAVOURITES}/acme/sonnet-5").status_code == 200
    is_problem(client.put(f"{FAVOURITES}/acme/sonnet-4"), 422)


def test_favourites_that_are_known_are_not_sent_again(client: httpx2.Client) -> None:
    known = {"if-none-match": client.get(FAVOURITES).headers["etag"]}
    assert client.get(FAVOURITES, headers=known).status_code == 304
    client.put(f"{FAVOURITES}/acme/sonnet-5")
    assert client.get(FAVOURITES, headers=known).status_code == 200


def test_preferences_are_empty_at_first_and_then_as_they_were_put(client: httpx2.Client) -> None:
    assert client.get(PREFERENCES).json() == {}
    wanted = {"last_model": "acme/sonnet-5", "custom_models": {"openai": ["ft:mine"]}, "n": 1.5}
    assert client.put(PREFERENCES, json=wanted).json() == wanted
    assert client.get(PREFERENCES).json() == wanted


def test_preferences_are_put_whole(client: httpx2.Client) -> None:
    client.put(PREFERENCES, json={"a": 1})
    client.put(PREFERENCES, json={"b": None})
    assert client.get(PREFERENCES).json() == {"b": None}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 422),
        (b"null", 422),
        (b"", 422),
        (b"{", 422),
        (b'{"a": NaN}', 422),
        (b'{"a": "\\ud800"}', 422),
        (b'{"a": 1e999}', 422),
        (b'{"a": ' + b"[" * 21 + b"]" * 21 + b"}", 422),
        (b'{"a": ' + b"[" * 8000 + b"]" * 8000 + b"}", 422),
        (b'{"a": "' + b"x" * 16 * 1024 + b'"}', 413),
    ],
    ids=["list", "null", "empty", "cut", "nan", "half", "huge", "deep", "deepest", "large"],
)
def test_preferences_are_a_small_plain_object(
    client: httpx2.Client, body: bytes, status: int
) -> None:
    said = {"content-type": "application/json"}
    is_problem(client.put(PREFERENCES, content=body, headers=said), status)
    assert client.get(PREFERENCES).json() == {}


def uses(client: httpx2.Client, program: str, *models: str) -> Any:
    answer = client.put(f"{BINDINGS}/{program}", json={"models": list(models)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_program_is_bound_to_the_ids_that_its_names_lead_to(client: httpx2.Client) -> None:
    (one,) = uses(client, "bot", "acme/Sonnet 5")["models"]
    assert (one["id"], one["said"], one["how"]) == ("acme/sonnet-5", "acme/Sonnet 5", "alias")
    (program,) = client.get(BINDINGS).json()["bindings"]
    assert (program["program"], program["models"][0]["id"]) == ("bot", "acme/sonnet-5")


def test_what_was_said_when_a_program_was_bound_is_what_is_told_of_it(
    asker: Asker, client: httpx2.Client
) -> None:
    said = uses(client, "bot", "acme/Sonnet 5", "my-server/llama")
    assert client.get(BINDINGS).json() == {"bindings": [said]}
    (first, other) = said["models"]
    assert (first["said"], first["how"]) == ("acme/Sonnet 5", "alias")
    assert None not in (first["since"], other["since"])


def test_a_program_stays_bound_since_it_first_was(asker: Asker, client: httpx2.Client) -> None:
    def since(*models: str) -> dict[str, str]:
        return {one["said"]: one["since"] for one in uses(client, "bot", *models)["models"]}

    first = since("acme/sonnet-5")
    asker.clock.now += timedelta(seconds=1)
    then = since("acme/sonnet-5", "acme/sonnet-4")
    assert then["acme/sonnet-5"] == first["acme/sonnet-5"] < then["acme/sonnet-4"]


def test_a_name_that_leads_nowhere_is_bound_as_it_is(client: httpx2.Client) -> None:
    (one,) = uses(client, "bot", "my-server/llama")["models"]
    assert (one["id"], one["how"]) == ("my-server/llama", "passed-through")


def test_the_models_of_a_program_are_said_anew(client: httpx2.Client) -> None:
    uses(client, "bot", "acme/sonnet-5", "acme/sonnet-4")
    uses(client, "bot", "acme/sonnet-4")
    (program,) = client.get(BINDINGS).json()["bindings"]
    assert [one["id"] for one in program["models"]] == ["acme/sonnet-4"]


def test_a_program_that_uses_nothing_is_forgotten(client: httpx2.Client) -> None:
    uses(client, "bot", "acme/sonnet-5")
    uses(client, "bot")
    assert client.get(BINDINGS).json() == {"bindings": []}


def test_a_program_is_forgotten_once(client: httpx2.Client) -> None:
    uses(client, "teams/bot", "acme/sonnet-5")
    assert client.delete(f"{BINDINGS}/teams/bot").status_code == 204
    is_problem(client.delete(f"{BINDINGS}/teams/bot"), 404)


@pytest.mark.parametrize("models", [["a\nb"], [""], ["x"] * 101, "acme/sonnet-5", ["\u200b"]])
def test_what_is_no_name_cannot_be_bound(client: httpx2.Client, models: Any, asker: Asker) -> None:
    answer = client.put(f"{BINDINGS}/bot", json={"models": models})
    if models == ["\u200b"] and not asker.alone:
        assert answer.status_code == 200
    else:
        is_problem(answer, 422)


def test_nobody_has_programs_without_end(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bound, "MOST_PROGRAMS", 1)
    uses(client, "bot", "acme/sonnet-5")
    uses(client, "bot", "acme/sonnet-4")
    is_problem(client.put(f"{BINDINGS}/other", json={"models": ["acme/sonnet-5"]}), 422)


WRITES = (
    ("PUT", f"{FAVOURITES}/acme/sonnet-5", None),
    ("DELETE", f"{FAVOURITES}/acme/sonnet-5", None),
    ("PUT", PREFERENCES, {}),
    ("PUT", f"{BINDINGS}/bot", {"models": []}),
    ("DELETE", f"{BINDINGS}/bot", None),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize("scope", ["read", "report"])
def test_a_limited_token_changes_nothing(
    asker: Asker, method: str, path: str, body: object, scope: str
) -> None:
    with asker.client(asker.program(scope)) as client:
        is_problem(client.request(method, path, json=body), 403)


def test_a_token_for_writing_writes_and_does_not_read(asker: Asker) -> None:
    with asker.client(asker.program("write")) as client:
        assert client.put(f"{FAVOURITES}/acme/sonnet-5").status_code == 200
        is_problem(client.get(FAVOURITES), 403)
