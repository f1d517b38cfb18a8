import json

import pytest

from tests.cli.conftest import Run
from tests.cli.shelf import Shelf


def test_a_model_is_shown_by_its_id(modeldex: Run) -> None:
    ran = modeldex("show", "acme/sonnet-5")
    assert ran.code == 0
    assert ran.out.startswith("Sonnet 5\nacme/sonnet-5\n")


@pytest.mark.parametrize(
    "said",
    [
        "  context window    1,000,000 tokens\n",
        "  input             $3 per million tokens\n",
        "  cache read        $0.3 per million tokens\n",
        "  tools             yes\n",
        "  streaming         unknown\n",
        "  reasoning         configurable\n",
        "  takes             text, image\n",
        "  gives             unknown\n",
        "  released          2026-11-15\n",
        "  model             sonnet-5\n",
        "  key               none found; get one at https://acme.test/keys\n",
    ],
)
def test_every_fact_has_its_line(modeldex: Run, said: str) -> None:
    assert said in modeldex("show", "acme/sonnet-5").out


def test_an_unknown_price_is_not_free(modeldex: Run) -> None:
    out = modeldex("show", "acme/mystery").out
    assert "  price             unknown\n" in out
    assert "free" not in out


def test_a_found_key_is_shown_by_its_name(modeldex: Run, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"acme": "env:ACME_API_KEY"})
    assert "found in env:ACME_API_KEY" in modeldex("show", "acme/sonnet-5", services=mine).out


def test_sources_stand_below_their_facts(modeldex: Run) -> None:
    lines = modeldex("show", "acme/sonnet-5", "--sources").out.splitlines()
    at = lines.index("  tools             yes")
    assert lines[at + 1].strip() == "api · https://acme.test/v1/models · 2026-11-20"


def test_a_bare_name_leads_to_a_model_and_names_the_others(modeldex: Run) -> None:
    ran = modeldex("show", "sonnet-5")
    assert ran.out.splitlines()[1] == "acme/sonnet-5"
    assert ran.err == "the same name elsewhere: globex/sonnet-5\n"


def test_of_one_name_the_model_that_can_be_called_is_shown(modeldex: Run, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"globex": "env:GLOBEX_API_KEY"})
    assert modeldex("show", "sonnet-5", services=mine).out.splitlines()[1] == "globex/sonnet-5"


def test_endpoints_have_a_table(modeldex: Run) -> None:
    lines = modeldex("show", "globex/router").out.splitlines()
    assert lines[-1].split() == ["east", "8.19K", "—", "$1", "/", "$2"]


def test_json_is_one_whole_model(modeldex: Run) -> None:
    shown = json.loads(modeldex("show", "sonnet-5", "--json").out)
    assert shown["id"] == "acme/sonnet-5"
    assert shown["sources"]["tools"]["source"] == "api"


def test_an_unknown_name_exits_3_with_the_closest(modeldex: Run) -> None:
    ran = modeldex("show", "sonet-5")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0] == 'error: no model named "sonet-5"'
    assert "  closest: acme/sonnet-5" in ran.err
    assert "any string still works" in ran.err


def test_an_unknown_name_is_one_json_object_in_json_mode(modeldex: Run) -> None:
    ran = modeldex("show", "sonet-5", "--json")
    error = json.loads(ran.err)["error"]
    assert (ran.out, error["code"]) == ("", "not_found")
    assert error["message"] == 'no model named "sonet-5"'
    assert error["hint"].startswith("closest: acme/sonnet-5")
