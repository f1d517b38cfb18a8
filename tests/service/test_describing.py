import pytest

from modeldex.domain.connection import Connection
from modeldex.domain.model import Tier
from modeldex.domain.provider import Provider
from modeldex.providers import given, packaged
from modeldex.service.describing import DOUBTFUL, EVIDENCE, addressed, described, tiers

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


def asked(name: str, base_url: str) -> Connection:
    return Connection(provider=ROWS[name], base_url=base_url, public_url=ROWS[name].public_url)


def test_the_address_is_the_one_that_is_asked() -> None:
    said = dict(described(ROWS["openai"], asked("openai", "http://127.0.0.1:8700/openai/v1")))
    assert said["base URL"] == "http://127.0.0.1:8700/openai/v1"
    assert said["its row says"] == ROWS["openai"].base_url


def test_an_address_that_nobody_moved_is_said_once() -> None:
    row = ROWS["openai"]
    said = dict(described(row, asked("openai", row.base_url)))
    assert "its row says" not in said
    assert said == dict(described(row))


def test_what_another_address_gives_is_not_what_was_recorded_elsewhere() -> None:
    connection = asked("openrouter", "http://127.0.0.1:8700/v1")
    lines = [
        dict(described(ROWS["openrouter"], connection, gave)) for gave in (None, (), ("price",))
    ]
    said = [one["its list gives"] for one in lines]
    assert said == ["not known before it is asked", "ids", "price"]


def test_a_row_of_the_users_own_does_not_pretend_to_give_ids() -> None:
    row = Provider(id="mine", name="Mine", base_url="http://127.0.0.1:9/v1", dialect="openai")
    connection = Connection(provider=row, base_url=row.base_url)
    assert dict(described(row, connection))["its list gives"] == "not known before it is asked"
    assert dict(described(row, connection, ["tools"]))["its list gives"] == "tools"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:secret@h.test/v1?key=secret#secret", "https://h.test/v1"),
        ("https://h.test?key=secret", "https://h.test"),
        ("https://h.test/a@b/v1", "https://h.test/a@b/v1"),
        ("https://bedrock.{region}.amazonaws.com", "https://bedrock.{region}.amazonaws.com"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert addressed(url) == shown
