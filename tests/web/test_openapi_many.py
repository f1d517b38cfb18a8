"""With accounts as without: every answer keeps to the OpenAPI document, whoever asks whatever."""

from collections.abc import Iterator
from typing import Any

import pytest

from .many import Many, serving_many
from .test_openapi import ROUTES, WHATEVER_IS_SENT, keeps_to_it

WHO = ("admin", "ann")
OF_PEOPLE = sorted(
    (route, "admin" if "/admin" in route else "ann")
    for route in ROUTES
    if any(word in route for word in ("admin", "session", "password", "setup", "connections"))
    or "available" in route
)
"""What only accounts have; the rest is asked briefly where one user has it all."""
ENDS = ("DELETE /api/v1/session", "DELETE /api/v1/sessions/{id}", "PUT /api/v1/password")


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("openapi"), ports=[1]) as many:
        many.first()
        many.join("ann")
        yield many


@pytest.fixture(scope="module")
def document(accounts: Many) -> dict[str, Any]:
    with accounts.client(accounts.people["ann"]) as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def token(many: Many, who: str, route: str) -> str:
    """An access token of somebody; a new one where the route may end the session."""
    return (many.sign_in(who) if route in ENDS else many.people[who]).access


@pytest.mark.once
@pytest.mark.parametrize(("route", "who"), OF_PEOPLE)
def test_every_answer_keeps_to_the_document(
    accounts: Many, document: dict[str, Any], route: str, who: str
) -> None:
    keeps_to_it(accounts.address, token(accounts, who, route), document, route, 4)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_keeps_to_the_document_at_length(
    accounts: Many, document: dict[str, Any], route: str, who: str
) -> None:
    keeps_to_it(
        accounts.address, token(accounts, who, route), document, route, 40, WHATEVER_IS_SENT
    )
