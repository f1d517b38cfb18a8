"""While nothing of a user can be read, they see what everybody shares, and nothing is made up."""

from collections.abc import Iterator
from unittest.mock import patch

import httpx2
import pytest

from modeldex.domain.errors import StorageError
from modeldex.service.many.standing import Standings
from tests.service.many.house import Host

from .many import Many, Person, add
from .test_many import available, opens
from .test_problems import is_problem


@pytest.fixture
def away(hers: httpx2.Client) -> Iterator[httpx2.Client]:
    """Somebody of whom nothing was read yet, while connections cannot be."""

    def looked(_standings: Standings, _user: str) -> None:
        raise StorageError("the accounts are away")

    with patch.object(Standings, "_looked", looked):
        yield hers


def test_whether_they_can_call_a_model_is_unknown(away: httpx2.Client) -> None:
    models = away.get("/api/v1/models").json()["models"]
    assert {one["available"] for one in models} == {None}
    assert away.get(f"/api/v1/models/{models[0]['id']}").json()["available"] is None


@pytest.mark.parametrize("path", ["deprecations", "resolve?name=sonnet-4", "picks?mine=false"])
def test_what_everybody_shares_is_answered(away: httpx2.Client, path: str) -> None:
    assert away.get(f"/api/v1/{path}").status_code == 200


def test_values_are_counted_but_not_what_is_theirs(away: httpx2.Client) -> None:
    facets = away.get("/api/v1/facets").json()["facets"]
    assert "provider" in facets
    assert "mine" not in facets


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/models?mine=true",
        "/api/v1/models/groq/ft:one-of-theirs",
        "/api/v1/resolve?name=ft:one-of-theirs",
        "/api/v1/cost?model=ft:one-of-theirs&input=1&output=1",
        "/api/v1/providers",
        "/available-models",
        "/v1/models",
    ],
)
def test_what_may_be_theirs_is_not_denied(away: httpx2.Client, path: str) -> None:
    is_problem(away.get(path), 503)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("litellm?kind=all", 503),
        ("csv?callable_only=true", 503),
        ("litellm?callable_only=false", 200),
        ("csv", 200),
    ],
)
def test_an_export_of_what_they_can_call_is_not_empty_but_refused(
    away: httpx2.Client, asked: str, status: int
) -> None:
    assert away.get(f"/api/v1/exports/{asked}").status_code == status


@pytest.mark.parametrize("name", ["sonnet-4", "ft:one-of-theirs"])
def test_no_program_is_bound_to_what_may_not_be_meant(away: httpx2.Client, name: str) -> None:
    is_problem(away.put("/api/v1/bindings/bot", json={"models": [name]}), 503)
    assert away.get("/api/v1/bindings").json()["bindings"] == []


def test_a_program_is_unbound_whatever_can_be_read(away: httpx2.Client) -> None:
    assert away.put("/api/v1/bindings/bot", json={"models": []}).status_code == 200


def test_an_answer_without_what_is_theirs_is_not_kept_for_later(
    many: Many, host: Host, ann: Person, hers: httpx2.Client
) -> None:
    def looked(_standings: Standings, _user: str) -> None:
        raise StorageError("the accounts are away")

    with patch.object(Standings, "_looked", looked):
        unread = hers.get("/api/v1/models")
    again = hers.get("/api/v1/models", headers={"if-none-match": unread.headers["etag"]})
    assert again.status_code == 200
    assert None not in {one["available"] for one in again.json()["models"]}


def test_what_was_read_counts_after_a_check_too(
    many: Many, host: Host, ann: Person, hers: httpx2.Client
) -> None:
    def looked(_standings: Standings, _user: str) -> None:
        raise StorageError("the accounts are away")

    added = add(hers, host, opens(host, ann, "hers")).json()["id"]
    assert hers.post(f"/api/v1/connections/{added}/check").status_code == 200
    with patch.object(Standings, "_looked", looked):
        assert available(hers) == {"groq/hers"}
        assert hers.delete(f"/api/v1/connections/{added}").status_code == 204
        is_problem(hers.get("/available-models"), 503)
