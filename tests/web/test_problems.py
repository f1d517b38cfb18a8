"""Errors: one shape for all of them, and nothing of the inside in any."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter

from modeldex.domain.errors import BadReferenceData, NoCatalog, StorageError
from modeldex.storage.accounts.patience import current
from modeldex.web.headers import SECURITY
from modeldex.web.looks import CHANGING_S, WITHIN_S
from modeldex.web.problems import of

from .hosting import Service, serving, shelve

WRONG = (
    ("GET", "/nowhere", 404),
    ("GET", "/v1/models/nobody/nothing", 404),
    ("GET", "/v1/models/", 404),
    ("GET", "/api/v1/bases/nobody/nothing", 404),
    ("GET", "/api/v1/models/x.css", 404),
    ("DELETE", "/v1/models", 405),
    ("POST", "/api/v1/models", 405),
    ("PATCH", "/", 405),
    ("GET", "/api/v1/models?limit=0", 422),
    ("GET", "/api/v1/models?limit=1000000000", 422),
    ("GET", "/api/v1/models?no_such_filter=1", 422),
    ("GET", "/api/v1/models?q=contextt:1", 400),
    ("GET", "/api/v1/models?cursor=nonsense", 400),
    ("GET", "/api/v1/cost?model=acme/sonnet-5", 422),
    ("GET", "/api/v1/models?q=" + "x" * 1001, 422),
    ("GET", "/api/v1/resolve?name=" + "x" * 30_000, 414),
)


def is_problem(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["instance"].startswith("urn:modeldex:incident:")
    assert {"type", "title", "detail"} <= said.keys()
    assert all(answer.headers[name.decode()] == value.decode() for name, value in SECURITY)


@pytest.mark.parametrize(("method", "address", "status"), WRONG)
def test_every_error_is_a_problem_with_an_incident(
    client: httpx2.Client, method: str, address: str, status: int
) -> None:
    is_problem(client.request(method, address), status)


def test_a_refused_method_names_those_that_are_taken(client: httpx2.Client) -> None:
    assert client.delete("/v1/models").headers["allow"] == "GET"


def test_a_wrong_parameter_is_named_and_what_was_sent_is_not_repeated(
    client: httpx2.Client,
) -> None:
    answer = client.get("/api/v1/models", params={"limit": "sk-secret"})
    assert answer.json()["errors"][0]["where"] == "query.limit"
    assert "sk-secret" not in answer.text


def test_two_incidents_have_two_names(client: httpx2.Client) -> None:
    first, second = client.get("/nowhere").json(), client.get("/nowhere").json()
    assert first["instance"] != second["instance"]


def failing() -> APIRouter:
    router = APIRouter()

    @router.get("/fails")
    def fails() -> None:
        raise RuntimeError("sk-secret in /home/somebody/file.py")

    @router.api_route("/patience", methods=["GET", "POST"])
    def patience() -> float | None:
        mine = current()
        return mine and mine.left_s

    @router.get("/away")
    def away() -> None:
        raise StorageError("postgresql://ann:hunter2@db.example/x\ndoes not answer")

    @router.get("/stores")
    def stores() -> None:
        raise StorageError("/home/somebody/catalog.db cannot be read")

    return router


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("broken")
    shelve(folder)
    with serving(folder, more=(failing(),)) as found:
        yield found


@pytest.mark.parametrize(("address", "status"), [("/fails", 500), ("/stores", 503)])
def test_a_mistake_of_our_own_says_nothing_of_the_inside(
    broken: Service, address: str, status: int
) -> None:
    with broken.client() as client:
        answer = client.get(address)
    is_problem(answer, status)
    assert not any(word in answer.text for word in ("secret", "somebody", "Error", "Traceback"))


def test_after_a_mistake_the_same_connection_is_answered_on(broken: Service) -> None:
    with broken.client() as client:
        for _ in range(5):
            assert client.get("/fails").status_code == 500
            assert client.get("/v1/models").status_code == 200


def test_the_log_says_where_a_mistake_was_made_and_not_what_was_in_it(
    broken: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with broken.client() as client:
        incident = client.get("/fails").json()["instance"].rpartition(":")[2]
    assert incident in caplog.text
    assert "RuntimeError at" in caplog.text
    assert "in fails" in caplog.text
    assert "somebody" not in caplog.text


def test_the_log_has_the_cause_of_what_is_not_available_and_no_password(
    broken: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with broken.client() as client:
        incident = client.get("/away").json()["instance"].rpartition(":")[2]
    assert f"incident {incident} at /away: StorageError: " in caplog.text
    assert "db.example/x does not answer" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(("method", "seconds"), [("get", WITHIN_S), ("post", CHANGING_S)])
def test_a_request_waits_so_long_for_the_accounts(
    broken: Service, method: str, seconds: float
) -> None:
    with broken.client() as client:
        assert client.request(method, "/patience").json() == seconds


@pytest.mark.parametrize("kind", [NoCatalog, StorageError, BadReferenceData])
def test_an_error_that_names_a_path_is_told_without_it(kind: type[NoCatalog]) -> None:
    problem = of(kind("/home/somebody/catalog.db is damaged"))
    assert "/home" not in problem.detail


def test_without_a_catalog_the_service_lives_and_is_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path) as service, service.client() as client:
        assert client.get("/healthz").status_code == 200
        is_problem(client.get("/readyz"), 503)
        is_problem(client.get("/v1/models"), 503)
