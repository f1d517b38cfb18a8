import json
from decimal import Decimal
from pathlib import Path

import pytest

from modeldex.domain.price import ConditionalRates, Price, PriceCondition
from tests.cli.conftest import Run
from tests.cli.shelf import MODELS, Shelf, model, price

CALL = ("--in", "10k", "--out", "500")
BATCH = ConditionalRates(input=Decimal("0.5"), output=Decimal(1), when=PriceCondition(batch=True))
SERVED = (
    model("acme/oss", base="lab/oss", price=price("1", "2", tiers=(BATCH,))),
    model("globex/oss", base="lab/oss", price=price("0.1", "0.5")),
    model("globex/lab/oss", base="lab/oss"),
    model("acme/draw", price=Price(image=Decimal("0.04"))),
    *MODELS,
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, models=SERVED)


def costs(ran: object) -> list[dict[str, object]]:
    return json.loads(ran.out)["models"]  # type: ignore[attr-defined,no-any-return]


def test_the_json_is_the_promised_one(modeldex: Run) -> None:
    ran = modeldex("cost", "acme/sonnet-4", *CALL, "--per-day", "1000", "--json")
    assert ran.code == 0
    assert costs(ran) == [
        {
            "id": "acme/sonnet-4",
            "per_call": "0.0018",
            "per_day": "1.8",
            "per_month": "54",
            "currency": "USD",
            "applied": [],
            "unknown": [],
            "parts": [
                {"unit": "input", "quantity": "10000", "rate": "0.15", "amount": "0.0015"},
                {"unit": "output", "quantity": "500", "rate": "0.6", "amount": "0.0003"},
            ],
        }
    ]


def test_a_base_stands_for_every_model_that_serves_it_cheapest_first(modeldex: Run) -> None:
    ran = modeldex("cost", "lab/oss", *CALL, "--json")
    assert [(one["id"], one["per_call"]) for one in costs(ran)] == [
        ("globex/oss", "0.00125"),
        ("acme/oss", "0.011"),
        ("globex/lab/oss", None),
    ]


def test_an_id_is_not_taken_for_a_base_unless_it_is_said(modeldex: Run) -> None:
    assert len(costs(modeldex("cost", "acme/oss", *CALL, "--json"))) == 1
    assert len(costs(modeldex("cost", "base:lab/oss", *CALL, "--json"))) == 3


def test_a_model_named_twice_is_priced_once(modeldex: Run) -> None:
    ran = modeldex("cost", "lab/oss", "acme/oss", *CALL, "--json")
    assert len(costs(ran)) == 3


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("acme/mystery", ["price"]),
        ("globex/router", ["varies"]),
        ("acme/draw", ["billed otherwise"]),
    ],
)
def test_what_is_unknown_is_null_and_comes_last(modeldex: Run, name: str, why: list[str]) -> None:
    ran = modeldex("cost", name, "globex/sonnet-5", *CALL, "--per-day", "5", "--json")
    free, unknown = costs(ran)
    assert (free["id"], free["per_call"]) == ("globex/sonnet-5", "0")
    assert [unknown[key] for key in ("per_call", "per_day", "per_month")] == [None] * 3
    assert unknown["unknown"] == why


def test_batch_and_cache_change_the_price(modeldex: Run) -> None:
    whole = ("--in", "1M", "--out", "0", "--json")
    (batch,) = costs(modeldex("cost", "acme/oss", *whole, "--batch"))
    assert (batch["per_call"], batch["applied"]) == ("0.5", ["batch"])
    (cached,) = costs(modeldex("cost", "acme/sonnet-5", *whole, "--cached", "50%"))
    assert cached["per_call"] == "1.65"


def test_a_pipe_gets_raw_sums_and_the_formula(modeldex: Run) -> None:
    rows = modeldex("cost", "lab/oss", *CALL).rows
    formula = "10,000 input × $0.1/M + 500 output × $0.5/M"
    assert rows[0] == ["globex/oss", "0.00125", "", "", "", formula]
    assert rows[2] == ["globex/lab/oss", "", "", "", "price", ""]


def test_a_terminal_shows_sums_and_how_they_came_about(terminal: Run) -> None:
    lines = terminal(
        "cost", "lab/oss", "globex/router", *CALL, "--per-day", "1000"
    ).out.splitlines()
    cells = [line.split() for line in lines]
    assert ["globex/oss", "$0.00125", "$1.25", "$37.50"] in cells
    assert ["globex/router", "varies"] in cells
    assert ["globex/lab/oss", "unknown"] in cells
    assert any("globex/lab/oss: price is not known" in line for line in lines)
    assert any("10,000 input × $1/M" in line for line in lines)


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--in", "10k"),
        (*CALL, "--cached", "1.5"),
        (*CALL, "--cached", "half"),
        (*CALL, "--cached", "NaN"),
        (*CALL, "--at", "25:00"),
        ("--in", "-1", "--out", "0"),
        ("--in", "1.5", "--out", "0"),
    ],
)
def test_a_usage_that_means_nothing_exits_2(modeldex: Run, wrong: tuple[str, ...]) -> None:
    assert modeldex("cost", "acme/oss", *wrong).code == 2


def test_an_unknown_model_exits_3(modeldex: Run) -> None:
    ran = modeldex("cost", "acme/osss", *CALL)
    assert (ran.code, ran.out) == (3, "")


def test_a_bare_name_is_read_as_one_model_and_the_others_are_named(modeldex: Run) -> None:
    ran = modeldex("cost", "sonnet-5", *CALL, "--json")
    assert [one["id"] for one in costs(ran)] == ["acme/sonnet-5"]
    assert ran.err.startswith("sonnet-5 is read as acme/sonnet-5; the same name elsewhere: globex")
