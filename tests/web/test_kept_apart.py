"""What is kept of each user stays theirs; of one user nothing is made before it is needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .hosting import TOKEN, serving, shelve
from .many import Many, serving_many
from .test_mine import BINDINGS, FAVOURITES, PREFERENCES, marked, uses
from .test_problems import is_problem

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("several")) as found:
        found.first()
        yield found


def test_nobody_sees_what_others_set(many: Many) -> None:
    ann, bob = many.join("ann"), many.join("bob")
    with many.client(ann) as client:
        client.put(f"{FAVOURITES}/acme/sonnet-5")
        client.put(PREFERENCES, json={"secret": "plan"})
        uses(client, "bot", "acme/sonnet-5")
    with many.client(bob) as client:
        assert marked(client) == []
        assert client.get(PREFERENCES).json() == {}
        assert client.get(BINDINGS).json() == {"bindings": []}
        is_problem(client.delete(f"{BINDINGS}/bot"), 404)


def test_nothing_is_made_on_disk_before_something_is_kept(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        client.get("/available-models")
        client.get("/api/v1/admin/status")
        assert not (tmp_path / "own").exists()
        client.put(PREFERENCES, json={"a": 1})
        assert (tmp_path / "own" / "accounts" / "single.db").exists()


def test_what_one_user_keeps_outlives_the_service(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        client.put(PREFERENCES, json={"a": 1})
    with serving(tmp_path) as service, service.client() as client:
        assert client.get(PREFERENCES).json() == {"a": 1}


def test_a_stranger_has_nothing_made_on_disk(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client("mdx_" + "a" * 39) as client:
        is_problem(client.get("/api/v1/favourites"), 401)
    assert not (tmp_path / "own").exists()


def test_a_program_of_one_user_is_known_after_a_new_start(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        text = client.post("/api/v1/tokens", json={"name": "bot"}).json()["text"]
    with serving(tmp_path) as service, service.client(text) as client:
        assert client.get("/api/v1/favourites").status_code == 200


def test_accounts_that_cannot_be_read_are_a_problem_and_the_catalog_is_not(tmp_path: Path) -> None:
    shelve(tmp_path)
    folder = tmp_path / "own" / "accounts"
    folder.mkdir(parents=True)
    (folder / "single.db").write_bytes(b"no database" * 1000)
    with serving(tmp_path) as service, service.client() as client:
        is_problem(client.get(PREFERENCES), 503)
        assert client.get("/v1/models").status_code == 200
        said = client.get("/api/v1/admin/status").json()["database"]
        assert (said["reachable"], said["users"]) == (False, None)
    with serving(tmp_path) as service, service.client("mdx_" + "a" * 39) as client:
        is_problem(client.get("/v1/models"), 503)


def test_the_token_of_the_start_is_needed_where_no_program_is_known(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client(TOKEN + "x") as client:
        is_problem(client.get(PREFERENCES), 401)
