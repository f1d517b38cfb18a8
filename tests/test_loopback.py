import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from modeldex.providers import packaged
from tests.loopback import KeySeen, LoopbackProviders, canary, running, shapes
from tests.loopback.__main__ import main
from tests.loopback.asking import (
    LISTS,
    PAGING,
    ROWS,
    Follow,
    ask,
    at,
    connect,
    headers_for,
)
from tests.loopback.mounts import MOUNTS
from tests.loopback.refusals import REFUSALS, repeating

PRIVATE = [(name, route) for name, route in LISTS if not route.public]


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackProviders]:
    with running(ROWS, page_size=2) as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(loopback: LoopbackProviders) -> None:
    loopback.forget()
    loopback.break_with({})


@pytest.mark.parametrize(("provider", "path", "follow"), PAGING, ids=[row[0] for row in PAGING])
def test_following_the_pages_brings_every_record_once(
    loopback: LoopbackProviders,
    provider: str,
    path: str,
    follow: Follow,
) -> None:
    feed = loopback.feed(provider, path)
    met: list[str] = []
    params: dict[str, str] | None = {}
    while params is not None:
        body = json.loads(ask(loopback, provider, path, **params)[1])
        records = at(body, feed.at)
        assert 0 < len(records) <= 2
        met += [record[feed.id_key] for record in records]
        params = follow(body)
    assert met == list(feed.ids)
    assert len(loopback.seen) == (len(met) + 1) // 2


@pytest.mark.parametrize(
    ("provider", "path", "param"),
    [
        ("anthropic", "/v1/models", "after_id"),
        ("gemini", "/v1beta/models", "pageToken"),
        ("dashscope", "/api/v1/models", "page_no"),
    ],
)
def test_a_cursor_never_given_out_is_refused(
    loopback: LoopbackProviders, provider: str, path: str, param: str
) -> None:
    assert ask(loopback, provider, path, **{param: "made-up"})[0] == 400


def test_a_page_is_as_small_as_the_query_asks() -> None:
    with running(ROWS) as loopback:
        body = json.loads(ask(loopback, "gemini", "/v1beta/models", pageSize="1")[1])
    assert len(body["models"]) == 1
    assert body["nextPageToken"]


def test_a_list_without_paging_is_the_recorded_body(loopback: LoopbackProviders) -> None:
    assert (
        ask(loopback, "groq", "/openai/v1/models")[1]
        == loopback.feed("groq", "/openai/v1/models").body
    )


@pytest.mark.parametrize(("provider", "route"), PRIVATE, ids=[f"{n}{r.path}" for n, r in PRIVATE])
def test_a_wrong_key_gets_the_providers_own_answer(
    loopback: LoopbackProviders, provider: str, route: Any
) -> None:
    status, body = ask(loopback, provider, route.path, key="wrong-key-of-mine")
    refusal = repeating(REFUSALS[provider].wrong, "wrong-key-of-mine")
    assert (status, body) == (refusal.status, refusal.body)


@pytest.mark.parametrize(("provider", "route"), PRIVATE, ids=[f"{n}{r.path}" for n, r in PRIVATE])
def test_a_missing_key_gets_the_providers_own_answer(
    loopback: LoopbackProviders, provider: str, route: Any
) -> None:
    status, body = ask(loopback, provider, route.path, key=None)
    refusal = repeating(REFUSALS[provider].missing, None)
    assert (status, body) == (refusal.status, refusal.body)


@pytest.mark.parametrize("provider", ["huggingface", "poe", "ollama", "openrouter"])
def test_a_public_list_needs_no_key(loopback: LoopbackProviders, provider: str) -> None:
    assert ask(loopback, provider, MOUNTS[provider].routes[0].path, key=None)[0] == 200


def test_anthropic_wants_its_version_header(loopback: LoopbackProviders) -> None:
    connection = connect(loopback)
    connection.request("GET", "/anthropic/v1/models", headers={"x-api-key": canary("anthropic")})
    status = connection.getresponse().status
    connection.close()
    assert status == 400


def test_ollama_shows_the_details_of_a_model_it_lists(loopback: LoopbackProviders) -> None:
    name = loopback.feed("ollama", "/api/tags").ids[0]
    connection = connect(loopback)
    connection.request("POST", "/ollama/api/show", body=json.dumps({"model": name}))
    shown = json.loads(connection.getresponse().read())
    connection.close()
    assert shown["capabilities"]


FIGURES = {"pricing", "prices", "limits", "model_info", "features", "capabilities", "contextLength"}


@pytest.mark.parametrize(
    "shape",
    [
        shapes.cerebras_public,
        shapes.dashscope_native,
        shapes.fireworks_account,
        shapes.xai_language,
    ],
)
def test_a_shape_makes_up_no_figure_that_its_recording_lacks(shape: shapes.Shape) -> None:
    bare = {"id": "one", "created": 1781073628, "completion_text_token_price": 25000}
    shaped = json.loads(shape(json.dumps({"data": [bare]}).encode()))
    (record,) = shaped.get("data") or shaped.get("models") or shaped["output"]["models"]
    assert FIGURES.isdisjoint(record)


def test_an_unknown_address_gets_the_providers_own_404(loopback: LoopbackProviders) -> None:
    assert ask(loopback, "mistral", "/v9/nothing")[1] == REFUSALS["mistral"].unrouted.body


def test_the_log_says_what_was_asked_and_not_the_key(loopback: LoopbackProviders) -> None:
    ask(loopback, "groq", "/openai/v1/models", limit="3")
    (seen,) = loopback.seen
    assert (seen.provider, seen.method, seen.path) == ("groq", "GET", "/openai/v1/models")
    assert seen.params == {"limit": "3"}
    assert (seen.key, seen.strayed) == (KeySeen.RIGHT, ())
    assert "authorization" in seen.header_names
    assert seen.bytes_sent > 100
    assert canary("groq") not in repr(seen)


@pytest.mark.parametrize(
    ("key", "judged"), [(None, KeySeen.NONE), ("wrong", KeySeen.WRONG), ("", KeySeen.RIGHT)]
)
def test_the_log_says_whether_the_key_was_right(
    loopback: LoopbackProviders, key: str | None, judged: KeySeen
) -> None:
    ask(loopback, "openai", "/v1/models", key=key)
    assert loopback.seen[0].key is judged


def test_a_key_in_the_address_is_noticed_and_hidden(loopback: LoopbackProviders) -> None:
    ask(loopback, "gemini", "/v1beta/models", key=canary("gemini"), key_=canary("gemini"))
    assert loopback.seen[0].strayed == ("url",)
    assert canary("gemini") not in repr(loopback.seen)


def test_another_providers_key_is_noticed(loopback: LoopbackProviders) -> None:
    ask(loopback, "openai", "/v1/models", key=canary("groq"))
    assert loopback.seen[0].strayed == ("authorization",)


def test_one_connection_carries_several_requests(loopback: LoopbackProviders) -> None:
    connection = connect(loopback)
    for _ in range(2):
        connection.request("GET", "/groq/openai/v1/models", headers=headers_for("groq", "x"))
        connection.getresponse().read()
    connection.close()
    assert len(loopback.seen) == 2


def test_latency_comes_before_the_answer() -> None:
    with running(ROWS, latency_s=0.2) as loopback:
        began = time.monotonic()
        ask(loopback, "groq", "/openai/v1/models")
    assert time.monotonic() - began >= 0.2


def test_the_configuration_names_this_server_only(loopback: LoopbackProviders) -> None:
    text = loopback.config()
    assert f'base_url = "http://127.0.0.1:{loopback.port}/groq/v1"' in text
    assert text.count("base_url") == text.count(f"http://127.0.0.1:{loopback.port}/") == len(ROWS)
    assert "canary" not in text


def test_the_environment_has_a_key_of_its_own_per_provider(loopback: LoopbackProviders) -> None:
    keys = loopback.environment()
    assert keys["OPENAI_API_KEY"] == "canary-openai-0123456789abcdef"
    assert len(set(keys.values())) == len(ROWS)


def test_a_fault_that_nobody_knows_is_refused(loopback: LoopbackProviders) -> None:
    with pytest.raises(KeyError):
        loopback.break_with({"groq": "gremlins"})


def test_every_provider_row_of_the_first_eighteen_is_mounted() -> None:
    assert set(MOUNTS) == set(REFUSALS)
    assert set(MOUNTS) <= set(packaged())


def test_a_fault_of_one_address_spares_the_others(loopback: LoopbackProviders) -> None:
    loopback.break_with({"cerebras/public/v1/models": "server_error"})
    assert ask(loopback, "cerebras", "/public/v1/models")[0] == 500
    assert ask(loopback, "cerebras", "/v1/models")[0] == 200


def test_a_command_runs_with_the_keys_and_its_exit_code_is_ours(
    tmp_path: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    line = 'echo "$OPENAI_API_KEY"; test -f "$MODELDEX_HOME/config.toml" && exit 7'
    assert main(["--small", "--home", str(tmp_path), "--run", line]) == 7
    assert capfd.readouterr().out.strip() == canary("openai")
