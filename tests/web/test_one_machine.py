"""The real parts of one user's installation, over folders of the test's own and a provider on this machine."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modeldex import wiring
from modeldex.web.opening import single_user
from modeldex.web.opening_single import database
from modeldex.web.serving import bound
from tests.service.many.house import Host
from tests.waiting import comes

from .hosting import TOKEN, running
from .many import listing_by_key

KEY = "gsk_" + "0123456789abcdefghij"
MODELS = ["llama-3.3-70b-versatile", "openai/gpt-oss-120b"]
pytestmark = pytest.mark.once

CONFIG = """
[refresh]
only = ["groq"]
[providers.groq]
base_url = "{url}"
"""


@pytest.fixture
def host() -> Iterator[Host]:
    with listing_by_key({KEY: MODELS}) as found:
        yield found


@pytest.fixture
def client(host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx2.Client]:
    monkeypatch.setitem(sys.modules, "keyring", None)
    places = wiring.folders()
    places.config.parent.mkdir(parents=True)
    places.config.write_text(CONFIG.format(url=host.url))
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    house = single_user(TOKEN, host="127.0.0.1", port=port)
    with (
        running(house, listening),
        httpx2.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"authorization": f"Bearer {TOKEN}"},
            trust_env=False,
            timeout=60,
        ) as found,
    ):
        yield found


def available(client: httpx2.Client) -> dict[str, list[str]]:
    said = client.get("/available-models").json()["providers"]
    return {one["provider_key"]: [model["id"] for model in one["models"]] for one in said}


def add(client: httpx2.Client, key: str = KEY) -> Any:
    return client.post("/api/v1/connections", json={"provider": "groq", "key": key}).json()


def test_a_key_added_through_the_service_opens_its_list_and_is_the_command_lines_too(
    client: httpx2.Client,
) -> None:
    assert available(client) == {}
    said = add(client)
    assert (said["status"], said["standing"], said["models"]) == ("ok", "good", 2)
    assert sorted(available(client)["groq"]) == [f"groq/{name}" for name in MODELS]
    (line,) = wiring.check_keys(["groq"])
    assert (line.hint, line.standing) == ("…ghij", "good")
    (groq,) = (one for one in wiring.open_catalog().provider_lines() if one.provider == "groq")
    assert groq.available


def test_a_key_that_is_removed_opens_nothing_any_more(client: httpx2.Client) -> None:
    add(client)
    assert client.delete("/api/v1/connections/groq").status_code == 204
    assert available(client) == {}
    assert not [one for one in wiring.configured() if one.connection.secret]


def test_a_key_that_is_refused_says_so(client: httpx2.Client) -> None:
    said = add(client, "gsk_nobody-knows-this-one")
    assert (said["status"], said["standing"]) == ("key_rejected", "refused")
    checked = client.post("/api/v1/connections/groq/check").json()
    assert checked["standing"] == "refused"
    assert "gsk_nobody" not in str(checked)


def test_an_administrator_sees_what_was_tried(client: httpx2.Client) -> None:
    add(client)
    lines = client.get("/api/v1/admin/status").json()["providers"]
    (groq,) = (one for one in lines if one["provider"] == "groq")
    assert (groq["outcome"], groq["failures"], groq["breaker"]) == ("ok", 0, "closed")
    assert groq["attempted_at"] is not None


def test_a_refresh_for_an_administrator_asks_the_provider(
    client: httpx2.Client, host: Host
) -> None:
    add(client)
    before = host.asked[KEY]
    client.post("/api/v1/admin/refresh", json={"provider": "groq"})
    assert comes(lambda: host.asked[KEY] > before)


def test_what_asking_a_provider_came_to_is_counted_and_timed(client: httpx2.Client) -> None:
    add(client)
    text = client.get("/metrics").text
    assert re.search(r'provider_tries_total\{outcome="ok",provider="groq"\} [1-9]', text)
    assert re.search(r'provider_seconds_count\{provider="groq"\} [1-9]', text)
    assert 'modeldex_provider_outcome{outcome="ok",provider="groq"} 1.0' in text


def test_no_master_key_and_no_database_are_made_before_they_are_needed(
    client: httpx2.Client,
) -> None:
    available(client)
    home = wiring.folders().data
    assert not database().exists()
    add(client)
    assert database().exists()
    assert not [path for path in home.rglob("*master*") if path.is_file()]


def test_a_binding_is_the_one_of_modeldex_bind(client: httpx2.Client) -> None:
    client.put("/api/v1/bindings/bot", json={"models": ["groq/openai/gpt-oss-120b"]})
    (one,) = wiring.desk().bindings.all()
    assert (one.program, one.id) == ("bot", "groq/openai/gpt-oss-120b")


def test_what_the_users_own_calls_showed_is_in_the_next_catalog(client: httpx2.Client) -> None:
    add(client)
    name, now = "groq/llama-3.3-70b-versatile", wiring.clock()
    failed = {"model": name, "ok": False, "capability": "tools", "error": "unsupported"}
    calls = [{"id": f"k{at}", "at": now.isoformat(), **failed} for at in range(40)]
    assert client.post("/api/v1/calls", json={"calls": calls}).json()["new"] == 40
    client.put("/api/v1/connections/groq", json={})
    model = client.get(f"/api/v1/models/{name}").json()
    assert (model["tools"], model["sources"]["tools"]["source"]) == (False, "observed")
    wiring.refresh_now(offline=True)
    known = wiring.open_catalog().get(name)
    assert known is not None
    assert (known.tools, known.sources["tools"].source) == (False, "observed")


def test_what_is_kept_of_accounts_is_for_their_owner_alone(client: httpx2.Client) -> None:
    add(client)
    for path in (database(), Path(database().parent)):
        assert path.stat().st_mode & 0o077 == 0
