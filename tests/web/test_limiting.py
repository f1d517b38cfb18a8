"""How often somebody may ask, of a service for many that really listens."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from modeldex.credentials.api_tokens import made
from modeldex.web.limiting import RULES, Limiter, whose
from modeldex.web.problems import Problem
from tests.conftest import NOW

from .many import Many, serving_many

pytestmark = pytest.mark.once
RENEW = "/api/v1/session/renew"


@contextmanager
def limited(folder: Path, **rules: str) -> Iterator[Many]:
    """A service for many with these rules, and generous ones beside them."""
    named = {name.replace("_", "-"): rule for name, rule in rules.items()}
    with serving_many(folder, rules={**dict.fromkeys(RULES, "1000/minute"), **named}) as many:
        yield many


def limiter(**rules: str) -> Limiter:
    return Limiter(lambda: NOW, rules)


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("somebody: me", "somebody: me"),
        ("", ""),
    ],
)
def test_who_has_a_network_is_one_asker(address: str, counts_as: str) -> None:
    assert whose(address) == counts_as


def test_a_fresh_address_of_the_same_network_is_no_fresh_asker() -> None:
    rules = limiter(stranger="2/minute")
    rules.spend("stranger", "2001:db8::1")
    rules.spend("stranger", "2001:db8::2")
    with pytest.raises(Problem):
        rules.spend("stranger", "2001:db8::3")
    rules.spend("stranger", "2001:db8:0:1::1")


@pytest.mark.parametrize("rule", ["2/minute", "2000/minute"])
def test_to_check_counts_nothing(rule: str) -> None:
    rules, most = limiter(stranger=rule), int(rule.partition("/")[0])
    for _ in range(3):
        rules.check("stranger", "a")
    rules.spend("stranger", "a", most)
    with pytest.raises(Problem) as met:
        rules.check("stranger", "a")
    assert (met.value.status, met.value.headers["ratelimit"][:15]) == (429, '"stranger";r=0;')


@pytest.mark.parametrize("most", [20, 2000])
def test_what_was_too_much_leaves_room_for_less(most: int) -> None:
    rules = limiter(calls=f"{most}/day")
    rules.spend("calls", "a", most - 1)
    with pytest.raises(Problem):
        rules.spend("calls", "a", 2)
    left = rules.spend("calls", "a", 1)
    assert left is not None
    assert left.remaining == 0


def test_without_a_rule_nothing_is_too_much() -> None:
    rules = limiter()
    rules.check("stranger", "a")
    assert (rules.spend("stranger", "a"), rules.spare("stranger", "a")) == (None, True)


def statuses(client: httpx2.Client, *paths: str) -> list[int]:
    return [client.get(path).status_code for path in paths]


def test_who_asks_for_ever_new_answers_is_slowed_down_and_nobody_else(tmp_path: Path) -> None:
    with limited(tmp_path, read="4/minute") as many:
        many.first()
        ann, bob = many.join("ann"), many.join("bob")
        with many.client(ann) as hers, many.client(bob) as his:
            asked = [f"/api/v1/facets?q=context:>={number}" for number in range(5)]
            assert statuses(hers, *asked) == [200] * 4 + [429]
            assert statuses(his, *asked[:2]) == [200, 200]


def test_an_answer_that_is_ready_costs_nothing(tmp_path: Path) -> None:
    with limited(tmp_path, read="2/minute") as many, many.client(many.first()) as client:
        assert statuses(client, *["/v1/models"] * 9) == [200] * 9


CHANGES: Mapping[str, tuple[str, str, object]] = {
    "favourite": ("PUT", "/api/v1/favourites/acme/sonnet-5", None),
    "preferences": ("PUT", "/api/v1/preferences", {"a": 1}),
    "binding": ("PUT", "/api/v1/bindings/bot", {"models": []}),
    "token": ("POST", "/api/v1/tokens", {"name": "a"}),
    "key": ("DELETE", f"/api/v1/connections/{'0' * 32}", None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_may_be_changed_so_often(tmp_path: Path, change: str) -> None:
    method, path, body = CHANGES[change]
    with limited(tmp_path, write="3/minute") as many, many.client(many.first()) as client:
        found = [client.request(method, path, json=body).status_code for _ in range(4)]
    assert (found[2] == 429, found[3]) == (False, 429)


@pytest.mark.parametrize("change", ["token", "key"])
def test_tokens_and_keys_have_a_narrower_rule(tmp_path: Path, change: str) -> None:
    method, path, body = CHANGES[change]
    with limited(tmp_path, keys="2/minute") as many, many.client(many.first()) as client:
        found = [client.request(method, path, json=body).status_code for _ in range(3)]
    assert (found[1] == 429, found[2]) == (False, 429)


def test_a_renewal_that_is_sent_again_and_again_fills_no_log(tmp_path: Path) -> None:
    with limited(tmp_path, stranger="5/minute") as many:
        old = many.first().renewal
        with many.client() as client:
            found = [
                client.post(RENEW, json={"renewal": old}).status_code for _ in range(1 + 5 + 20)
            ]
        written = [one.action for one in many.tenancy.accounts.audit.last(100)]
    assert found == [201] + [401] * 5 + [429] * 20
    assert written.count("session.reuse") == 5


def test_made_up_tokens_are_looked_for_so_often_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with limited(tmp_path, stranger="3/minute") as many:
        boss = many.first()
        with many.client(boss) as client:
            token = client.post("/api/v1/tokens", json={"name": "a"}).json()["text"]
        with many.client(token) as program:
            assert program.get("/v1/models").status_code == 200
        tokens, looked = many.tenancy.accounts.tokens, []
        real = type(tokens).api

        def api(*said: object) -> object:
            looked.append(said)
            return real(*said)  # type: ignore[arg-type]

        monkeypatch.setattr(type(tokens), "api", api)
        found = []
        for _ in range(10):
            with many.client(made()) as client:
                found.append(client.get("/v1/models").status_code)
        assert (found, len(looked)) == ([401] * 3 + [429] * 7, 3)
        many.soon()
        for known in (boss, token):
            with many.client(known) as client:
                assert client.get("/v1/models").status_code == 200


def test_all_addresses_together_try_so_many_passwords(tmp_path: Path) -> None:
    with limited(tmp_path, sign_in_all="2/5 minutes") as many, many.client() as client:
        said = [{"name": f"name {number}", "password": "x"} for number in range(3)]
        found = [client.post("/api/v1/session", json=one).status_code for one in said]
    assert found == [401, 401, 429]


def test_a_day_has_room_for_so_many_calls_of_one_user(tmp_path: Path) -> None:
    def batch(first: int) -> dict[str, object]:
        at = NOW.isoformat()
        one = {"model": "acme/sonnet-5", "at": at, "ok": True}
        return {"calls": [{**one, "id": f"call-{number}"} for number in range(first, first + 40)]}

    with limited(tmp_path, calls="2000/day") as many, many.client(many.first()) as client:
        found = [client.post("/api/v1/calls", json=batch(40 * one)) for one in range(51)]
    assert [one.status_code for one in found] == [200] * 50 + [429]
    assert int(found[-1].headers["retry-after"]) > 0
