"""People with keys of their own: each sees what their keys open, and nobody sees another's."""

import itertools
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest

from tests.service.many.house import Host

from .many import Many, Person, add, port_of, serving_many

PRIVATE = "ft:house-secret-7q2x"
APART = timedelta(seconds=31)
_numbers = itertools.count(1)


def key(of: str) -> str:
    return f"gsk_{sha256(of.encode()).hexdigest()[:40]}"


def opens(host: Host, who: Person, *models: str) -> str:
    """A key of somebody's, which opens these models."""
    host.lists[key(who.name)] = models
    return key(who.name)


def available(client: httpx2.Client, **params: object) -> set[str]:
    answer = client.get("/available-models", params=params)
    assert answer.status_code == 200, answer.text
    return {one["id"] for each in answer.json()["providers"] for one in each["models"]}


def ready(client: httpx2.Client) -> set[str]:
    return {one["id"] for one in client.get("/v1/models?ready=true").json()["data"]}


def known(client: httpx2.Client) -> set[str]:
    return {one["id"] for one in client.get("/v1/models").json()["data"]}


def test_a_key_added_through_the_api_shows_its_list_at_once(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    added = add(hers, host, opens(host, ann, "one", "two"))
    assert (added.status_code, added.json()["models"]) == (201, 2)
    assert available(hers) == ready(hers) == {"groq/one", "groq/two"}


def test_a_list_that_grew_is_seen_within_one_refresh(
    many: Many, host: Host, ann: Person, hers: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, "one"))
    opens(host, ann, "one", "two")
    many.clock.now += APART
    assert available(hers) == {"groq/one"}
    assert available(hers, force_refresh=True) == ready(hers) == {"groq/one", "groq/two"}


def test_two_people_see_exactly_what_their_keys_open(
    host: Host, ann: Person, bob: Person, hers: httpx2.Client, his: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, "shared", "only-hers"))
    add(his, host, opens(host, bob, "shared", "only-his"))
    assert available(hers) == ready(hers) == {"groq/shared", "groq/only-hers"}
    assert available(his) == ready(his) == {"groq/shared", "groq/only-his"}
    assert "groq/only-hers" not in known(his)


def test_many_who_ask_at_once_for_one_provider_get_their_own_lists(many: Many, host: Host) -> None:
    people = [many.join(f"one of many {next(_numbers)}") for _ in range(6)]
    for number, who in enumerate(people):
        opens(host, who, f"of-{number}")

    def ask(who: Person) -> list[set[str]]:
        with many.client(who) as client:
            add(client, host, key(who.name))
            return [available(client), ready(client), available(client, force_refresh=True)]

    with ThreadPoolExecutor(len(people)) as pool:
        seen = list(pool.map(ask, people))
    assert seen == [[{f"groq/of-{number}"}] * 3 for number in range(len(people))]


def test_two_with_the_same_key_share_one_request(
    many: Many, host: Host, bob: Person, hers: httpx2.Client, his: httpx2.Client
) -> None:
    shared = opens(host, bob, "team")
    add(hers, host, shared)
    add(his, host, shared)
    assert available(hers) == available(his) == {"groq/team"}
    assert host.asked[shared] == 1


def public(client: httpx2.Client) -> dict[str, str]:
    """What everybody may ask about the catalog."""
    addresses = (
        "/api/v1/models?limit=200&facets=true",
        f"/api/v1/models?q={PRIVATE}",
        "/api/v1/models?q=house-secret",
        f"/api/v1/models/groq/{PRIVATE}",
        f"/v1/models/groq/{PRIVATE}",
        "/api/v1/facets",
        "/api/v1/bases",
        "/api/v1/providers",
        "/api/v1/changes?since=365d",
        "/api/v1/changes.atom?since=365d",
        "/api/v1/changes.json?since=365d",
        "/api/v1/resolve?name=house-secret",
        "/api/v1/deprecations",
        "/api/v1/catalog",
        "/available-models",
        "/v1/models",
        "/v1/models?shape=openrouter",
        "/openapi.json",
        "/",
        "/healthz",
        "/readyz",
    )
    return {address: _said(client.get(address)) for address in addresses}


def _said(answer: httpx2.Response) -> str:
    """Status, headers and body, but for what differs between any two answers."""
    answer.headers.pop("date", None)
    body = answer.text
    if answer.headers.get("content-type") == "application/problem+json":
        body = body.replace(answer.json()["instance"], "")
    return f"{answer.status_code} {dict(answer.headers)} {body}"


def test_a_private_model_changes_nothing_that_anybody_else_is_told(
    host: Host, ann: Person, hers: httpx2.Client, his: httpx2.Client
) -> None:
    before = public(his)
    add(hers, host, opens(host, ann, PRIVATE))
    assert f"groq/{PRIVATE}" in known(hers)
    assert public(his) == before


def test_a_private_model_is_in_no_log_and_no_number(
    many: Many,
    host: Host,
    ann: Person,
    hers: httpx2.Client,
    his: httpx2.Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        add(hers, host, opens(host, ann, PRIVATE))
        assert f"groq/{PRIVATE}" in available(hers)
        numbers = his.get("/metrics").text
    assert "modeldex_requests_total" in numbers
    assert PRIVATE not in numbers + caplog.text


@pytest.mark.parametrize("address", ["/v1/models/groq/{}", "/v1/models/groq/{}?shape=anthropic"])
def test_a_private_model_is_there_for_its_owner_alone(
    host: Host, ann: Person, hers: httpx2.Client, his: httpx2.Client, address: str
) -> None:
    add(hers, host, opens(host, ann, PRIVATE))
    asked = address.format(PRIVATE)
    assert (hers.get(asked).status_code, his.get(asked).status_code) == (200, 404)


def test_the_owners_entity_tag_opens_nothing_to_another(
    host: Host, ann: Person, hers: httpx2.Client, his: httpx2.Client
) -> None:
    add(hers, host, opens(host, ann, PRIVATE))
    for address in ("/available-models", "/v1/models", "/api/v1/connections"):
        tag = {"if-none-match": hers.get(address).headers["etag"]}
        assert hers.get(address, headers=tag).status_code == 304
        assert his.get(address, headers=tag).status_code == 200


def test_a_removed_key_takes_its_list_with_it(host: Host, ann: Person, hers: httpx2.Client) -> None:
    kept = add(hers, host, opens(host, ann, "one")).json()["id"]
    assert hers.delete(f"/api/v1/connections/{kept}").status_code == 204
    assert available(hers) == ready(hers) == set()
    assert hers.get("/api/v1/connections").json() == {"connections": []}
    assert hers.get(f"/api/v1/connections/{kept}").status_code == 404


def test_a_removed_key_is_not_answered_for_from_memory(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    hers_alone = opens(host, ann, "one")
    kept = add(hers, host, hers_alone).json()["id"]
    hers.delete(f"/api/v1/connections/{kept}")
    opens(host, ann, "two")
    add(hers, host, hers_alone)
    assert available(hers) == {"groq/two"}


def test_a_replaced_key_shows_the_list_of_the_new_one(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    kept = add(hers, host, opens(host, ann, "old")).json()["id"]
    host.lists[key("the next of hers")] = ["new"]
    changed = {"key": key("the next of hers"), "base_url": host.url}
    answer = hers.put(f"/api/v1/connections/{kept}", json=changed)
    assert answer.json()["status"] == "ok"
    assert available(hers) == ready(hers) == {"groq/new"}


def test_a_key_that_the_provider_refuses_shows_nothing_of_the_one_before(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    kept = add(hers, host, opens(host, ann, "old")).json()["id"]
    wrong = {"key": key("nobody has this"), "base_url": host.url}
    answer = hers.put(f"/api/v1/connections/{kept}", json=wrong)
    assert answer.json()["status"] == "key_rejected"
    assert available(hers) == ready(hers) == set()


def test_a_server_of_a_users_own_that_sends_too_much_is_not_read(
    host: Host, hers: httpx2.Client
) -> None:
    host.lists["much"] = [f"{'a' * 230}-{n}" for n in range(36_000)]
    said = add(hers, host, "much").json()
    assert (said["status"], said["models"]) == ("too_large", None)
    assert "8,388,608" in said["message"]


def test_a_key_goes_to_no_other_host_than_it_was_given_for(
    host: Host, ann: Person, hers: httpx2.Client
) -> None:
    kept = add(hers, host, opens(host, ann, "one")).json()["id"]
    elsewhere = {"base_url": "https://elsewhere.example.com/v1"}
    assert hers.put(f"/api/v1/connections/{kept}", json=elsewhere).status_code == 409


def test_no_byte_of_a_removed_or_replaced_key_stays_on_disk(tmp_path: Path, host: Host) -> None:
    with serving_many(tmp_path, ports=[port_of(host)]) as many:
        who = many.first()
        with many.client(who) as client:
            ids = [
                add(client, host, opens(host, who, "one"), label=f"l{n}").json()["id"]
                for n in range(3)
            ]
            sealed = [many.tenancy.accounts.connections.sealed(who.id, one) for one in ids]
            there = b"".join(many.written().values())
            assert all(one is not None and one.body in there for one in sealed)
            client.delete(f"/api/v1/connections/{ids[0]}")
            client.put(
                f"/api/v1/connections/{ids[1]}", json={"key": key("x"), "base_url": host.url}
            )
            there = b"".join(many.written().values())
        stays = [one is not None and one.body in there for one in sealed]
    assert stays == [False, False, True]
