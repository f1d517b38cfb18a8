from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modeldex.domain.errors import BadConfig, UnknownProvider
from modeldex.domain.provider import KeyNeed
from modeldex.service.connecting import Configured, connections, known, rows
from modeldex.service.finding_local import usual
from modeldex.settings.config import Config

NOWHERE = Path("/nonexistent")


def connected(
    tables: Mapping[str, Mapping[str, Any]] = {},
    environ: Mapping[str, str] = {},
    folder: Path = NOWHERE,
) -> dict[str, Configured]:
    config = Config(providers=tables)
    found = connections(rows(config, folder), config, environ)
    return {one.connection.provider.id: one for one in found}


def test_every_packaged_provider_is_a_connection() -> None:
    assert {"openai", "anthropic", "openrouter", "ollama"} <= connected().keys()


def test_the_usual_variable_gives_the_key() -> None:
    one = connected(environ={"GROQ_API_KEY": "k"})["groq"].connection
    assert (one.secret is not None, one.secret_from) == (True, "env:GROQ_API_KEY")


def test_the_configuration_moves_a_provider_without_changing_its_row() -> None:
    moved = connected({"fireworks": {"base_url": "http://127.0.0.1:1/fireworks/inference/v1"}})
    one = moved["fireworks"].connection
    assert one.base_url == "http://127.0.0.1:1/fireworks/inference/v1"
    assert one.provider.base_url == "https://api.fireworks.ai/inference/v1"


@pytest.mark.parametrize(
    ("table", "environ", "chosen"),
    [
        ({}, {}, False),
        ({"base_url": "http://localhost:8000/v1"}, {}, True),
        ({}, {"VLLM_API_BASE": "http://localhost:8000/v1"}, True),
    ],
)
def test_an_address_that_somebody_set_is_known_as_such_though_it_is_the_usual_one(
    table: dict[str, str], environ: dict[str, str], chosen: bool
) -> None:
    one = connected({"vllm": table}, environ)["vllm"].connection
    assert (one.base_url, one.chosen) == ("http://localhost:8000/v1", chosen)


def test_a_row_of_ones_own_that_says_where_a_server_is_has_it_looked_for_nowhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "vllm.toml").write_text('base_url = "http://localhost:8000/v1"\n')
    (tmp_path / "ollama.toml").write_text('name = "Mine"\n')
    found = connected(folder=tmp_path)
    assert not usual(found["vllm"].connection)
    assert usual(found["ollama"].connection)


def test_a_reference_in_the_configuration_wins_over_the_usual_variable() -> None:
    environ = {"GROQ_API_KEY": "usual", "MINE": "mine"}
    one = connected({"groq": {"api_key": "env:MINE"}}, environ)["groq"].connection
    assert one.secret_from == "env:MINE"


def test_a_broken_reference_is_told_and_the_usual_variable_is_not_used() -> None:
    one = connected({"groq": {"api_key": "env:MINE"}}, {"GROQ_API_KEY": "usual"})["groq"]
    assert one.connection.secret is None
    assert "MINE" in (one.problem or "")


def test_a_disabled_provider_is_no_connection() -> None:
    assert "groq" not in connected({"groq": {"enabled": False}})


def test_a_server_of_ones_own_needs_two_lines() -> None:
    one = connected({"mine": {"base_url": "http://127.0.0.1:9000/v1"}})["mine"].connection
    assert (one.provider.dialect, one.provider.key) == ("openai", KeyNeed.NEVER)


def test_a_row_in_the_users_folder_is_a_provider(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(
        'name = "Lab"\nbase_url = "https://lab.example/v1"\ndialect = "openai"\nkey_env = ["LAB_KEY"]\n'
    )
    one = connected(environ={"LAB_KEY": "k"}, folder=tmp_path)["lab"].connection
    assert one.secret_from == "env:LAB_KEY"


@pytest.mark.parametrize(
    "table", [{"dialect": "openai"}, {"base_url": 3}, {"base_url": "http://x", "key": "perhaps"}]
)
def test_a_wrong_row_is_named(table: dict[str, Any]) -> None:
    with pytest.raises(BadConfig, match="mine"):
        connected({"mine": table})


@pytest.mark.parametrize(
    ("value", "base_url"),
    [
        ("127.0.0.1:9999", "http://127.0.0.1:9999"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://box:11434/", "http://box:11434"),
        ("box", "http://box:11434"),
    ],
)
def test_a_host_variable_of_a_local_server_becomes_its_address(value: str, base_url: str) -> None:
    assert connected(environ={"OLLAMA_HOST": value})["ollama"].connection.base_url == base_url


def test_a_placeholder_is_filled_from_its_variable() -> None:
    one = connected(environ={"FIREWORKS_ACCOUNT_ID": "me"})["fireworks"].connection
    assert one.variables == {"account": "me"}


def test_an_unknown_name_is_told_with_the_closest_one() -> None:
    with pytest.raises(UnknownProvider, match="did you mean 'groq'"):
        known(connected().values(), ["groc"])


def refused(table: Mapping[str, Any], name: str = "groq") -> str:
    """What is said of a table of the configuration."""
    config = Config(providers={name: table}, path=Path("/etc/x.toml"))
    with pytest.raises(BadConfig) as met:
        rows(config, NOWHERE)
    return str(met.value)


def test_a_misspelt_provider_is_told_with_the_file_and_the_closest_name() -> None:
    said = refused({"enabled": False}, "gorq")
    assert said.startswith("/etc/x.toml, [providers.gorq]: ")
    assert "did you mean 'groq'?" in said


@pytest.mark.parametrize(
    "address", ["", "http://a b", "http://127.0.0.1:99999", "http://[::1", "ftp://a.example"]
)
@pytest.mark.parametrize("name", ["groq", "mine"])
def test_an_address_at_which_nothing_can_be_asked_is_refused(name: str, address: str) -> None:
    said = refused({"base_url": address}, name)
    assert said.startswith(f"/etc/x.toml, [providers.{name}]: base_url cannot be used")


def test_a_row_of_ones_own_with_such_an_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "Mine"\nbase_url = "http://a b"\n')
    with pytest.raises(BadConfig, match=r"mine\.toml: base_url cannot be used"):
        rows(Config(), tmp_path)


def test_an_address_with_gaps_is_taken_as_it_is() -> None:
    assert connected({"groq": {"base_url": "https://{region}.example/v1"}})


@pytest.mark.parametrize("key", ["gsk\nabc", "clé€", "\udcff"])
def test_what_no_header_can_carry_is_no_key(key: str) -> None:
    one = connected(environ={"GROQ_API_KEY": key})["groq"]
    assert one.connection.secret is None
    assert one.looked_in == "env:GROQ_API_KEY"
    assert one.problem is not None
    assert one.problem.startswith("env:GROQ_API_KEY is no key as it stands")


def test_openais_organization_and_project_go_with_its_requests() -> None:
    environ = {"OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-2"}
    found = connected(environ=environ)["openai"].connection
    assert found.headers == {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj-2"}


def test_an_organization_that_nobody_set_is_not_sent() -> None:
    assert connected(environ={"OPENAI_ORG_ID": ""})["openai"].connection.headers == {}
