from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model
from modeldex.domain.price import Price
from modeldex.rules.recommending import STAYS_FOR, default, recommended, suitable

TODAY = date(2026, 11, 20)
SOON = TODAY + STAYS_FOR
LATER = SOON + timedelta(days=1)


def model(id: str, **facts: Any) -> Model:
    provider, _, native = id.partition("/")
    return Model(id=id, provider=provider, native_id=native, **{"kind": Kind.CHAT, **facts})


def priced(usd: str) -> Price:
    return Price(input=Decimal(usd))


@pytest.mark.parametrize(
    ("facts", "will_do"),
    [
        ({}, True),
        ({"lifecycle": Lifecycle.ACTIVE, "retires_on": LATER}, True),
        ({"retires_on": SOON}, False),
        ({"retires_on": TODAY}, False),
        ({"retires_on": date(2026, 11, 7)}, False),
        ({"lifecycle": Lifecycle.DEPRECATED}, False),
        ({"lifecycle": Lifecycle.STALE}, False),
        ({"lifecycle": Lifecycle.REMOVED}, False),
        ({"kind": Kind.EMBEDDING}, False),
        ({"kind": None}, False),
    ],
)
def test_a_model_to_start_with_chats_and_stays(facts: dict[str, Any], will_do: bool) -> None:
    assert suitable(model("p/a", **facts), TODAY) is will_do


def test_the_most_preferred_that_is_listed_is_recommended() -> None:
    listed = [model("p/c"), model("p/b")]
    assert recommended(("a", "b", "c"), listed, TODAY) == "b"


def test_one_that_retires_gives_way_to_the_next() -> None:
    listed = [model("p/a", retires_on=date(2026, 11, 7)), model("p/b")]
    assert recommended(("a", "b"), listed, TODAY) == "b"


@pytest.mark.parametrize("preferred", [(), ("x",)])
def test_without_a_preferred_one_nothing_is_recommended(preferred: tuple[str, ...]) -> None:
    assert recommended(preferred, [model("p/a")], TODAY) is None


@given(st.permutations(["a", "b", "c"]), st.permutations(["a", "b", "c"]))
def test_the_order_of_the_list_changes_nothing(order: list[str], preferred: list[str]) -> None:
    listed = [model(f"p/{name}") for name in order]
    assert recommended(preferred, listed, TODAY) == preferred[0]


def test_the_default_is_the_most_preferred_that_can_be_used() -> None:
    usable = [model("q/b", recommended=True, price=priced("0.01")), model("p/a")]
    found = default(("o/z", "p/a", "q/b"), usable, TODAY)
    assert found.model == model("p/a")
    assert found.reason == "the most preferred small, fast model that you can use"


def test_a_default_that_retires_gives_way_to_the_next() -> None:
    usable = [model("p/a", retires_on=SOON), model("q/b")]
    assert default(("p/a", "q/b"), usable, TODAY).model == model("q/b")


def test_without_a_preferred_one_the_default_is_the_cheapest_recommended() -> None:
    usable = [
        model("p/unknown", recommended=True),
        model("p/varies", recommended=True, price=Price(input=Decimal(0), varies=True)),
        model("p/dear", recommended=True, price=priced("2")),
        model("p/cheap", recommended=True, price=priced("1")),
        model("p/cheapest", price=priced("0.1")),
    ]
    found = default((), usable, TODAY).model
    assert found is not None
    assert found.id == "p/cheap"


@pytest.mark.parametrize(
    ("usable", "reason"),
    [
        ([], "none of the preferred models is open to you"),
        (
            [model("p/a", retires_on=SOON)],
            "each preferred model that is open to you retires soon or does not chat",
        ),
    ],
)
def test_without_any_default_the_reason_is_said(usable: list[Model], reason: str) -> None:
    assert default(("p/a",), usable, TODAY) == (None, reason)
