import json

from tests.cli.conftest import Run


def test_an_id_leads_to_itself(modeldex: Run) -> None:
    said = json.loads(modeldex("resolve", "acme/sonnet-5", "--json").out)
    assert said == {
        "id": "acme/sonnet-5",
        "how": "exact",
        "chain": ["acme/sonnet-5"],
        "alternatives": [],
        "reasons": [],
    }


def test_an_unknown_name_passes_through(modeldex: Run) -> None:
    ran = modeldex("resolve", "sonet-5")
    assert (ran.code, ran.out) == (0, "sonet-5\n")
    assert "closest: acme/sonnet-5" in ran.err


def test_who_asks_for_a_name_that_passes_through_is_told_why(modeldex: Run) -> None:
    assert "  nothing is known by that name" in modeldex("resolve", "sonet-5").err


def test_a_hostile_name_is_shown_harmless(modeldex: Run) -> None:
    assert modeldex("resolve", "a\x1b[2J").out == "a\\x1b[2J\n"
