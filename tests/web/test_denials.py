"""Who is turned away stands in the audit log, and no more often than that it can be read."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modeldex.credentials.api_tokens import made
from modeldex.domain.audit import AuditEntry
from modeldex.domain.errors import StorageError
from modeldex.storage.accounts.audit import Audit
from modeldex.web.limiting import RULES
from tests.waiting import comes

from .many import GENEROUS, PASSWORD, Many, Person, serving_many

pytestmark = pytest.mark.once
DENIED = "access.deny"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("denials")) as many:
        many.first()
        many.join("ann")
        yield many


@pytest.fixture
def ann(home: Many) -> Person:
    return home.people["ann"]


def denials(many: Many) -> list[AuditEntry]:
    return [one for one in many.tenancy.accounts.audit.last(1000) if one.action == DENIED]


def after(many: Many, deed: Callable[[], object], count: int = 1) -> list[AuditEntry]:
    """The denials that a deed leads to."""
    before = len(denials(many))
    deed()
    assert comes(lambda: len(denials(many)) >= before + count)
    return denials(many)[: len(denials(many)) - before]


def program(many: Many, person: Person, *scopes: str) -> str:
    with many.client(person) as client:
        wanted = {"name": "a program", "scopes": list(scopes)}
        return str(client.post("/api/v1/tokens", json=wanted).json()["text"])


def test_who_lacks_a_right_is_written_down_with_it(home: Many, ann: Person) -> None:
    with home.client(ann) as client:
        (found,) = after(home, lambda: client.get("/api/v1/admin/users"))
        answer = client.get("/api/v1/admin/users")
    assert (found.user, found.subject, found.result) == (ann.id, "admin", "refused")
    assert found.where == "127.0.0.1"
    assert comes(lambda: answer.json()["instance"].endswith(denials(home)[0].request_id))


@pytest.mark.parametrize(
    ("scope", "method", "path", "lacking"),
    [
        ("report", "GET", "/v1/models", "read"),
        ("read", "PUT", "/api/v1/favourites/acme/sonnet-5", "write"),
        ("report", "PUT", "/api/v1/favourites/acme/sonnet-5", "write"),
        ("keys", "POST", "/api/v1/tokens", "whole token"),
        ("write", "DELETE", f"/api/v1/connections/{'0' * 32}", "keys"),
    ],
)
def test_what_a_limited_token_is_not_for_is_written_down(
    home: Many, ann: Person, scope: str, method: str, path: str, lacking: str
) -> None:
    with home.client(program(home, ann, scope)) as client:
        body = {"name": "a"} if method == "POST" else None
        (found,) = after(home, lambda: client.request(method, path, json=body))
    assert (found.user, found.subject) == (ann.id, lacking)


def test_a_token_that_nobody_knows_is_written_down_without_it(home: Many) -> None:
    token = made()
    with home.client(token) as client:
        (found,) = after(home, lambda: client.get("/v1/models"))
    assert (found.user, found.subject, token in repr(found)) == (None, "token", False)


def test_a_wrong_set_up_code_is_written_down_without_it(home: Many) -> None:
    wanted = {"name": "eve", "password": PASSWORD.format(name="eve"), "code": made("mds_")}
    with home.client() as client:
        (found,) = after(home, lambda: client.post("/api/v1/setup", json=wanted))
    assert (found.user, found.subject) == (None, "setup code")
    assert "eve" not in repr(found)


def test_what_is_allowed_is_no_denial(home: Many, ann: Person) -> None:
    before = len(denials(home))
    with home.client(ann) as client:
        client.get("/v1/models")
        client.get("/api/v1/models/nobody/knows-this")
        after(home, lambda: client.get("/api/v1/admin/users"))
    assert len(denials(home)) == before + 1


@pytest.mark.parametrize(("rule", "others"), [("denied", 1), ("denied-all", 0)])
def test_so_many_are_written_down_and_no_more(tmp_path: Path, rule: str, others: int) -> None:
    with serving_many(tmp_path, rules={**GENEROUS, rule: "3/minute"}) as many:
        many.first()
        ann, bob = many.join("ann"), many.join("bob")
        with many.client(ann) as hers, many.client(bob) as his:
            answers = [hers.get("/api/v1/admin/users").status_code for _ in range(20)]
            answers.append(his.get("/api/v1/admin/users").status_code)
        assert comes(lambda: len(denials(many)) == 3 + others)
        many.house.denials.close()  # type: ignore[union-attr]
        assert (answers, len(denials(many))) == ([403] * 21, 3 + others)
    assert {"denied", "denied-all"} <= RULES.keys()


def test_a_database_that_takes_nothing_in_changes_no_answer_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_said: object, **_more: object) -> None:
        asked.append(1)
        raise StorageError("away")

    asked: list[int] = []
    with serving_many(tmp_path) as many:
        many.first()
        ann = many.join("ann")
        monkeypatch.setattr(Audit, "write", away)
        with many.client(ann) as client, caplog.at_level(logging.WARNING, "modeldex.web"):
            found = [client.get("/api/v1/admin/users").status_code for _ in range(3)]
            assert comes(lambda: len(asked) == 3)
            monkeypatch.undo()
            after(many, lambda: client.get("/api/v1/admin/users"))
    told = [one for one in caplog.messages if "turned away" in one]
    assert (found, told) == (
        [403] * 3,
        ["who is turned away cannot be written down (StorageError)"],
    )
