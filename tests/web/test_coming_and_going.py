"""Tokens and sessions, and how they end: with the next request."""

from datetime import timedelta

import httpx2
import pytest

from modeldex.domain.account import Actor, Role
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.programs import add_token, revoke_token
from tests.service.many.house import Host

from .many import PASSWORD, Many, Person, add


def test_who_signs_out_is_out_at_once(many: Many, ann: Person, hers: httpx2.Client) -> None:
    assert hers.get("/v1/models").status_code == 200
    assert hers.delete("/api/v1/session").status_code == 204
    assert hers.get("/v1/models").status_code == 401
    assert hers.post("/api/v1/session/renew", json={"renewal": ann.renewal}).status_code == 401
    with many.client() as stranger:
        renewed = stranger.post("/api/v1/session/renew", json={"renewal": ann.renewal})
    assert renewed.status_code == 401


def test_who_signs_out_here_stays_signed_in_elsewhere(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    with many.client(many.sign_in(ann.name)) as elsewhere:
        hers.delete("/api/v1/session")
        assert elsewhere.get("/v1/models").status_code == 200


def test_who_is_shut_out_is_out_with_the_next_request(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    assert hers.get("/v1/models").status_code == 200
    many.change(ann, disabled=True)
    assert hers.get("/v1/models").status_code == 401
    password = {"name": ann.name, "password": ann.password}
    with many.client() as stranger:
        assert stranger.post("/api/v1/session", json=password).status_code == 401


def test_who_is_shut_out_by_another_process_is_out_within_a_second(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    assert hers.get("/v1/models").status_code == 200
    many.tenancy.people.disable(Occasion(many.clock()), ann.id)
    many.soon()
    assert hers.get("/v1/models").status_code == 401


def test_another_role_counts_from_the_next_request_on(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    seen = [hers.get("/api/v1/admin/users").status_code]
    for role in (Role.ADMIN, Role.USER):
        many.change(ann, role=role)
        seen.append(hers.get("/api/v1/admin/users").status_code)
    assert seen == [403, 200, 403]


def test_a_programs_token_is_worth_no_more_than_its_user(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    many.change(ann, role=Role.ADMIN)
    wanted = {"name": "rules", "scopes": ["admin"]}
    made = hers.post("/api/v1/tokens", json=wanted)
    with many.client(made.json()["text"]) as program:
        assert program.get("/api/v1/admin/users").status_code == 200
        many.change(ann, role=Role.USER)
        assert program.get("/api/v1/admin/users").status_code == 403
    assert hers.post("/api/v1/tokens", json=wanted).status_code == 403


def test_who_is_let_in_again_has_to_sign_in_anew(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    many.change(ann, disabled=True)
    many.change(ann, disabled=False)
    assert hers.get("/v1/models").status_code == 401
    with many.client(many.sign_in(ann.name)) as again:
        assert again.get("/v1/models").status_code == 200


def test_an_access_token_ends_after_a_quarter_of_an_hour(many: Many, hers: httpx2.Client) -> None:
    many.clock.now += timedelta(minutes=14)
    assert hers.get("/v1/models").status_code == 200
    many.clock.now += timedelta(minutes=2)
    assert hers.get("/v1/models").status_code == 401


def test_a_session_is_renewed_once_and_ends_with_a_second_use(many: Many, ann: Person) -> None:
    with many.client() as stranger:
        first = stranger.post("/api/v1/session/renew", json={"renewal": ann.renewal})
        with many.client(first.json()["access"]) as renewed:
            assert renewed.get("/v1/models").status_code == 200
            stolen = stranger.post("/api/v1/session/renew", json={"renewal": ann.renewal})
            many.soon()
            assert stolen.status_code == renewed.get("/v1/models").status_code == 401
        following = stranger.post(
            "/api/v1/session/renew", json={"renewal": first.json()["renewal"]}
        )
    assert following.status_code == 401


def test_a_new_password_ends_every_other_session(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    elsewhere = many.sign_in(ann.name)
    change = {"old": ann.password, "new": PASSWORD.format(name="the new one")}
    assert hers.put("/api/v1/password", json=change).status_code == 204
    assert hers.get("/v1/models").status_code == 200
    with many.client(elsewhere) as other:
        assert other.get("/v1/models").status_code == 401


def test_a_new_password_takes_every_programs_token_back(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    text = hers.post("/api/v1/tokens", json={"name": "bot"}).json()["text"]
    change = {"old": ann.password, "new": PASSWORD.format(name="the new one")}
    with many.client(text) as program:
        assert program.get("/v1/models").status_code == 200
        assert hers.put("/api/v1/password", json=change).status_code == 204
        assert program.get("/v1/models").status_code == 401


def test_a_programs_token_ends_when_it_runs_out_and_when_it_is_taken_back(
    many: Many, ann: Person
) -> None:
    on, me = Occasion(many.clock(), ann.id), Actor(user=ann.id, role=Role.USER, by="session")
    accounts = many.tenancy.accounts
    _, short = add_token(accounts, on, me, "short", None, on.now + timedelta(minutes=1))
    taken, back = add_token(accounts, on, me, "taken back")
    with many.client(short) as first, many.client(back) as second:
        assert [one.get("/v1/models").status_code for one in (first, second)] == [200, 200]
        revoke_token(accounts, on, me, taken.id)
        many.clock.now += timedelta(minutes=2)
        assert [one.get("/v1/models").status_code for one in (first, second)] == [401, 401]


@pytest.mark.parametrize("scope", ["report", "refresh", "keys", "admin"])
def test_a_token_that_is_not_for_reading_reads_nothing(many: Many, ann: Person, scope: str) -> None:
    on = Occasion(many.clock(), ann.id)
    mighty = Actor(user=ann.id, role=Role.ADMIN, by="session")
    _, text = add_token(many.tenancy.accounts, on, mighty, scope, frozenset({scope}))
    with many.client(text) as client:
        addresses = ("/available-models", "/v1/models", "/api/v1/models", "/api/v1/usage")
        assert {client.get(one).status_code for one in addresses} == {403}


def test_a_token_for_reading_changes_nothing(many: Many, host: Host, ann: Person) -> None:
    on, me = Occasion(many.clock(), ann.id), Actor(user=ann.id, role=Role.USER, by="session")
    _, text = add_token(many.tenancy.accounts, on, me, "reads", frozenset({"read"}))
    with many.client(text) as client:
        assert add(client, host, "never kept").status_code == 403
        assert client.post("/api/v1/calls", json={"calls": []}).status_code == 403
        assert client.get("/available-models?force_refresh=true").status_code == 403
        assert client.get("/available-models").status_code == 200


def test_a_limited_token_makes_no_token_and_ends_no_session(
    many: Many, ann: Person, hers: httpx2.Client
) -> None:
    every = ["read", "write", "report", "refresh", "keys"]
    made = hers.post("/api/v1/tokens", json={"name": "much", "scopes": every}).json()
    change = {"old": ann.password, "new": PASSWORD.format(name="somebody else")}
    with many.client(made["text"]) as program:
        asked = [
            program.post("/api/v1/tokens", json={"name": "more"}),
            program.post("/api/v1/tokens", json={"name": "less", "scopes": ["read"]}),
            program.delete(f"/api/v1/tokens/{made['token']['id']}"),
            program.delete(f"/api/v1/sessions/{ann.session}"),
            program.delete("/api/v1/session"),
            program.put("/api/v1/password", json=change),
        ]
    assert [answer.status_code for answer in asked] == [403] * 6
    assert hers.get("/v1/models").status_code == 200
