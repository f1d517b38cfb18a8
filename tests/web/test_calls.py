"""Reported calls: what is counted, what is refused, and that nobody sees another's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest

from modeldex.domain.account import Actor, Call, Role, User
from modeldex.service.reading import Catalog
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.web.asking import Asking
from modeldex.web.problems import Problem
from modeldex.web.routes.calls import MOST_CALLS, led
from modeldex.web.tenancy import Tenancy
from tests.conftest import NOW

from .hosting import Service, serving, shelve
from .test_problems import is_problem

SCOPES = {"ann": None, "bob": None, "reporter": {"report"}, "reader": {"read"}}
"""Token → what it is limited to; those with limits are Ann's."""
URL = "/api/v1/calls"


async def admit(asking: Asking) -> Actor:
    token = b"".join(asking.credentials).decode()
    if token not in SCOPES:
        raise Problem(401, "who is that?")
    scopes = SCOPES[token]
    user = "ann" if scopes else token
    limits = frozenset(scopes) if scopes else None
    return Actor(user=user, role=Role.USER, by="token", scopes=limits)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path_factory.mktemp('accounts')}/accounts.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, accounts: Accounts) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("catalogs")
    shelve(folder)
    nothing = cast(Any, None)
    tenancy = Tenancy(accounts, *[nothing] * (len(Tenancy._fields) - 1))
    instead = {"admit": admit, "tenancy": tenancy, "single": None}
    with serving(folder, instead=instead, rules={}) as found:
        yield found


@pytest.fixture(autouse=True)
def _people(accounts: Accounts) -> None:
    for name in ("ann", "bob"):
        with accounts.transaction() as db:
            db.exec_driver_sql(f"DELETE FROM person WHERE id = '{name}'")
        accounts.people.add(User(id=name, name=name, created_at=NOW), None)


def call(id: str = "k1", **fields: Any) -> dict[str, Any]:
    return {"id": id, "at": NOW.isoformat(), "model": "acme/sonnet-5", "ok": True, **fields}


def send(many: Service, *calls: dict[str, Any], token: str = "ann") -> httpx2.Response:
    with many.client(token) as client:
        return client.post(URL, json={"calls": list(calls)})


def counted(many: Service, *calls: dict[str, Any], token: str = "ann") -> dict[str, int]:
    answer = send(many, *calls, token=token)
    assert answer.status_code == 200, answer.text
    found: dict[str, int] = answer.json()
    return found


def used(many: Service, token: str = "ann", **query: Any) -> Any:
    with many.client(token) as client:
        return client.get("/api/v1/usage", params=query).json()


def test_calls_are_counted(many: Service) -> None:
    found = counted(many, call("k1"), call("k2"))
    assert found == {"new": 2, "again": 0, "unknown": 0, "skipped": 0}


def test_a_batch_sent_again_counts_nothing(many: Service) -> None:
    counted(many, call("k1"), call("k2"))
    assert counted(many, call("k2"), call("k1"), call("k3"))["new"] == 1


def test_an_unknown_name_is_counted_as_it_came(many: Service) -> None:
    assert counted(many, call(model="my-server/acme/sonnet-5"))["unknown"] == 1
    assert [one["model"] for one in used(many)["usage"]] == ["my-server/acme/sonnet-5"]


def test_calls_too_old_or_ahead_of_the_clock_are_not_counted(many: Service) -> None:
    old, ahead = NOW - timedelta(days=36), NOW + timedelta(hours=1)
    said = counted(many, call("k1", at=old.isoformat()), call("k2", at=ahead.isoformat()))
    assert said == {"new": 0, "again": 0, "unknown": 0, "skipped": 2}


def test_an_empty_batch_is_no_mistake(many: Service) -> None:
    assert counted(many)["new"] == 0


def test_a_full_batch_is_taken_and_a_fuller_one_is_not(many: Service) -> None:
    calls = [call(f"k{at}") for at in range(MOST_CALLS + 1)]
    assert counted(many, *calls[:-1])["new"] == MOST_CALLS
    is_problem(send(many, *calls), 422)


@pytest.mark.parametrize(
    "wrong",
    [
        {"message": "the prompt was: sk-secret"},
        {"error": "Key sk-secret was rejected"},
        {"at": "2026-11-20T12:00:00"},
        {"capability": "telepathy"},
        {"latency_ms": -1},
        {"output_tokens": 10**30},
        {"model": "a\nb"},
        {"model": ""},
        {"id": ""},
        {"id": "a b"},
    ],
)
def test_what_is_no_outcome_is_refused_and_not_repeated(
    many: Service, wrong: dict[str, Any]
) -> None:
    answer = send(many, call(**wrong))
    is_problem(answer, 422)
    assert "sk-secret" not in answer.text


def test_an_unknown_word_for_an_error_counts_as_other(many: Service, accounts: Accounts) -> None:
    counted(many, call(ok=False, error="gremlins"), call("k2", ok=False, error="timeout"))
    assert accounts.calls.tally("acme/sonnet-5", None, NOW.date()).failures == {
        "other": 1,
        "timeout": 1,
    }


def test_a_call_that_went_well_has_no_error(many: Service, accounts: Accounts) -> None:
    counted(many, call(error="timeout"))
    tally = accounts.calls.tally("acme/sonnet-5", None, NOW.date())
    assert (tally.ok, tally.failures) == (1, {})


def test_usage_is_told_by_day_and_model(many: Service) -> None:
    yesterday = (NOW - timedelta(days=1)).isoformat()
    counted(
        many,
        call("k1", input_tokens=10, latency_ms=300),
        call("k2", ok=False, error="timeout"),
        call("k3", at=yesterday),
    )
    found = used(many)
    assert (found["calls"], found["failed"], len(found["usage"])) == (3, 1, 2)
    assert found["usage"][1] == {
        "day": "2026-11-20",
        "model": "acme/sonnet-5",
        "calls": 2,
        "failed": 1,
        "input_tokens": 10,
        "output_tokens": None,
        "latency_ms": 300,
    }


def test_usage_is_of_as_many_days_as_are_asked_for(many: Service) -> None:
    counted(many, call("k1"), call("k2", at=(NOW - timedelta(days=1)).isoformat()))
    assert used(many, days=1)["calls"] == 1


def test_nobody_sees_what_others_called(many: Service) -> None:
    counted(many, call("k1", model="my-server/secret"))
    assert used(many, token="bob")["usage"] == []


def test_two_users_may_choose_the_same_id_for_a_call(many: Service) -> None:
    assert counted(many, call("k1"))["new"] == 1
    assert counted(many, call("k1"), token="bob")["new"] == 1


def test_usage_that_is_known_already_is_not_sent_again(many: Service) -> None:
    with many.client("ann") as client:
        tag = client.get("/api/v1/usage").headers["etag"]
        assert client.get("/api/v1/usage", headers={"if-none-match": tag}).status_code == 304
        counted(many, call())
        assert client.get("/api/v1/usage", headers={"if-none-match": tag}).status_code == 200


def test_a_token_may_be_for_reporting_alone(many: Service) -> None:
    assert counted(many, call(), token="reporter")["new"] == 1
    with many.client("reporter") as client:
        is_problem(client.get("/api/v1/usage"), 403)


def test_a_token_for_reading_reports_nothing(many: Service) -> None:
    is_problem(send(many, call(), token="reader"), 403)


def test_a_stranger_reports_nothing(many: Service) -> None:
    is_problem(send(many, call(), token="nobody"), 401)


def test_calls_of_the_one_user_of_a_machine_are_counted_too(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        assert client.post(URL, json={"calls": [call(), call()]}).json()["new"] == 1
        assert client.get("/api/v1/usage").json()["calls"] == 1


def test_an_installation_that_keeps_nothing_says_so(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path, instead={"single": None}) as service, service.client() as client:
        is_problem(client.post(URL, json={"calls": []}), 404)
        is_problem(client.get("/api/v1/usage"), 404)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("catalog")
    shelve(folder)
    path: Path | None = current(folder)
    assert path is not None
    return Catalog(CatalogFile(path), {}, NOW)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("acme/sonnet-5", "acme/sonnet-5"),
        ("acme/Sonnet 5", "acme/sonnet-5"),
        ("sonnet-4", "acme/sonnet-4"),
        ("my-server/acme/sonnet-5", None),
        ("my-server/sonnet-4", None),
        ("acme/no-such-model", None),
    ],
)
def test_a_name_leads_to_the_model_that_was_called(
    catalog: Catalog, name: str, id: str | None
) -> None:
    assert led(catalog, [name]) == {name: id}


def test_names_without_number_are_not_all_looked_up(catalog: Catalog) -> None:
    strange = [f"acme/Model {at}" for at in range(200)]
    found = led(catalog, [*strange, "acme/Sonnet 5", "acme/sonnet-5"])
    assert found["acme/Sonnet 5"] is None
    assert found["acme/sonnet-5"] == "acme/sonnet-5"


def test_a_reported_call_is_kept_as_it_was(many: Service, accounts: Accounts) -> None:
    counted(many, call(capability="tools", ok=False, error="unsupported"))
    (told,) = accounts.observed.told(NOW.date())
    assert (told.user, told.model, told.error) == ("ann", "acme/sonnet-5", "unsupported")
    assert set(Call.__struct_fields__) == {"id", "at", "model", "ok", "capability", "error"} | {
        "latency_ms",
        "input_tokens",
        "output_tokens",
    }
