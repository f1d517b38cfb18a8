"""`/api/v1`: the catalog, asked."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from msgspec.structs import replace

from modeldex.domain.query import SORT_KEYS
from tests.cli.shelf import MODELS as MODELS_THERE

from .hosting import serving, shelve

MODELS = "/api/v1/models"


def found(client: httpx2.Client, **params: object) -> list[str]:
    answer = client.get(MODELS, params={"kind": "all", **params})
    assert answer.status_code == 200, answer.text
    return sorted(model["id"] for model in answer.json()["models"])


def test_a_plain_list_shows_chat_models_and_those_of_unknown_kind(client: httpx2.Client) -> None:
    ids = [model["id"] for model in client.get(MODELS).json()["models"]]
    assert "acme/mystery" in ids
    assert "acme/embed-1" not in ids


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"q": "sonnet provider:acme"}, ["acme/sonnet-4", "acme/sonnet-5"]),
        ({"q": "is:free"}, ["globex/sonnet-5"]),
        ({"tools": "true"}, ["acme/sonnet-4", "acme/sonnet-5"]),
        ({"tools": "false"}, ["globex/sonnet-5"]),
        ({"provider": "globex", "min_context": "100k"}, ["globex/sonnet-5"]),
        ({"max_price": "1", "tools": "true"}, ["acme/sonnet-4"]),
        ({"reasoning": "true"}, ["acme/sonnet-5"]),
        ({"kind": "embedding"}, ["acme/embed-1"]),
    ],
)
def test_the_query_language_and_the_filters_are_those_of_the_terminal(
    client: httpx2.Client, params: dict[str, str], ids: list[str]
) -> None:
    assert found(client, **params) == ids


def test_only_what_the_users_keys_open(client: httpx2.Client) -> None:
    assert all(one.startswith("acme/") for one in found(client, mine=True))


def test_what_was_left_out_because_it_is_unknown_is_counted(client: httpx2.Client) -> None:
    answer = client.get(MODELS, params={"tools": True}).json()
    assert (answer["total"], answer["unknown"]) == (2, 2)


def test_a_misspelt_word_is_mended_and_that_is_said(client: httpx2.Client) -> None:
    answer = client.get(MODELS, params={"q": "sonet"}).json()
    assert (answer["total"], answer["read_as"]) == (3, ["sonnet"])


@pytest.mark.parametrize("key", SORT_KEYS)
def test_pages_lead_through_every_order_without_gap_or_repetition(
    client: httpx2.Client, key: str
) -> None:
    params = {"kind": "all", "sort": key}
    whole = [one["id"] for one in client.get(MODELS, params=params).json()["models"]]
    walked: list[str] = []
    page = client.get(MODELS, params={**params, "limit": 2}).json()
    while True:
        walked += [one["id"] for one in page["models"]]
        if page["next"] is None:
            break
        page = client.get(MODELS, params={**params, "limit": 2, "cursor": page["next"]}).json()
    assert walked == whole


def test_a_model_is_the_document_that_the_terminal_prints(client: httpx2.Client) -> None:
    model = client.get(f"{MODELS}/acme/sonnet-5").json()
    assert model["price"]["cache_read"] == "0.3"
    assert (model["available"], model["structured_output"]) == (True, None)


def test_fields_are_chosen_and_the_id_is_always_there(client: httpx2.Client) -> None:
    (first, *_) = client.get(MODELS, params={"fields": "name"}).json()["models"]
    assert set(first) == {"id", "name"}


def test_a_field_that_no_model_has_is_told_with_the_closest(client: httpx2.Client) -> None:
    answer = client.get(MODELS, params={"fields": "nmae"})
    assert (answer.status_code, answer.json()["hint"]) == (422, "did you mean name?")


def test_every_witness_of_a_field_is_shown_when_asked_for(client: httpx2.Client) -> None:
    claims = client.get(f"{MODELS}/acme/sonnet-5", params={"sources": True}).json()["claims"]
    assert claims["tools"][0]["source"] == "api"


def test_facets_count_all_that_match_and_not_only_the_page(client: httpx2.Client) -> None:
    params = {"kind": "all", "limit": 1, "facets": True}
    facets = client.get(MODELS, params=params).json()["facets"]
    assert facets["provider"] == [{"value": "acme", "count": 4}, {"value": "globex", "count": 2}]


def test_unknown_is_a_value_of_a_facet(client: httpx2.Client) -> None:
    facets = client.get("/api/v1/facets", params={"kind": "all"}).json()["facets"]
    counts = {one["value"]: one["count"] for one in facets["tools"]}
    assert counts == {True: 2, False: 1, None: 3}


def test_a_model_with_two_modalities_counts_for_each(client: httpx2.Client) -> None:
    params = {"q": "id:acme/sonnet-5"}
    facets = client.get("/api/v1/facets", params=params).json()["facets"]
    assert {one["value"] for one in facets["input_modalities"]} == {"text", "image"}


def test_providers_say_what_the_last_try_came_to(client: httpx2.Client) -> None:
    lines = {one["provider"]: one for one in client.get("/api/v1/providers").json()["providers"]}
    assert (lines["acme"]["outcome"], lines["acme"]["age_s"]) == ("ok", 7200)
    assert (lines["globex"]["outcome"], lines["globex"]["available"]) == ("timeout", False)


def test_one_provider_is_as_in_the_list(client: httpx2.Client) -> None:
    lines = client.get("/api/v1/providers").json()["providers"]
    assert client.get("/api/v1/providers/acme").json() == lines[0]


def test_a_provider_that_is_not_there_is_a_problem_with_the_closest(
    client: httpx2.Client,
) -> None:
    answer = client.get("/api/v1/providers/acmee")
    assert (answer.status_code, answer.json()["hint"]) == (404, "did you mean acme?")


def test_every_base_says_who_serves_it_and_pages_lead_through(tmp_path: Path) -> None:
    shelve(tmp_path, (replace(one, base=f"lab/{one.native_id}") for one in MODELS_THERE))
    with serving(tmp_path) as service, service.client() as client:
        first = client.get("/api/v1/bases", params={"limit": 3}).json()
        rest = client.get("/api/v1/bases", params={"cursor": first["next"]}).json()
        offers = client.get("/api/v1/bases/lab/sonnet-5/endpoints").json()
    assert [one["base"] for one in (*first["bases"], *rest["bases"])] == [
        *("lab/embed-1", "lab/mystery", "lab/router", "lab/sonnet-4", "lab/sonnet-5")
    ]
    assert rest["bases"][1] == {
        "base": "lab/sonnet-5",
        "lab": "Acme",
        "models": 2,
        "providers": ["acme", "globex"],
    }
    assert [one["id"] for one in offers["models"]] == ["globex/sonnet-5", "acme/sonnet-5"]


def test_a_name_leads_to_an_id(client: httpx2.Client) -> None:
    answer = client.get("/api/v1/resolve", params={"name": "acme/sonnet-5"}).json()
    assert (answer["id"], answer["how"]) == ("acme/sonnet-5", "exact")


def test_an_unknown_name_passes_through(client: httpx2.Client) -> None:
    answer = client.get("/api/v1/resolve", params={"name": "nobody/knows-this"}).json()
    assert (answer["id"], answer["how"]) == ("nobody/knows-this", "passed-through")


def test_deprecations_name_the_day(client: httpx2.Client) -> None:
    (one,) = client.get("/api/v1/deprecations").json()["deprecations"]
    assert (one["id"], one["retires_on"]) == ("acme/sonnet-4", "2026-12-01")


def test_a_comparison_says_where_models_agree(client: httpx2.Client) -> None:
    params = {"id": ["acme/sonnet-5", "acme/sonnet-4"]}
    fields = {
        one["field"]: one for one in client.get("/api/v1/compare", params=params).json()["fields"]
    }
    assert (fields["tools"]["same"], fields["context_window"]["same"]) == (True, False)
    assert fields["context_window"]["values"] == [1_000_000, 200_000]


def test_a_comparison_with_an_unknown_model_says_which(client: httpx2.Client) -> None:
    answer = client.get("/api/v1/compare", params={"id": ["acme/sonnet-5", "acme/nope"]})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (404, "query.id.1")


def test_the_closest_model_is_where_the_name_leads(client: httpx2.Client) -> None:
    led = client.get("/api/v1/resolve", params={"name": "sonnet-5"}).json()["id"]
    assert client.get("/v1/models/sonnet-5").json()["hint"].startswith(f"closest: {led}")


def test_costs_are_exact_and_the_cheapest_comes_first(client: httpx2.Client) -> None:
    params = {"model": ["acme/sonnet-5", "acme/sonnet-4"], "input": "10k", "output": "1k"}
    found = client.get("/api/v1/cost", params=params).json()["models"]
    assert [(one["id"], one["per_call"]) for one in found] == [
        ("acme/sonnet-4", "0.0021"),
        ("acme/sonnet-5", "0.045"),
    ]


def test_an_unknown_price_costs_null_and_not_0(client: httpx2.Client) -> None:
    params = {"model": "acme/mystery", "input": "10k", "output": "1k"}
    (one,) = client.get("/api/v1/cost", params=params).json()["models"]
    assert (one["per_call"], one["unknown"]) == (None, ["price"])


def test_the_catalogs_file_comes_whole_under_its_hash(
    client: httpx2.Client, tmp_path: Path
) -> None:
    answer = client.get("/api/v1/catalog.db")
    assert answer.headers["etag"] == f'"{sha256(answer.content).hexdigest()}"'
    path = tmp_path / "catalog.db"
    path.write_bytes(answer.content)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM model").fetchone() == (6,)


def test_a_range_of_the_catalogs_file_is_answered(client: httpx2.Client) -> None:
    answer = client.get("/api/v1/catalog.db", headers={"range": "bytes=0-15"})
    assert (answer.status_code, answer.content) == (206, b"SQLite format 3\x00")


@pytest.mark.parametrize(
    ("address", "media"),
    [
        ("/api/v1/changes.atom", "application/atom+xml; charset=utf-8"),
        ("/api/v1/changes.json", "application/feed+json"),
        ("/api/v1/changes", "application/json"),
    ],
)
def test_changes_come_in_three_formats(client: httpx2.Client, address: str, media: str) -> None:
    answer = client.get(address, params={"since": "7d"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
