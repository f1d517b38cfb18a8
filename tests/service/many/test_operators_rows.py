"""Rows that users may keep keys of: what the operator wrote, without what is the operator's."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from modeldex.domain.provider import Auth, Provider
from modeldex.providers import packaged
from modeldex.service.many.operators_rows import operators_rows
from modeldex.settings.config import Config

OWN = {"name": "Ours", "base_url": "https://models.example.net/v1", "dialect": "openai"}
SECRET = "operators-canary-5b1c"


def found(folder: Path, **tables: dict[str, Any]) -> dict[str, Provider]:
    return operators_rows(Config(providers=tables), folder)


def test_without_a_configuration_they_are_the_packaged_ones(tmp_path: Path) -> None:
    wanted = {name: row for name, row in packaged().items() if not (row.chain or row.retired)}
    assert found(tmp_path) == wanted


def test_a_row_of_the_operators_own_is_among_them(tmp_path: Path) -> None:
    ours = found(tmp_path, ours=OWN)["ours"]
    assert (ours.name, ours.base_url, ours.dialect) == tuple(OWN.values())


def test_a_row_of_the_operators_folder_is_among_them(tmp_path: Path) -> None:
    lines = (f'{key} = "{value}"' for key, value in OWN.items())
    (tmp_path / "ours.toml").write_text("\n".join(lines))
    assert found(tmp_path)["ours"].base_url == OWN["base_url"]


def test_an_address_that_the_operator_moved_is_the_users_too(tmp_path: Path) -> None:
    groq = found(tmp_path, groq={"base_url": "https://proxy.example.net/groq"})["groq"]
    assert groq.base_url == "https://proxy.example.net/groq"
    assert replace(groq, base_url=packaged()["groq"].base_url) == packaged()["groq"]


@pytest.mark.parametrize(
    "more",
    [
        {"api_key": SECRET},
        {"headers": {"X-Team": SECRET}},
        {"headers": {"Authorization": SECRET}},
        {"list_params": {"api_key": SECRET}},
        {"list_params": {"session": SECRET}},
        {"base_url": f"https://models.example.net/v1?key={SECRET}"},
        {"list_path": f"models?key={SECRET}"},
        {"key_env": [SECRET]},
        {"variables": {"gap": [SECRET]}},
        {"token_url": f"https://models.example.net/{SECRET}", "auth": "entra"},
    ],
)
@pytest.mark.parametrize("name", ["ours", "groq"])
def test_nothing_that_is_the_operators_alone_is_in_them(
    tmp_path: Path, name: str, more: dict[str, Any]
) -> None:
    table = {**OWN, **more} if name == "ours" else more
    assert SECRET not in repr(found(tmp_path, **{name: table}))


@pytest.mark.parametrize(
    "changed",
    [
        {"base_url": f"https://proxy.example.net/groq?x={SECRET}"},
        {"base_url": f"https://proxy.example.net/groq#{SECRET}"},
        {"base_url": "https://proxy.example.net/groq", "list_path": f"models?x={SECRET}"},
        {"auth": Auth.AWS.value},
        {"token_url": f"https://proxy.example.net/{SECRET}", "auth": "entra"},
    ],
)
def test_a_packaged_one_changed_past_serving_leads_nobody_to_the_vendor(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    refused: dict[str, str] = {}
    rows = operators_rows(Config(providers={"groq": changed}), tmp_path, refused.__setitem__)
    assert "groq" not in rows
    assert list(refused) == ["groq"]
    assert "[providers.groq.list_params]" in refused["groq"]
    assert SECRET not in repr(refused)


@pytest.mark.parametrize("changed", [{"list_path": f"models?x={SECRET}"}, {"api_key": SECRET}, {}])
def test_a_packaged_one_that_leads_where_it_did_is_there_for_users(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    assert found(tmp_path, groq=changed)["groq"] == packaged()["groq"]


def test_rows_that_never_served_users_are_not_spoken_of(tmp_path: Path) -> None:
    refused: dict[str, str] = {}
    operators_rows(Config(providers={}), tmp_path, refused.__setitem__)
    assert refused == {}


def test_parameters_that_say_nothing_of_who_asks_stay(tmp_path: Path) -> None:
    ours = found(tmp_path, ours={**OWN, "list_params": {"type": "text"}})["ours"]
    assert ours.list_params == {"type": "text"}


def test_a_public_address_is_not_asked_for_one_that_was_moved(tmp_path: Path) -> None:
    moved = "https://proxy.example.net/v1"
    name = next(name for name, row in found(tmp_path).items() if row.public_url)
    assert found(tmp_path, **{name: {"base_url": moved}})[name].public_url is None


@pytest.mark.parametrize(
    "more",
    [{"enabled": False}, {"chain": "aws"}, {"auth": Auth.AWS.value}, {"retired": "2026-01-01"}],
)
def test_a_row_that_serves_no_user_is_left_out(tmp_path: Path, more: dict[str, Any]) -> None:
    assert "ours" not in found(tmp_path, ours={**OWN, **more})


def test_a_packaged_one_that_the_operator_does_not_ask_is_there_for_users(tmp_path: Path) -> None:
    assert found(tmp_path, groq={"enabled": False})["groq"] == packaged()["groq"]
