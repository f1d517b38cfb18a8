import json

import pytest
from msgspec.structs import replace

from modeldex.domain.catalog import HeldListing, History
from modeldex.domain.connection import Connection
from modeldex.domain.errors import BadConfig
from modeldex.domain.hold import Example, Held, Hold, HoldKind
from modeldex.domain.model import Tier
from modeldex.service.connecting import Configured
from tests.cli.conftest import SGR, Run
from tests.cli.shelf import FETCHED, PROVIDERS, Shelf

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


HOLD = Hold(
    kind=HoldKind.PRICES_SCALED,
    sentence="40 of 40 prices are 1000 times what they were",
    numbers={"prices": 40, "by_one_factor": 40},
    fingerprint="ab",
    renames={"old": "new"},
    examples=(
        Example(model="sonnet-5", field="price.input", old="3", new="3000"),
        Example(model="sonnet\x1b[2J", field="name", old="Sonnet", new=None),
    ),
    changing=40,
)
ASIDE = HeldListing(
    connection="acme:1",
    provider="acme",
    held=Held(hold=HOLD, since=FETCHED, times=2),
    gone=("old",),
    came=("new",),
    fetched_at=FETCHED,
    tier=Tier.LIVE,
)


@pytest.fixture
def holding(tmp_path) -> Shelf:
    (tmp_path / "holding").mkdir()
    return Shelf(tmp_path / "holding", history=History(held=(ASIDE,)))


def test_a_held_list_shows_old_and_new_values(modeldex: Run, holding: Shelf) -> None:
    out = modeldex("providers", "acme", services=holding).out
    assert "  because         40 of 40 prices are 1000 times what they were\n" in out
    assert "  would change    price.input of sonnet-5: 3 → 3000\n" in out
    assert "  would change    name of sonnet\\x1b[2J: Sonnet → no longer stated\n" in out
    assert "                  and 38 more\n" in out


def test_a_held_list_says_how_it_is_taken(modeldex: Run, holding: Shelf) -> None:
    out = modeldex("providers", "acme", services=holding).out
    assert "  to take it      modeldex refresh acme --accept\n" in out


def test_a_held_list_is_in_the_json(modeldex: Run, holding: Shelf) -> None:
    acme, globex = json.loads(modeldex("providers", "--json", services=holding).out)
    assert acme["held"] == {
        "kind": "prices-scaled",
        "reason": "40 of 40 prices are 1000 times what they were",
        "since": "2026-11-20T10:00:00Z",
        "times": 2,
        "fetched_at": "2026-11-20T10:00:00Z",
        "gone": ["old"],
        "came": ["new"],
        "renames": {"old": "new"},
        "examples": [
            {"model": "sonnet-5", "field": "price.input", "old": "3", "new": "3000"},
            {"model": "sonnet\x1b[2J", "field": "name", "old": "Sonnet", "new": None},
        ],
        "changing": 40,
    }
    assert globex["held"] is None


class Moved(Shelf):
    """A shelf whose configuration has moved acme and has nothing of globex."""

    def configured(self) -> tuple[Configured, ...]:
        row = replace(PROVIDERS[0], dialect="litellm_proxy")
        return (Configured(Connection(provider=row, base_url="http://ann:pw@127.0.0.1:1/v1")),)


class Wrong(Shelf):
    def configured(self) -> tuple[Configured, ...]:
        raise BadConfig("config.toml is wrong")


def test_one_provider_says_the_address_that_is_asked(modeldex: Run, tmp_path) -> None:
    (tmp_path / "moved").mkdir()
    moved = Moved(tmp_path / "moved")
    out = modeldex("providers", "acme", services=moved).out
    assert "  base URL        http://127.0.0.1:1/v1\n" in out
    assert "  its row says    https://acme.test/v1\n" in out
    assert "  dialect         litellm_proxy\n" in out
    assert "  its list gives  not known before it is asked\n" in out
    assert "  asked           no:" in modeldex("providers", "globex", services=moved).out


def test_a_wrong_configuration_hides_no_provider(modeldex: Run, tmp_path) -> None:
    (tmp_path / "wrong").mkdir()
    ran = modeldex("providers", "acme", services=Wrong(tmp_path / "wrong"))
    assert ran.code == 0
    assert "  base URL        https://acme.test/v1\n" in ran.out
    assert "config.toml is wrong" in ran.err
