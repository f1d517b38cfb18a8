import pytest

from modeldex.domain.model import Tier
from modeldex.domain.provider import Provider
from modeldex.providers import given, packaged
from modeldex.service.describing import DOUBTFUL, EVIDENCE, described, tiers

ROWS = packaged()
OF_ROWS = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


@OF_ROWS
def test_every_row_says_what_it_rests_on(row: Provider) -> None:
    assert dict(described(row))["rests on"] == EVIDENCE[row.evidence or ""]


@OF_ROWS
def test_every_row_that_is_open_has_a_tier(row: Provider) -> None:
    assert tiers(row) or row.retired


def test_what_could_not_be_confirmed_is_said_to_be_so() -> None:
    doubtful = [row for row in ROWS.values() if row.evidence in DOUBTFUL]
    assert doubtful
    assert all(
        "assumed" in dict(described(row))["rests on"] or "care" in dict(described(row))["rests on"]
        for row in doubtful
    )


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("openrouter", (Tier.LIVE_WITH_KEY, Tier.LIVE, Tier.MANIFEST)),
        ("openai", (Tier.LIVE_WITH_KEY, Tier.MANIFEST)),
        ("ollama", (Tier.LIVE,)),
        ("ai21", ()),
    ],
)
def test_the_tiers_are_the_ways_to_a_list(name: str, ways: tuple[Tier, ...]) -> None:
    assert tiers(ROWS[name]) == ways


def test_a_public_list_does_not_pretend_to_check_a_key() -> None:
    assert "no:" in dict(described(ROWS["poe"]))["key checked"]


def test_the_fields_that_a_list_gives_are_those_of_its_recorded_answers() -> None:
    assert "price" in given()["openrouter"]
    assert "price" not in given()["openai"]
