import json
from decimal import Decimal
from pathlib import Path

import pytest

from modeldex.domain.capability import Access
from modeldex.domain.claims import Endpoint
from modeldex.domain.price import Price
from modeldex.domain.source import UNIT_UNKNOWN, Losing
from tests.cli.conftest import Run
from tests.cli.shelf import WITNESS, Shelf, model, price


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


@pytest.mark.parametrize(
    ("offer", "lines"),
    [
        (price("0", "0"), ["price             free", "input             $0 per million tokens"]),
        (
            price("0", "0", image=Decimal("0.04")),
            [
                "price             tokens cost nothing, other units do",
                "image             $0.04 per image",
            ],
        ),
        (price("0", "0.6"), ["input             $0 per million tokens"]),
        (
            Price(request=Decimal("0.03")),
            ["price             billed otherwise than by the token"],
        ),
        (Price(varies=True), ["price             varies with where the call is routed"]),
        (Price(), ["price             unknown"]),
    ],
)
def test_a_price_is_told_from_free_unknown_and_varying(
    modeldex: Run, tmp_path: Path, offer: Price, lines: list[str]
) -> None:
    (tmp_path / "priced").mkdir()
    priced = Shelf(tmp_path / "priced", models=[model("acme/one", price=offer)])
    said = [line.strip() for line in modeldex("show", "acme/one", services=priced).out.splitlines()]
    assert set(lines) <= set(said)
    assert any(line.endswith("free") for line in said) is (lines[0].endswith("free"))


def test_an_endpoint_billed_otherwise_says_so(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "priced").mkdir()
    east = Endpoint(name="east", price=Price(second=Decimal("0.1")))
    priced = Shelf(tmp_path / "priced", models=[model("acme/one", endpoints=(east,))])
    out = modeldex("show", "acme/one", services=priced).out
    assert "billed otherwise" in out.splitlines()[-1]


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


@pytest.mark.parametrize(
    ("access", "note", "line"),
    [
        (Access.CALLABLE, None, "this account can call it"),
        (Access.NOT_CALLABLE, "ask first", "this account cannot call it under this id: ask first"),
        (Access.UNCATALOGUED, None, "this account's own, in no catalog of the provider"),
        (None, "perhaps", "unknown: perhaps"),
    ],
)
def test_access_and_its_reason_are_shown(
    modeldex: Run, tmp_path: Path, access: Access | None, note: str | None, line: str
) -> None:
    (tmp_path / "own").mkdir()
    services = Shelf(tmp_path / "own", [model("acme/one", access=access, access_note=note)])
    out = modeldex("show", "acme/one", services=services).out
    assert f"  access            {line}\n" in out


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


WITHOUT_A_UNIT = Losing(
    field="price",
    value={"pricing.prompt": "0.50", "pricing.completion": "0.75"},
    evidence=WITNESS,
    reason=f"{UNIT_UNKNOWN}: a row could state it",
)


@pytest.fixture
def unpriced(tmp_path: Path) -> Shelf:
    (tmp_path / "unpriced").mkdir()
    lost = {"acme/one": (WITHOUT_A_UNIT,)}
    return Shelf(tmp_path / "unpriced", [model("acme/one")], losing=lost)


def test_a_price_without_a_unit_is_shown_as_it_stands(modeldex: Run, unpriced: Shelf) -> None:
    lines = modeldex("show", "acme/one", "--sources", services=unpriced).out.splitlines()
    at = lines.index("  price             unknown")
    assert lines[at + 1].endswith("2026-11-20: pricing.prompt = 0.50")
    assert lines[at + 2].endswith("2026-11-20: pricing.completion = 0.75")
    assert lines[at + 3].strip().startswith("unit unknown")


def test_a_price_without_a_unit_is_a_claim_and_no_price_in_json(
    modeldex: Run, unpriced: Shelf
) -> None:
    shown = json.loads(modeldex("show", "acme/one", "--sources", "--json", services=unpriced).out)
    (claim,) = shown["claims"]["price"]
    assert shown["price"] is None
    assert claim["value"] == WITHOUT_A_UNIT.value
    assert claim["reason"].startswith("unit unknown")


def test_a_price_without_a_unit_is_not_told_where_nobody_asks(
    modeldex: Run, unpriced: Shelf
) -> None:
    assert "pricing.prompt" not in modeldex("show", "acme/one", services=unpriced).out
