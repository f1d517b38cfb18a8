"""Sessions: a person sees where they are signed in, and ends what is theirs."""

from collections.abc import Iterator

import pytest

from .many import Many, serving_many
from .test_problems import is_problem

URL = "/api/v1/sessions"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("signed-in")) as found:
        found.first()
        found.join("ann")
        yield found


def test_a_session_is_ended_from_another(many: Many) -> None:
    here, there = many.sign_in("ann"), many.sign_in("ann")
    with many.client(here) as client, many.client(there) as other:
        assert other.get(URL).status_code == 200
        assert client.delete(f"{URL}/{there.session}").status_code == 204
        is_problem(other.get(URL), 401)
        found = {one["id"]: one["current"] for one in client.get(URL).json()["sessions"]}
    assert found[here.session] is True
    assert there.session not in found


def test_a_session_of_somebody_else_is_not_there(many: Many) -> None:
    ann, admin = many.sign_in("ann"), many.sign_in("admin")
    with many.client(admin) as client:
        is_problem(client.delete(f"{URL}/{ann.session}"), 404)
    with many.client(ann) as client:
        assert client.get(URL).status_code == 200


def test_a_program_is_in_no_session(many: Many) -> None:
    ann = many.sign_in("ann")
    with many.client(ann) as client:
        text = client.post("/api/v1/tokens", json={"name": "bot"}).json()["text"]
    with many.client(text) as program:
        assert not any(one["current"] for one in program.get(URL).json()["sessions"])
