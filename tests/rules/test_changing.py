from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.change import Change, ChangeKind
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.memory import Announced, Memory, Thresholds
from modeldex.domain.model import Model
from modeldex.domain.price import ConditionalRates, Price, PriceCondition
from modeldex.domain.source import Evidence, Source
from modeldex.rules.aging import aged, renamed
from modeldex.rules.changing import FIELDS, Between, of_memory, of_models

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
BETWEEN = Between("one", "two", START)
SAID = Evidence(source=Source.API, evidence="https://a.invalid", observed_at=START)
ENDING = Announced(lifecycle=Lifecycle.DEPRECATED, source=Source.KNOWLEDGE)


def model(**facts: Any) -> Model:
    return Model(
        id="groq/a", provider="groq", native_id="a", sources=dict.fromkeys(facts, SAID), **facts
    )


def rows(changes: list[Change]) -> list[tuple[str, str, Any, Any]]:
    return [(change.kind.value, change.field, change.old, change.new) for change in changes]


def differences(old: Model, new: Model) -> list[tuple[str, str, Any, Any]]:
    return rows(list(of_models(old, new, BETWEEN)))


def history(listings: list[set[str]], announced: dict[str, Announced] | None = None) -> list[str]:
    """The events of daily lists: `kind` and id."""
    memory, told = Memory(), []
    for day, listed in enumerate(listings):
        at = START + timedelta(days=day)
        after = aged(memory, listed, announced or {}, Thresholds(), at)
        told += [f"{c.kind} {c.id}" for c in of_memory(memory, after, Between("", "", at))]
        memory = after
    return told


@pytest.mark.parametrize(
    ("field", "old", "new", "row"),
    [
        ("context_window", 8192, 131072, ("limit", "context_window", 8192, 131072)),
        ("max_output", None, 4096, ("limit", "max_output", None, 4096)),
        ("tools", False, True, ("capability", "tools", False, True)),
        ("tools", None, False, ("capability", "tools", None, False)),
        ("reasoning", None, Reasoning.FIXED, ("capability", "reasoning", None, "fixed")),
        (
            "input_modalities",
            (Modality.TEXT,),
            (Modality.TEXT, Modality.IMAGE),
            ("modality", "input_modalities", ["text"], ["image", "text"]),
        ),
        ("retires_on", None, date(2026, 5, 1), ("retirement", "retires_on", None, "2026-05-01")),
        ("successor", "b", "c", ("retirement", "successor", "b", "c")),
        ("aliases", None, ("b",), ("alias", "aliases", None, ["b"])),
        ("name", "A", "B", ("detail", "name", "A", "B")),
    ],
)
def test_a_fact_that_differs_is_one_row(field: str, old: Any, new: Any, row: object) -> None:
    assert differences(model(**{field: old}), model(**{field: new})) == [row]


def test_a_price_is_told_by_unit() -> None:
    old = model(price=Price(input=Decimal("1.00"), output=Decimal(2), request=Decimal("0.1")))
    new = model(price=Price(input=Decimal(1), output=Decimal("1.5"), cache_read=Decimal("0.5")))
    assert differences(old, new) == [
        ("price", "price.output", "2", "1.5"),
        ("price", "price.cache_read", None, "0.5"),
        ("price", "price.request", "0.1", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "rises"),
    [("1", "1.19", False), ("1", "1.2", True), ("0", "0.01", True), ("2", "1", False)],
)
def test_a_rise_above_the_threshold_is_an_event_of_its_own(old: str, new: str, rises: bool) -> None:
    kinds = [
        kind
        for kind, *_ in differences(
            model(price=Price(input=Decimal(old))), model(price=Price(input=Decimal(new)))
        )
    ]
    assert kinds == ["price", "price-rise"][: 1 + rises]


def test_a_price_that_becomes_known_does_not_rise() -> None:
    said = differences(model(), model(price=Price(input=Decimal(9))))
    assert said == [("price", "price.input", None, "9")]


def test_conditions_and_variation_of_a_price_are_rows() -> None:
    tier = ConditionalRates(when=PriceCondition(batch=True), input=Decimal("0.5"))
    said = differences(model(price=Price()), model(price=Price(tiers=(tier,), varies=True)))
    assert said == [
        ("price", "price.tiers", [], [{"input": "0.5", "when": {"batch": True}}]),
        ("price", "price.varies", False, True),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (model(aliases=("b", "c")), model(aliases=("c", "b"))),
        (model(last_seen=START), model(last_seen=START + timedelta(days=1))),
        (model(created=START), model(created=START + timedelta(days=1))),
        (model(recommended=False), model(recommended=True)),
    ],
    ids=["order of aliases", "last_seen", "created", "recommended"],
)
def test_some_differences_are_no_change(old: Model, new: Model) -> None:
    assert differences(old, new) == []


def test_a_change_names_its_source() -> None:
    change = next(of_models(model(), model(tools=True), BETWEEN))
    assert (change.source, change.before, change.snapshot) == (Source.API, "one", "two")


def test_a_fact_that_is_lost_names_who_said_it() -> None:
    assert next(of_models(model(tools=True), model(), BETWEEN)).source is Source.API


def test_every_compared_field_is_a_field_of_a_model() -> None:
    assert FIELDS.keys() <= set(Model.__struct_fields__)


def test_the_first_list_is_no_news() -> None:
    assert history([{"a", "b"}]) == []


@pytest.mark.parametrize(
    ("listings", "told"),
    [
        ([{"a"}, {"a", "b"}], ["added b"]),
        ([{"a", "b"}, {"a"}], ["missing b"]),
        ([{"a", "b"}, *[{"a"}] * 15], ["missing b", "deprecated b"]),
        ([{"a", "b"}, *[{"a"}] * 60], ["missing b", "deprecated b", "removed b"]),
        ([{"a", "b"}, *[{"a"}] * 15, {"a", "b"}], ["missing b", "deprecated b", "returned b"]),
        ([{"a", "b"}, {"a"}, {"a", "b"}], ["missing b", "flapping b"]),
    ],
)
def test_coming_and_going_is_told(listings: list[set[str]], told: list[str]) -> None:
    assert history(listings) == told


def test_a_model_that_flaps_for_a_month_is_told_of_twice() -> None:
    assert history([{"a", "b"}, {"a"}] * 15 + [{"a", "b"}]) == ["missing b", "flapping b"]


def test_a_flapping_model_that_stays_away_is_deprecated_and_removed() -> None:
    away = history([{"a", "b"}, {"a"}, {"a", "b"}, *[{"a"}] * 40])
    assert away == ["missing b", "flapping b", "deprecated b", "removed b"]


def test_a_model_that_has_been_steady_again_is_missed_at_once() -> None:
    listings = [{"a", "b"}, {"a"}, *[{"a", "b"}] * 16, {"a"}]
    assert history(listings) == ["missing b", "flapping b", "missing b"]


def test_an_announcement_is_told_once_with_its_source() -> None:
    before = aged(Memory(), {"a"}, {}, Thresholds(), START)
    after = aged(before, {"a"}, {"a": ENDING}, Thresholds(), START + timedelta(days=1))
    (change,) = of_memory(before, after, BETWEEN)
    assert (change.kind, change.source) == (ChangeKind.DEPRECATED, Source.KNOWLEDGE)
    assert (change.field, change.old, change.new) == ("lifecycle", "active", "deprecated")


def test_an_announcement_that_is_withdrawn_is_told() -> None:
    before = aged(Memory(), {"a"}, {"a": ENDING}, Thresholds(), START)
    after = aged(before, {"a"}, {}, Thresholds(), START + timedelta(days=1))
    assert rows(list(of_memory(before, after, BETWEEN))) == [
        ("reinstated", "lifecycle", "deprecated", "active")
    ]


def test_a_rename_is_one_row_and_adds_nothing() -> None:
    before = aged(Memory(), {"a", "z"}, {}, Thresholds(), START)
    at = START + timedelta(days=1)
    after = aged(renamed(before, {"a": "b"}, at), {"b", "z"}, {}, Thresholds(), at)
    assert rows(list(of_memory(before, after, BETWEEN))) == [("renamed", "id", "a", "b")]


LISTS = st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=60)


@given(LISTS)
def test_the_same_list_again_tells_nothing(listings: list[set[str]]) -> None:
    memory, at = Memory(), START
    for listed in listings:
        at += timedelta(days=1)
        memory = aged(memory, listed, {}, Thresholds(), at)
    again = aged(memory, listings[-1], {}, Thresholds(), at)
    assert list(of_memory(memory, again, BETWEEN)) == []


@given(LISTS, st.integers(0, 59))
def test_a_restart_anywhere_tells_the_same(listings: list[set[str]], killed: int) -> None:
    memory, keys = Memory(), []
    for day, listed in enumerate(listings):
        if day == killed:
            memory = msgspec.json.decode(msgspec.json.encode(memory), type=Memory)
        at = START + timedelta(days=day)
        after = aged(memory, listed, {}, Thresholds(), at)
        keys += [change.key for change in of_memory(memory, after, Between(f"{day}", "", at))]
        memory = after
    assert len(set(keys)) == len(keys) == len(history(listings))


@given(LISTS)
def test_a_fortnight_tells_of_each_thing_once(
    listings: list[set[str]],
) -> None:
    told = history(listings[:14])
    assert all(told.count(f"{kind} a") <= 1 for kind in ("added", "missing", "flapping"))
