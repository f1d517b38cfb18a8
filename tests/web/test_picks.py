"""Picks and aliases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from modeldex.domain.alias import AliasSpan
from modeldex.domain.catalog import CatalogContent, History
from modeldex.domain.outcome import Outcome
from modeldex.storage.publishing import publish
from tests.cli.shelf import MODELS, PROVIDERS, stamp
from tests.conftest import NOW

from .both import asker as asker
from .both import client as client
from .hosting import serving
from .many import add, listing_by_key, port_of, serving_many
from .test_problems import is_problem

BUCKETS = ["coding", "reasoning", "chat", "fast", "vision", "image"]


def test_every_purpose_has_its_picks(client: httpx2.Client) -> None:
    said = client.get("/api/v1/picks").json()["buckets"]
    assert list(said) == BUCKETS
    first = said["chat"]["picks"][0]
    assert set(first) == {"id", "score", "known", "because", "curated"}


def test_a_purpose_may_be_asked_for(client: httpx2.Client) -> None:
    said = client.get("/api/v1/picks", params={"bucket": ["fast", "chat"]}).json()["buckets"]
    assert list(said) == ["fast", "chat"]
    is_problem(client.get("/api/v1/picks", params={"bucket": "luck"}), 422)


def test_too_few_picks_say_why(client: httpx2.Client) -> None:
    assert client.get("/api/v1/picks").json()["buckets"]["image"]["short"]


def providers(client: httpx2.Client, **query: object) -> set[str]:
    said = client.get("/api/v1/picks", params=query).json()["buckets"].values()
    return {pick["id"].partition("/")[0] for one in said for pick in one["picks"]}


def test_one_user_has_picks_of_what_they_can_call(service_of_one: httpx2.Client) -> None:
    assert providers(service_of_one) == {"acme"}
    assert providers(service_of_one, mine=False) == {"acme", "globex"}


@pytest.fixture
def service_of_one(tmp_path: Path) -> Iterator[httpx2.Client]:
    publish_with_aliases(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        yield client


def test_somebody_among_many_has_picks_of_what_their_own_keys_open(tmp_path: Path) -> None:
    key = "gsk_" + "0123456789abcdefghij"
    lists = {key: ["llama-3.3-70b-versatile", "openai/gpt-oss-120b"]}
    with listing_by_key(lists) as host, serving_many(tmp_path, ports=[port_of(host)]) as many:
        many.first()
        ann, bob = many.join("ann"), many.join("bob")
        with many.client(ann) as client:
            assert providers(client) == {"acme", "globex"}
            assert providers(client, mine=True) == set()
            assert add(client, host, key).status_code == 201
            assert providers(client) == {"groq"}
            assert providers(client, mine=False) == {"acme", "globex"}
        with many.client(bob) as client:
            assert "groq" not in providers(client)


def span(alias: str, id: str, since: int, until: int | None = None) -> AliasSpan:
    day = timedelta(days=1)
    return AliasSpan(
        alias=alias,
        id=id,
        since=NOW - since * day,
        until=None if until is None else NOW - until * day,
    )


SPANS = (
    span("mystery", "acme/mystery", 9),
    span("router", "globex/router", 9),
    span("sonnet", "acme/sonnet-5", 3),
)
FORMER = span("sonnet", "acme/sonnet-4", 9, 3)


def publish_with_aliases(folder: Path) -> None:
    content = CatalogContent(
        published_at=NOW,
        providers=PROVIDERS,
        listings=tuple(stamp(row.id, Outcome.OK, row.id == "acme", 4) for row in PROVIDERS),
        models=MODELS,
        opened={"acme:1": frozenset(one.id for one in MODELS if one.provider == "acme")},
        history=History(given=(*SPANS, FORMER)),
    )
    publish(folder, content)


@pytest.fixture
def named(service_of_one: httpx2.Client) -> httpx2.Client:
    return service_of_one


def names(client: httpx2.Client, **query: object) -> list[str]:
    return [one["alias"] for one in client.get("/api/v1/aliases", params=query).json()["aliases"]]


def test_aliases_are_shown_with_what_they_lead_to(named: httpx2.Client) -> None:
    said = named.get("/api/v1/aliases").json()
    assert (said["total"], said["next"]) == (3, None)
    assert said["aliases"][2] == {
        "alias": "sonnet",
        "id": "acme/sonnet-5",
        "since": "2026-11-17T12:00:00Z",
        "until": None,
    }


def test_former_days_are_shown_when_asked_for(named: httpx2.Client) -> None:
    said = named.get("/api/v1/aliases", params={"history": True}).json()["aliases"]
    of_sonnet = [(one["id"], one["until"]) for one in said if one["alias"] == "sonnet"]
    assert of_sonnet == [("acme/sonnet-4", "2026-11-17T12:00:00Z"), ("acme/sonnet-5", None)]


def test_a_part_of_the_alias_or_the_id_narrows_them(named: httpx2.Client) -> None:
    assert names(named, q="SONN") == ["sonnet"]
    assert names(named, q="globex") == ["router"]


def test_aliases_come_in_pages(named: httpx2.Client) -> None:
    first = named.get("/api/v1/aliases", params={"limit": 2}).json()
    rest = named.get("/api/v1/aliases", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["alias"] for one in (*first["aliases"], *rest["aliases"])] == [
        one.alias for one in SPANS
    ]
    assert rest["next"] is None
    is_problem(named.get("/api/v1/aliases", params={"q": "x", "cursor": first["next"]}), 400)
