"""The OpenAPI document, and that every answer keeps to it, whatever is asked."""

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import httpx2
import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from modeldex.web.actors import OPEN
from modeldex.web.routes import ROUTERS

from .hosting import TOKEN, Service

pytestmark = pytest.mark.once

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
"""`positive_data_acceptance` is left out: a query and a cursor can mean nothing although they are
text of the right form, and are refused then."""
WHATEVER_IS_SENT = [check for check in CHECKS if check is not negative_data_rejection]
"""In many examples are some whose fault no address can express, such as a filter that is null or is
said twice: they arrive as good requests. The brief form looks for what ought to be refused."""
REFUSED = (400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 421, 422, 428, 429, "5xx")
"""What refuses bad data: here also a Host header under which the service is not known (421)."""
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": list(REFUSED)}}}
)
ROUTES = sorted(
    f"{method} {route.path}"
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
)


@pytest.fixture(scope="session")
def document(service: Service) -> dict[str, Any]:
    with service.client() as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operation(document: dict[str, Any], route: str) -> Any:
    method, _, path = route.partition(" ")
    schema = schemathesis.openapi.from_dict(document, config=CONFIG)
    return schema[path.replace(":path", "")][method]


def keeps_to_it(
    address: str,
    token: str,
    document: dict[str, Any],
    route: str,
    examples: int,
    checks: Sequence[Any] = CHECKS,
) -> None:
    path = route.partition(" ")[2]
    nothing_to_spoil = path in OPEN
    for mode in list(GenerationMode)[: 1 if nothing_to_spoil else 2]:
        cases = operation(document, route).as_strategy(generation_mode=mode)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(
                base_url=address,
                headers={"authorization": f"Bearer {token}"},
                checks=checks,
            )

        check()


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_keeps_to_the_document(
    service: Service, document: dict[str, Any], route: str
) -> None:
    keeps_to_it(service.address, TOKEN, document, route, 8)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_keeps_to_the_document_at_length(
    service: Service, document: dict[str, Any], route: str
) -> None:
    keeps_to_it(service.address, TOKEN, document, route, 60, WHATEVER_IS_SENT)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"


def test_every_route_is_described(document: dict[str, Any]) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert described == {route.replace(":path", "") for route in ROUTES}


def test_every_route_says_what_its_errors_are(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for one in operations.values():
            assert "application/problem+json" in one["responses"]["default"]["content"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    names = {one.rpartition("/")[2] for one in references(document)}
    assert names <= document["components"]["schemas"].keys()


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is sent or comes, by where it stands; a catalog file is none to read."""
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            for said in (one.get("requestBody", {}), *one["responses"].values()):
                for media, body in said.get("content", {}).items():
                    if media != "application/vnd.sqlite3":
                        yield f"{method} {path} {media}", body


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    assert [where for where, body in bodies(document) if "example" not in body] == []


def test_every_example_keeps_to_its_schema(document: dict[str, Any]) -> None:
    for where, body in bodies(document):
        whole = {**body["schema"], "components": document["components"]}
        faults = list(Draft202012Validator(whole).iter_errors(body["example"]))
        assert not faults, (where, faults[0].message)


def test_no_example_is_for_nothing(document: dict[str, Any]) -> None:
    written = json.loads(files("modeldex.web").joinpath("examples.json").read_text("utf-8"))
    shown = [body["example"] for _, body in bodies(document)]
    assert [name for name, one in written.items() if one not in shown] == []


def test_only_what_is_read_can_be_as_it_was(document: dict[str, Any]) -> None:
    unchanged = {
        method
        for operations in document["paths"].values()
        for method, one in operations.items()
        if "304" in one["responses"]
    }
    assert unchanged == {"get"}


def test_the_first_example_of_a_query_can_be_asked(
    document: dict[str, Any], client: httpx2.Client
) -> None:
    query = {one["name"]: one for one in document["paths"]["/api/v1/models"]["get"]["parameters"]}
    example = query["q"]["schema"]["examples"][0]
    assert client.get("/api/v1/models", params={"q": example}).status_code == 200
