"""`/v1/models` in the shapes of others."""

from datetime import UTC, datetime

import httpx2

SHAPED = {"anthropic-version": "2023-06-01"}


def ids(answer: httpx2.Response) -> list[str]:
    return [model["id"] for model in answer.json()["data"]]


def test_every_model_is_in_the_list(client: httpx2.Client) -> None:
    assert len(ids(client.get("/v1/models"))) == 6


def test_models_that_can_be_called_come_first(client: httpx2.Client) -> None:
    ready = [model["ready"] for model in client.get("/v1/models").json()["data"]]
    assert ready == [True] * 4 + [False] * 2


def test_a_model_that_cannot_be_called_says_how_to_get_a_key(client: httpx2.Client) -> None:
    model = client.get("/v1/models/globex/sonnet-5").json()
    assert model["get_key"] == {
        "provider": "Globex",
        "url": "https://globex.test/keys",
        "env": ["GLOBEX_API_KEY"],
        "add": None,
    }


def test_a_model_that_can_be_called_says_nothing_of_keys(client: httpx2.Client) -> None:
    assert client.get("/v1/models/acme/sonnet-5").json()["get_key"] is None


def test_created_is_the_day_of_release_where_that_is_what_is_known(client: httpx2.Client) -> None:
    model = client.get("/v1/models/acme/sonnet-5").json()
    assert model["created"] == int(datetime(2026, 11, 15, tzinfo=UTC).timestamp())
    assert model["metadata"]["created_from"] == "released"


def test_the_providers_own_time_comes_before_the_day_of_release(client: httpx2.Client) -> None:
    model = client.get("/v1/models/acme/mystery").json()
    assert model["created"] == int(datetime(2024, 5, 1, tzinfo=UTC).timestamp())
    assert model["metadata"]["created_from"] == "created"


def test_a_time_that_nobody_knows_is_0_and_said_to_be_unknown(client: httpx2.Client) -> None:
    model = client.get("/v1/models/globex/sonnet-5").json()
    assert (model["created"], model["metadata"]["created_from"]) == (0, None)


def test_an_unknown_ability_is_null(client: httpx2.Client) -> None:
    assert client.get("/v1/models/acme/mystery").json()["metadata"]["tools"] is None


def test_openais_page_goes_on_behind_an_id(client: httpx2.Client) -> None:
    first = client.get("/v1/models", params={"limit": 2})
    rest = client.get("/v1/models", params={"after": first.json()["last_id"]})
    assert first.json()["has_more"] is True
    assert ids(first) + ids(rest) == ids(client.get("/v1/models"))


def test_a_page_behind_an_id_that_is_gone_does_not_begin_anew(client: httpx2.Client) -> None:
    for asked in ("after", "before_id"):
        answer = client.get("/v1/models", params={asked: "gone/model"})
        assert (answer.status_code, "gone" in answer.json()["hint"]) == (400, True)


def test_a_page_goes_on_behind_an_id_that_is_left_out(client: httpx2.Client) -> None:
    every = client.get("/v1/models").json()["data"]
    [left_out, *_] = [one["id"] for one in every if one["ready"]]
    rest = client.get("/v1/models", params={"ready": False, "after": left_out})
    assert ids(rest) == [one["id"] for one in every if not one["ready"]]


def test_anthropics_header_asks_for_anthropics_shape(client: httpx2.Client) -> None:
    answer = client.get("/v1/models", headers=SHAPED).json()
    assert answer["data"][0]["type"] == "model"
    assert answer["data"][0]["display_name"] == "Sonnet 5"


def test_the_same_address_without_the_header_is_still_openais(client: httpx2.Client) -> None:
    client.get("/v1/models", headers=SHAPED)
    assert client.get("/v1/models").json()["object"] == "list"


def test_anthropics_pages_lead_there_and_back(client: httpx2.Client) -> None:
    def page(**params: object) -> httpx2.Response:
        return client.get("/v1/models", params={"limit": 2, **params}, headers=SHAPED)

    second = page(after_id=page().json()["last_id"])
    assert ids(page(before_id=second.json()["first_id"])) == ids(page())


def test_openrouters_shape_has_exact_prices_per_token(client: httpx2.Client) -> None:
    params = {"shape": "openrouter"}
    model = client.get("/v1/models/acme/sonnet-4", params=params).json()
    assert model["pricing"] == {"prompt": "0.00000015", "completion": "0.0000006"}


def test_a_price_that_varies_is_left_out_and_not_0(client: httpx2.Client) -> None:
    params = {"shape": "openrouter"}
    assert client.get("/v1/models/globex/router", params=params).json()["pricing"] == {}


def test_a_model_that_is_not_there_is_a_problem_with_the_closest_ids(client: httpx2.Client) -> None:
    answer = client.get("/v1/models/acme/sonnet-55")
    assert answer.status_code == 404
    assert "acme/sonnet-5" in answer.json()["hint"]
