import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Modality
from modeldex.domain.claims import Claims
from modeldex.domain.hold import Held, Hold, HoldKind, Plausibility
from modeldex.domain.price import Price
from modeldex.domain.source import Evidence, Source
from modeldex.rules.plausible import COLUMNS, Told, accepted, held_again, implausible, told

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = Plausibility()


def listed(first: int, last: int, **facts: Any) -> Told:
    """Models by number, from the first to before the last."""
    names = (f"model-{number:03}" for number in range(first, last))
    return Told({name: Claims(native_id=name, **facts) for name in names})


def each(count: int, facts: Callable[[int], dict[str, Any]]) -> Told:
    """So many models, with facts by their number."""
    names = ((f"model-{number:03}", number) for number in range(count))
    return Told({name: Claims(native_id=name, **facts(number)) for name, number in names})


def held(old: Told, new: Told) -> str:
    hold = implausible(old, new, LIMITS)
    return hold.kind.value if hold else "taken"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (120, 0, "empty"),
        (1, 0, "empty"),
        (0, 0, "taken"),
        (0, 120, "taken"),
        (120, 9, "shrunk"),
        (228, 91, "shrunk"),
        (100, 80, "taken"),
        (100, 79, "shrunk"),
        (6, 1, "taken"),
        (7, 1, "shrunk"),
        (100, 500, "taken"),
    ],
)
def test_a_list_may_lose_a_fifth_and_a_few(before: int, now: int, expected: str) -> None:
    assert held(listed(0, before), listed(0, now)) == expected


def test_a_shrunken_list_says_by_how_much() -> None:
    hold = implausible(listed(0, 228), listed(0, 91), LIMITS)
    assert hold is not None
    assert hold.sentence == "the list has 91 models where there were 228"
    assert hold.numbers == {"before": 228, "now": 91, "gone": 137}


@pytest.mark.parametrize(("gone", "expected"), [(50, "taken"), (51, "replaced"), (100, "replaced")])
def test_more_than_half_may_not_be_other_models(gone: int, expected: str) -> None:
    assert held(listed(0, 100), listed(gone, 100 + gone)) == expected


def test_a_mass_rename_is_held_with_its_alias_map() -> None:
    old = listed(0, 100)
    new = Told({f"lab/{name}": Claims(native_id=f"lab/{name}") for name in old.models})
    hold = implausible(old, new, LIMITS)
    assert hold is not None
    assert hold.kind is HoldKind.RENAMED
    assert hold.renames == {name: f"lab/{name}" for name in old.models}


def test_a_few_renamed_models_are_taken() -> None:
    old = listed(0, 100)
    some = {f"lab/{name}": said for name, said in list(old.models.items())[:20]}
    assert held(old, Told({**dict(list(old.models.items())[20:]), **some})) == "taken"


@pytest.mark.parametrize("dated", [NOW, NOW + HOUR, None])
def test_a_list_dated_as_before_or_later_or_not_at_all_is_taken(dated: datetime | None) -> None:
    old = listed(0, 9)._replace(dated=NOW)
    assert held(old, old._replace(dated=dated)) == "taken"


def test_a_list_dated_earlier_is_an_older_one() -> None:
    old = listed(0, 9)._replace(dated=NOW)
    assert held(old, old._replace(dated=NOW - HOUR)) == "older"


def born(number: int) -> dict[str, Any]:
    return {"created": NOW + number * HOUR}


@pytest.mark.parametrize(("left", "expected"), [(98, "taken"), (97, "older")])
def test_the_newest_models_are_not_all_gone_at_once(left: int, expected: str) -> None:
    assert held(each(100, born), each(left, born)) == expected


def test_the_newest_models_may_go_when_newer_ones_come() -> None:
    old, new = each(100, born), each(97, born)
    newer = {"newer": Claims(native_id="newer", created=NOW + 100 * HOUR)}
    assert held(old, Told({**new.models, **newer})) == "taken"


@pytest.mark.parametrize(
    ("left", "expected"), [(0, "column-gone"), (9, "column-gone"), (10, "taken")]
)
def test_a_column_does_not_vanish(left: int, expected: str) -> None:
    def some(number: int) -> dict[str, Any]:
        return {"context_window": 8192 if number < left else None}

    assert held(listed(0, 100, context_window=8192), each(100, some)) == expected


def test_a_vanished_column_is_named_with_how_many_had_it() -> None:
    hold = implausible(listed(0, 30, max_output=9, tools=True), listed(0, 30, tools=True), LIMITS)
    assert hold is not None
    assert (hold.sentence, hold.numbers) == ("no longer stated: max_output", {"max_output": 30})


def test_a_vanished_column_shows_some_of_its_values() -> None:
    old = each(30, lambda number: {"context_window": 8192 + number, "tools": True})
    hold = implausible(old, each(30, lambda number: {"tools": None if number else True}), LIMITS)
    assert hold is not None
    assert [(one.model, one.field, one.old, one.new) for one in hold.examples] == [
        ("model-000", "context_window", "8192", None),
        ("model-001", "context_window", "8193", None),
        ("model-001", "tools", "yes", None),
        ("model-002", "tools", "yes", None),
    ]
    assert hold.changing == 59


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"price": Price(input=Decimal("0.50"), output=Decimal(2))}, "input 0.5, output 2"),
        ({"input_modalities": (Modality.TEXT, Modality.IMAGE)}, "image, text"),
        ({"vision": False}, "no"),
        ({"created": NOW}, "2026-11-20T12:00:00Z"),
        ({"name": "n" * 200}, "n" * 119 + "…"),
    ],
    ids=["price", "names", "no", "time", "long"],
)
def test_an_example_is_in_words(value: dict[str, Any], words: str) -> None:
    hold = implausible(listed(0, 9, **value), listed(0, 9), LIMITS)
    assert hold is not None
    assert hold.examples[0].old == words


def test_a_column_that_few_models_had_may_vanish() -> None:
    assert held(listed(0, 5, tools=True), listed(0, 5)) == "taken"


def cost(factor: str) -> Callable[[int], dict[str, Any]]:
    return lambda number: {"price": Price(input=Decimal(number + 1) / 7 * Decimal(factor))}


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        ("1", "taken"),
        ("1000", "prices-scaled"),
        ("0.01", "prices-scaled"),
        ("1.1", "prices-scaled"),
        ("0", "prices-scaled"),
    ],
)
def test_prices_do_not_all_move_by_one_factor(factor: str, expected: str) -> None:
    assert held(each(20, cost("1")), each(20, cost(factor))) == expected


def test_the_factor_is_named() -> None:
    hold = implausible(each(20, cost("1")), each(20, cost("1000")), LIMITS)
    assert hold is not None
    assert hold.sentence == "20 of 20 prices are 1000 times what they were"


def test_scaled_prices_show_some_old_and_new_ones() -> None:
    def of(factor: int) -> Callable[[int], dict[str, Any]]:
        return lambda number: {"price": Price(input=(number + 1) * Decimal("0.5") * factor)}

    hold = implausible(each(20, of(1)), each(20, of(1000)), LIMITS)
    assert hold is not None
    assert [(one.model, one.old, one.new) for one in hold.examples[:2]] == [
        ("model-000", "0.5", "500"),
        ("model-001", "1", "1000"),
    ]
    assert (len(hold.examples), hold.changing) == (5, 20)
    assert {one.field for one in hold.examples} == {"price.input"}


def test_only_prices_that_moved_far_are_examples_of_it() -> None:
    def wild(number: int) -> dict[str, Any]:
        return cost(str(11 + number) if number % 2 else "1")(number)

    hold = implausible(each(20, cost("1")), each(20, wild), LIMITS)
    assert hold is not None
    assert [one.model for one in hold.examples] == [f"model-{n:03}" for n in (1, 3, 5, 7, 9)]
    assert hold.changing == 10


def test_many_prices_do_not_move_by_more_than_ten_times() -> None:
    def wild(number: int) -> dict[str, Any]:
        return cost(str(11 + number) if number % 2 else "1")(number)

    assert held(each(20, cost("1")), each(20, wild)) == "prices-scaled"


def test_prices_that_move_each_in_its_own_way_are_taken() -> None:
    def mild(number: int) -> dict[str, Any]:
        return cost(f"1.{number:02}")(number)

    assert held(each(20, cost("1")), each(20, mild)) == "taken"


def test_the_prices_of_a_small_list_may_move_alike() -> None:
    assert held(each(5, cost("1")), each(5, cost("2"))) == "taken"


def test_limits_are_configuration() -> None:
    assert implausible(listed(0, 100), listed(0, 60), Plausibility(shrinks=50)) is None


SHRUNK = implausible(listed(0, 100), listed(0, 50), LIMITS)
OTHERWISE = implausible(listed(0, 100), listed(0, 51), LIMITS)
EMPTY = implausible(listed(0, 100), listed(0, 0), LIMITS)


def twice(first: Hold | None, second: Hold | None, later: timedelta) -> Held:
    assert first is not None
    assert second is not None
    return held_again(held_again(None, first, NOW), second, NOW + later)


@pytest.mark.parametrize(
    ("first", "second", "later", "expected"),
    [
        (SHRUNK, SHRUNK, HOUR, True),
        (SHRUNK, SHRUNK, HOUR / 2, False),
        (SHRUNK, SHRUNK, -HOUR, False),
        (SHRUNK, OTHERWISE, HOUR, False),
        (EMPTY, EMPTY, HOUR, True),
        (EMPTY, EMPTY, HOUR / 2, False),
        (EMPTY, SHRUNK, HOUR, False),
    ],
    ids=[
        *("again", "too soon", "clock set back", "another list"),
        *("empty again", "empty too soon", "empty and then not"),
    ],
)
def test_a_list_that_keeps_coming_is_taken(
    first: Hold, second: Hold, later: timedelta, expected: bool
) -> None:
    assert accepted(twice(first, second, later), LIMITS, NOW + later) is expected


def test_the_first_implausible_list_is_never_taken() -> None:
    assert SHRUNK is not None
    assert not accepted(held_again(None, SHRUNK, NOW), LIMITS, NOW + 900 * HOUR)


def test_another_price_does_not_make_it_another_shrunken_list() -> None:
    one = implausible(listed(0, 100), listed(0, 50, context_window=1), LIMITS)
    assert one is not None
    assert SHRUNK is not None
    assert one.fingerprint == SHRUNK.fingerprint


def test_what_several_routes_say_is_judged_together() -> None:
    def said(route: str, **facts: Any) -> tuple[Evidence, Claims]:
        evidence = Evidence(source=Source.API, evidence=route, observed_at=NOW)
        return evidence, Claims(native_id="a", **facts)

    both = told({"a": [said("one", name="A"), said("two", name="B", context_window=9)]})
    assert both == {"a": Claims(native_id="a", name="A", context_window=9)}


def test_every_column_is_a_claim() -> None:
    assert set(COLUMNS) <= set(Claims.__struct_fields__)


NUMBERS = st.sets(st.integers(0, 60))


@given(NUMBERS)
def test_the_same_list_is_always_taken(numbers: set[int]) -> None:
    one = each(61, cost("1"))
    same = Told({name: said for name, said in one.models.items() if int(name[-3:]) in numbers})
    assert implausible(same, same, LIMITS) is None


@given(NUMBERS, NUMBERS, st.randoms())
def test_the_order_of_the_models_changes_no_decision(
    before: set[int], now: set[int], chance: Any
) -> None:
    def some(numbers: set[int], factor: str, *, mixed: bool) -> Told:
        names = sorted(numbers)
        if mixed:
            chance.shuffle(names)
        return Told(
            {f"m{n}": Claims(native_id=f"m{n}", **cost(factor)(n), **born(n % 7)) for n in names}
        )

    plain = implausible(some(before, "1", mixed=False), some(now, "3", mixed=False), LIMITS)
    mixed = implausible(some(before, "1", mixed=True), some(now, "3", mixed=True), LIMITS)
    assert plain == mixed


@given(st.integers(1, 300), st.integers(0, 300))
def test_a_list_of_less_than_four_fifths_is_never_taken(before: int, lost: int) -> None:
    now = max(0, before - lost)
    taken = held(listed(0, before), listed(0, now)) == "taken"
    assert taken == (now > 0 and (before - now <= 5 or now * 5 >= before * 4))


@pytest.mark.shared
@pytest.mark.parametrize("start", [0, 68, 137])
def test_a_short_answer_cut_from_a_recorded_list_is_held(
    recordings: Callable[[str], bytes], start: int
) -> None:
    records = json.loads(recordings("series/watcher-together/2026-04-12"))["data"]
    whole = {record["id"]: Claims(native_id=record["id"]) for record in records}
    short = dict(list(whole.items())[start : start + 91])
    assert (len(whole), held(Told(whole), Told(short))) == (228, "shrunk")
