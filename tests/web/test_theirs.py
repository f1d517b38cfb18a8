"""What one of many users' own keys open, asked for in the catalog of all and beyond it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
import yaml

from modeldex.domain.catalog import CatalogContent
from modeldex.domain.provider import Provider
from modeldex.domain.query import SORT_KEYS
from modeldex.service.many.views import Shelf, Shelved
from modeldex.storage.in_memory import InMemory
from modeldex.web import theirs
from modeldex.web.opened import MOST_BESIDE
from tests.service.many.house import Host

from .many import Many, port_of, serving_many
from .test_many import APART, key

MODELS, EXPORTS = "/api/v1/models", "/api/v1/exports"
FINE_TUNE = "ft:sonnet-5:house"
ROW = """
[providers.acme]
name = "Acme"
base_url = "{url}"
dialect = "openai"
key = "listing"
"""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Many]:
    """A service whose operator has a row, and a catalog, of a provider `acme`."""
    home = tmp_path_factory.mktemp("theirs")
    (home / "config.toml").write_text(ROW.format(url=host.url))
    with serving_many(home, ports=[port_of(host)]) as found:
        found.first()
        yield found


@contextmanager
def somebody(many: Many, host: Host, *models: str) -> Iterator[httpx2.Client]:
    """Somebody new whose key for acme opens these models; without any, they have no key."""
    name = f"user {next(_numbers)}"
    with many.client(many.join(name)) as client:
        if models:
            host.lists[key(name)] = models
            added = client.post("/api/v1/connections", json={"provider": "acme", "key": key(name)})
            assert (added.status_code, added.json()["status"]) == (201, "ok"), added.text
        yield client


def found(client: httpx2.Client, **params: object) -> list[str]:
    answer = client.get(MODELS, params={"kind": "all", "mine": True, **params})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["total"] == len(said["models"])
    return [model["id"] for model in said["models"]]


@pytest.mark.parametrize("params", [{"mine": True}, {"mine": False, "q": "is:mine"}])
def test_mine_is_what_this_users_keys_open_and_nothing_of_the_operators(
    house: Many, host: Host, params: dict[str, object]
) -> None:
    with (
        somebody(house, host, "sonnet-4") as hers,
        somebody(house, host, "sonnet-5", "mystery") as his,
        somebody(house, host) as nobodys,
    ):
        assert found(hers, **params) == ["acme/sonnet-4"]
        assert found(his, **params) == ["acme/sonnet-5", "acme/mystery"]
        assert found(nobodys, **params) == []


def test_mine_is_filtered_as_everything_is(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4", "embed-1", FINE_TUNE) as client:
        assert found(client, kind="embedding") == ["acme/embed-1"]
        assert found(client, q="sonnet tools:yes") == ["acme/sonnet-4"]
        assert found(client, max_price="1") == ["acme/sonnet-4"]
        assert found(client, q="house") == [f"acme/{FINE_TUNE}"]


def test_a_model_that_the_catalog_lacks_is_theirs_alone(house: Many, host: Host) -> None:
    with (
        somebody(house, host, "sonnet-4", FINE_TUNE) as hers,
        somebody(house, host, "sonnet-4") as his,
    ):
        assert found(hers) == ["acme/sonnet-4", f"acme/{FINE_TUNE}"]
        assert found(his) == ["acme/sonnet-4"]
        assert found(his, q="house") == []


@pytest.mark.parametrize("order", [*SORT_KEYS, *(f"-{one}" for one in SORT_KEYS), None])
def test_pages_of_mine_are_in_order_without_gap_or_repetition(
    house: Many, host: Host, order: str | None
) -> None:
    models = ("sonnet-5", "sonnet-4", "mystery", "embed-1", FINE_TUNE, "AA", "zz")
    with somebody(house, host, *models) as client:
        params = {"sort": order} if order else {}
        whole = found(client, **params)
        walked, cursor = [], None
        for _ in models:
            more = {"cursor": cursor} if cursor else {}
            page = client.get(
                MODELS, params={"kind": "all", "mine": True, "limit": 1, **params, **more}
            ).json()
            walked += [one["id"] for one in page["models"]]
            cursor = page["next"]
        assert (cursor, walked) == (None, whole)
        assert sorted(whole) == sorted(f"acme/{one}" for one in models)
        shared = [one for one in whole if one in found(client, q="tools:yes", **params)]
        everybodys = client.get(MODELS, params={"q": "tools:yes provider:acme", **params}).json()
        assert shared == [one["id"] for one in everybodys["models"]]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id", ["acme/AA", "acme/mid", "acme/sonnet-5", "acme/zz"]),
        ("-id", ["acme/zz", "acme/sonnet-5", "acme/mid", "acme/AA"]),
        ("price", ["acme/sonnet-5", "acme/AA", "acme/mid", "acme/zz"]),
    ],
)
def test_models_beyond_the_catalog_stand_where_the_order_has_them(
    house: Many, host: Host, order: str, ids: list[str]
) -> None:
    with somebody(house, host, "sonnet-5", "zz", "AA", "mid") as client:
        assert found(client, sort=order) == ids


def test_facets_of_mine_count_what_the_keys_open(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4", FINE_TUNE) as client:
        said = client.get("/api/v1/facets", params={"kind": "all", "mine": True}).json()
        assert (said["total"], said["facets"]["provider"]) == (2, [{"value": "acme", "count": 2}])
        every = client.get("/api/v1/facets", params={"kind": "all"}).json()["facets"]["mine"]
        assert {one["value"]: one["count"] for one in every} == {True: 1, False: 5}


def test_exports_of_mine_hold_what_the_keys_open(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4", FINE_TUNE) as client:
        lines = client.get(f"{EXPORTS}/csv?mine=true&kind=all").text.splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [
            "acme/sonnet-4",
            f"acme/{FINE_TUNE}",
        ]
        text = client.get(f"{EXPORTS}/litellm?mine=true&kind=all").text
        listed = yaml.safe_load(text)["model_list"]
        assert {one["model_name"] for one in listed} == {"acme/sonnet-4", f"acme/{FINE_TUNE}"}
        assert len(client.get(f"{EXPORTS}/jsonl?q=is:mine&limit=1").text.splitlines()) == 1


def test_an_answer_about_mine_is_made_anew_when_the_keys_list_changes(
    house: Many, host: Host
) -> None:
    with somebody(house, host, "sonnet-4") as client:
        addresses = (f"{MODELS}?mine=true", "/api/v1/facets", f"{EXPORTS}/csv?mine=true")
        tags = {one: client.get(one).headers["etag"] for one in addresses}
        assert all(
            client.get(one, headers={"if-none-match": tag}).status_code == 304
            for one, tag in tags.items()
        )
        before = client.get("/api/v1/facets").json()["facets"]["mine"]
        host.lists[next(reversed(host.lists))] = ("sonnet-4", "sonnet-5")
        house.clock.now += APART
        client.get("/available-models?force_refresh=true")
        assert [
            client.get(one, headers={"if-none-match": tag}).status_code for one, tag in tags.items()
        ] == [200, 200, 200]
        assert client.get("/api/v1/facets").json()["facets"]["mine"] != before


def test_one_users_entity_tag_and_cursor_open_nothing_to_another(house: Many, host: Host) -> None:
    asked = f"{MODELS}?mine=true&limit=1&kind=all"
    with (
        somebody(house, host, "sonnet-4", FINE_TUNE) as hers,
        somebody(house, host, "sonnet-4", "sonnet-5") as his,
    ):
        first = hers.get(asked)
        other = his.get(asked, headers={"if-none-match": first.headers["etag"]})
        assert other.status_code == 200
        behind = his.get(f"{asked}&cursor={first.json()['next']}")
        assert FINE_TUNE not in behind.text


def test_of_very_many_models_beyond_the_catalog_the_first_are_found_and_worked_out_once(
    house: Many, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(content: CatalogContent) -> InMemory:
        made.append(len(content.models))
        return InMemory(content)

    monkeypatch.setattr(theirs, "InMemory", counted)
    names = [f"own-{number:04}" for number in range(MOST_BESIDE + 1)]
    with somebody(house, host, "sonnet-4", *reversed(names)) as client:
        ids = [f"acme/{name}" for name in ("sonnet-4", names[0], names[-2], names[-1])]
        asked = [client.get(f"{MODELS}/{one}").status_code for one in ids]
        assert asked == [200, 200, 200, 404]
        assert client.get("/api/v1/resolve?name=nothing").status_code == 200
        total = client.get(f"{MODELS}?mine=true&kind=all&limit=1").json()["total"]
        assert (total, made) == (MOST_BESIDE + 1, [MOST_BESIDE])


def test_what_is_known_of_their_models_is_not_made_from_the_lists_again(
    house: Many, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    read = Shelf.of

    def of(shelf: Shelf, listing: str, row: Provider) -> Shelved:
        made.append(listing)
        return read(shelf, listing, row)

    with somebody(house, host, "sonnet-4", FINE_TUNE) as client:
        asked = (f"{MODELS}/acme/{FINE_TUNE}", f"{MODELS}?mine=true", "/api/v1/resolve?name=no")
        assert client.get(asked[0]).status_code == 200
        monkeypatch.setattr(Shelf, "of", of)
        assert [client.get(one).status_code for one in asked] == [200] * len(asked)
    assert made == []


def test_their_own_model_is_shown_priced_compared_and_resolved_to_them_alone(
    house: Many, host: Host
) -> None:
    own = f"acme/{FINE_TUNE}"
    asked = (
        f"{MODELS}/{own}",
        f"{MODELS}/{own}?sources=true&history=true",
        f"/api/v1/compare?id={own}&id=acme/sonnet-4",
        f"/api/v1/cost?model={own}&input=1000&output=1000",
    )
    with somebody(house, host, FINE_TUNE) as hers, somebody(house, host) as his:
        assert [hers.get(one).status_code for one in asked] == [200] * len(asked)
        assert [his.get(one).status_code for one in asked] == [404] * len(asked)
        assert hers.get(asked[0]).json()["available"] is True
        for name in (own, FINE_TUNE):
            led = [one.get("/api/v1/resolve", params={"name": name}).json() for one in (hers, his)]
            assert led[0]["id"] == own
            assert (led[1]["id"], led[1]["how"]) == (name, "passed-through")


def test_what_the_catalog_has_leads_where_it_leads_everybody(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4", FINE_TUNE) as hers, somebody(house, host) as his:
        for name in ("acme/sonnet-5", "sonnet-4", "nothing at all"):
            asked = f"/api/v1/resolve?name={name}"
            assert hers.get(asked).json() == his.get(asked).json()
