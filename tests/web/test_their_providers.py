"""Providers as one of many users has them: nothing that is told speaks to the operator."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.service.many.house import Host

from .many import Many, port_of, serving_many
from .test_many import key
from .test_theirs import ROW, somebody

PROVIDERS = "/api/v1/providers"
OPERATORS = ["env:", "_API_KEY", "refresh again", "configuration", "modeldex "]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Many]:
    home = tmp_path_factory.mktemp("providers")
    own = ROW.format(url=host.url).replace("acme", "my-server").replace("Acme", "My server")
    (home / "config.toml").write_text(ROW.format(url=host.url) + own)
    with serving_many(home, ports=[port_of(host)]) as found:
        found.first()
        yield found


def line(client: httpx2.Client, provider: str = "acme") -> dict[str, object]:
    (one,) = (
        one for one in client.get(PROVIDERS).json()["providers"] if one["provider"] == provider
    )
    assert client.get(f"{PROVIDERS}/{provider}").json() == one
    return dict(one)


def test_who_keeps_a_key_is_told_what_their_own_connection_came_to(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4", "sonnet-5") as client:
        said = line(client)
    assert (said["available"], said["key"], said["outcome"]) == (True, "your account", "ok")
    assert (said["models"], said["age_s"], said["message"]) == (2, 0, "")


def test_who_keeps_none_is_told_where_to_add_one(house: Many, host: Host) -> None:
    with somebody(house, host) as client:
        said = line(client)
    assert (said["available"], said["key"]) == (False, None)
    assert "POST /api/v1/connections" in str(said["message"])


def test_a_refused_key_is_said_to_be_the_users_own(house: Many, host: Host) -> None:
    with somebody(house, host) as client:
        wrong = {"provider": "acme", "key": key("of nobody")}
        assert client.post("/api/v1/connections", json=wrong).status_code == 201
        said = line(client)
    assert said["outcome"] == "key_rejected"
    assert "PUT /api/v1/connections/{id}" in str(said["message"])


def test_what_a_key_came_to_shows_at_once(house: Many, host: Host) -> None:
    with somebody(house, host) as client:
        before = client.get(PROVIDERS).headers["etag"]
        host.lists[key("added later")] = ["sonnet-4"]
        added = {"provider": "acme", "key": key("added later")}
        kept = client.post("/api/v1/connections", json=added).json()["id"]
        assert client.get(PROVIDERS, headers={"if-none-match": before}).status_code == 200
        assert line(client)["available"] is True
        client.delete(f"/api/v1/connections/{kept}")
        assert line(client)["available"] is False


def test_no_line_speaks_of_the_operators_keys_or_commands(house: Many, host: Host) -> None:
    with somebody(house, host, "sonnet-4") as hers, somebody(house, host) as his:
        for client in (hers, his):
            told = [one["message"] for one in client.get(PROVIDERS).json()["providers"]]
            assert not [one for one in told for word in OPERATORS if word in one]


def test_how_to_get_a_key_names_no_variable_of_the_operator(house: Many, host: Host) -> None:
    with somebody(house, host) as client:
        listed = {one["id"]: one for one in client.get("/v1/models").json()["data"]}
        one = client.get("/v1/models/globex/sonnet-5").json()
    wanted = {"env": [], "add": "POST /api/v1/connections"}
    for shown in (listed["globex/sonnet-5"], one):
        assert {name: shown["get_key"][name] for name in wanted} == wanted


def test_a_row_of_the_operators_own_is_there_for_users_keys(house: Many, host: Host) -> None:
    host.lists[key("for the operators server")] = ["house-1"]
    with somebody(house, host) as client:
        added = {"provider": "my-server", "key": key("for the operators server")}
        said = client.post("/api/v1/connections", json=added).json()
        assert (said["provider"], said["status"], said["models"]) == ("my-server", "ok", 1)
        assert client.get("/api/v1/models?mine=true").json()["models"][0]["id"] == (
            "my-server/house-1"
        )


def test_an_operators_row_leads_users_no_further_than_the_operator_allows(
    tmp_path: Path, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "config.toml").write_text(ROW.format(url="https://10.1.2.3/v1"))
    added = {"provider": "acme", "key": key("for a server inside")}
    with (
        caplog.at_level(logging.WARNING),
        serving_many(tmp_path, ports=[port_of(host)]) as many,
        many.client(many.first()) as client,
    ):
        said = client.post("/api/v1/connections", json=added).json()
    assert (said["status"], said["models"]) == ("unreachable", None)
    (told,) = (one for one in caplog.messages if "providers.acme" in one)
    assert "MODELDEX_ALLOW_NETWORKS" in told


def test_the_log_says_what_to_do_about_a_packaged_row_that_users_lost(
    tmp_path: Path, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    moved = '[providers.groq]\nbase_url = "https://proxy.example.net/groq?x=y"\n'
    (tmp_path / "config.toml").write_text(moved)
    wanted = {"provider": "groq", "key": key("for a proxy")}
    with (
        caplog.at_level(logging.WARNING),
        serving_many(tmp_path, ports=[port_of(host)]) as many,
        many.client(many.first()) as client,
    ):
        assert client.post("/api/v1/connections", json=wanted).status_code == 422
    (told,) = (one for one in caplog.messages if "providers.groq" in one)
    assert "list_params" in told
    assert "x=y" not in told
