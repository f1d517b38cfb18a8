import json

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.shelf import Shelf

PROMISED = {
    *("provider", "name", "tier", "key", "available", "models", "outcome", "checked_at"),
    *("key_url", "docs_url"),
}
ASKED = "2026-11-20T11:48:00+00:00"


@pytest.fixture
def mine(tmp_path) -> Shelf:
    (tmp_path / "mine").mkdir()
    return Shelf(tmp_path / "mine", keys={"acme": "env:ACME_API_KEY"})


def test_json_has_the_promised_fields(modeldex: Run, mine: Shelf) -> None:
    acme, globex = json.loads(modeldex("providers", "--json", services=mine).out)
    assert acme.keys() >= PROMISED
    assert (acme["key"], acme["available"], acme["models"]) == ("env:ACME_API_KEY", True, 4)
    assert (globex["key"], globex["available"]) == (None, False)


def test_a_piped_table_is_tab_separated(modeldex: Run, mine: Shelf) -> None:
    assert modeldex("providers", services=mine).rows == [
        [*("acme", "4", "env:ACME_API_KEY", "yes", "ok", ASKED), "live-with-key"],
        ["globex", "2", "", "no", "ok", ASKED, "live"],
    ]


def test_a_terminal_shows_a_table_and_the_way_to_keys(terminal: Run, mine: Shelf) -> None:
    out = SGR.sub("", terminal("providers", services=mine).out).splitlines()
    assert out[1].split() == [
        *("acme", "4", "env:ACME_API_KEY", "ok", "2", "h", "old"),
        "live-with-key",
    ]
    assert "modeldex providers globex says where to get it" in out[-1]


def test_one_provider_is_shown_in_full(modeldex: Run, mine: Shelf) -> None:
    out = modeldex("providers", "globex", services=mine).out
    assert "  get a key       https://globex.test/keys\n" in out
    assert "  says            globex says so\n" in out


def test_one_provider_says_its_model_to_start_with(modeldex: Run) -> None:
    assert "  start with      acme/sonnet-5\n" in modeldex("providers", "acme").out
    assert "start with" not in modeldex("providers", "globex").out


def test_the_model_to_start_with_is_in_the_json(modeldex: Run) -> None:
    acme, globex = json.loads(modeldex("providers", "--json").out)
    assert (acme["recommended"], globex["recommended"]) == ("acme/sonnet-5", None)


def test_one_provider_is_an_array_of_one_in_json(modeldex: Run) -> None:
    assert [row["provider"] for row in json.loads(modeldex("providers", "acme", "--json").out)] == [
        "acme"
    ]


def test_an_unknown_provider_is_a_mistake(modeldex: Run) -> None:
    ran = modeldex("providers", "acmee")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean acme?" in ran.err
