from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.memory import Announced, Memory, Remembered, Thresholds
from modeldex.domain.source import Source
from modeldex.rules.aging import aged, renamed

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Thresholds()
ENDING = Announced(lifecycle=Lifecycle.DEPRECATED, retires_on=date(2026, 2, 1), successor="b")


def lived(
    listings: Iterable[tuple[float, Collection[str]]],
    announced: Mapping[str, Announced] | None = None,
    bound: Collection[str] = (),
    limits: Thresholds = LIMITS,
) -> Memory:
    """The memory after lists on these days."""
    memory = Memory()
    for day, listed in listings:
        memory = aged(memory, listed, announced or {}, limits, START + day * DAY, bound)
    return memory


def missing_daily(
    days: int, *, bound: Collection[str] = (), said: Announced | None = None
) -> Memory:
    """Listed on day 0, and missing from the daily lists of day 1 and of so many days after it."""
    listings = [(0.0, {"a"}), *((float(day), {"z"}) for day in range(1, days + 2))]
    return lived(listings, {"a": said} if said else None, bound)


def state(memory: Memory) -> Lifecycle:
    return memory.models["a"].lifecycle


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "stale"), (13, "stale"), (14, "deprecated"), (29, "deprecated"), (30, "removed")],
)
def test_a_model_ages_by_the_days_it_has_been_missing(days: int, expected: str) -> None:
    assert state(missing_daily(days)) == expected


def test_a_bound_model_is_never_removed() -> None:
    assert state(missing_daily(90, bound={"a"})) is Lifecycle.DEPRECATED


def test_a_removed_model_has_a_tombstone_of_that_day() -> None:
    assert missing_daily(40).models["a"].tombstone == START + 31 * DAY


def test_a_model_that_returns_is_active_at_once() -> None:
    assert state(lived([(0, {"a"}), (1, {"z"}), (2, {"a"})])) is Lifecycle.ACTIVE


def test_a_tombstone_stays_when_the_model_returns() -> None:
    back = aged(missing_daily(40), {"a"}, {}, LIMITS, START + 50 * DAY)
    assert (state(back), back.models["a"].tombstone) == (Lifecycle.ACTIVE, START + 31 * DAY)


def test_the_first_list_without_a_model_counts_nothing() -> None:
    memory = lived([(0, {"a"}), (200, {"z"})])
    assert (state(memory), memory.models["a"].missing_for) == (Lifecycle.STALE, timedelta(0))


def test_an_outage_counts_no_more_than_the_longest_step() -> None:
    memory = lived([(0, {"a"}), (1, {"z"}), (21, {"z"})])
    assert memory.models["a"].missing_for == LIMITS.longest_step


def test_no_model_is_moved_on_by_the_list_after_a_leap() -> None:
    days = [float(day) for day in range(1, 14)]
    memory = lived([(0, {"a"}), *((day, {"z"}) for day in days), (33, {"z"})])
    assert memory.models["a"].missing_for > LIMITS.deprecated_after
    assert state(memory) is Lifecycle.STALE


def test_the_list_after_that_one_moves_it_on() -> None:
    days = [float(day) for day in range(1, 14)]
    memory = lived([(0, {"a"}), *((day, {"z"}) for day in days), (33, {"z"}), (33.04, {"z"})])
    assert state(memory) is Lifecycle.DEPRECATED


def test_a_year_ahead_and_back_again_ages_no_more_than_one_step() -> None:
    memory = lived([(0, {"a"}), (1, {"z"}), (366, {"z"}), (1.04, {"z"}), (1.08, {"z"})])
    assert memory.models["a"].missing_for < LIMITS.longest_step + DAY
    assert state(memory) is Lifecycle.STALE


def test_a_clock_set_back_counts_nothing() -> None:
    memory = lived([(0, {"a"}), (9, {"z"}), (5, {"z"})])
    assert memory.models["a"].missing_for == timedelta(0)


@pytest.mark.parametrize(
    ("months", "expected"), [(6, "stale"), (7, "deprecated"), (11, "deprecated"), (12, "removed")]
)
def test_a_list_a_month_is_enough_in_the_end(months: int, expected: str) -> None:
    lists = [(30.0 * month, {"z"}) for month in range(1, months + 1)]
    assert state(lived([(0, {"a"}), *lists])) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ENDING, "deprecated"),
        (Announced(lifecycle=Lifecycle.DEPRECATED), "deprecated"),
        (Announced(retires_on=date(2026, 5, 1)), "deprecated"),
        (Announced(retires_on=date(2025, 5, 1)), "deprecated"),
        (Announced(retires_on=date(2027, 5, 1)), "active"),
        (Announced(lifecycle=Lifecycle.ACTIVE), "active"),
        (Announced(successor="b"), "active"),
    ],
)
def test_an_announced_end_deprecates_a_listed_model(said: Announced, expected: str) -> None:
    assert state(lived([(0, {"a"})], {"a": said})) == expected


def test_an_announcement_is_remembered_with_its_source() -> None:
    said = msgspec.structs.replace(ENDING, source=Source.KNOWLEDGE)
    known = lived([(0, {"a"})], {"a": said}).models["a"]
    assert (known.announced_by, known.retires_on, known.successor) == (
        Source.KNOWLEDGE,
        date(2026, 2, 1),
        "b",
    )


def test_an_announcement_that_is_withdrawn_makes_a_listed_model_active() -> None:
    memory = lived([(0, {"a"})], {"a": ENDING})
    known = aged(memory, {"a"}, {}, LIMITS, START + DAY).models["a"]
    assert (known.lifecycle, known.retires_on) == (Lifecycle.ACTIVE, None)


def test_what_was_announced_is_remembered_of_a_missing_model() -> None:
    memory = aged(lived([(0, {"a"})], {"a": ENDING}), {"z"}, {}, LIMITS, START + DAY)
    assert (state(memory), memory.models["a"].successor) == (Lifecycle.DEPRECATED, "b")


def test_an_announced_model_is_removed_no_sooner() -> None:
    assert state(missing_daily(29, said=ENDING)) is Lifecycle.DEPRECATED


def test_a_model_back_after_a_short_while_is_unstable() -> None:
    assert lived([(0, {"a"}), (1, {"z"}), (13, {"a"})]).models["a"].unstable


@pytest.mark.parametrize("back", [15, 16, 400])
def test_a_model_back_after_long_is_not(back: int) -> None:
    assert not lived([(0, {"a"}), (1, {"z"}), (back, {"a"})]).models["a"].unstable


@pytest.mark.parametrize(("days", "unstable"), [(13, True), (14, False)])
def test_an_unstable_model_has_to_be_listed_for_as_long(days: int, unstable: bool) -> None:
    steady = [(2.0 + day, {"a"}) for day in range(days + 1)]
    memory = lived([(0, {"a"}), (1, {"z"}), *steady])
    assert memory.models["a"].unstable is unstable


def test_the_same_list_again_changes_nothing() -> None:
    memory = missing_daily(20)
    assert aged(memory, {"z"}, {}, LIMITS, START + 21 * DAY) == memory


def test_thresholds_are_configuration() -> None:
    short = Thresholds(deprecated_after=DAY, removed_after=2 * DAY)
    days = [(0.0, {"a"}), *((float(day), {"z"}) for day in range(1, 4))]
    assert state(lived(days, limits=short)) is Lifecycle.REMOVED


def test_a_renamed_model_has_been_seen_for_as_long_as_before() -> None:
    memory = renamed(lived([(0, {"a"})]), {"a": "b"}, START + DAY)
    assert memory.models["b"].first_seen == START


def test_an_old_name_is_a_tombstone_that_leads_to_the_new_one() -> None:
    memory = renamed(lived([(0, {"a"})]), {"a": "b"}, START + DAY)
    old = aged(memory, {"b"}, {}, LIMITS, START + DAY).models["a"]
    assert (old.lifecycle, old.renamed_to, old.tombstone) == (
        Lifecycle.REMOVED,
        "b",
        START + DAY,
    )


def test_a_rename_to_a_known_model_or_of_an_unknown_one_is_left_out() -> None:
    memory = lived([(0, {"a", "b"})])
    assert renamed(memory, {"a": "b", "c": "d"}, START + DAY) == memory


DAYS = st.floats(-400, 400, allow_nan=False)
LISTS = st.lists(st.tuples(DAYS, st.sets(st.sampled_from("abc"))), min_size=1, max_size=40)
ANNOUNCED = st.dictionaries(st.sampled_from("abc"), st.just(ENDING))
ORDER = list(Lifecycle)


def steps(
    listings: list[tuple[float, set[str]]], announced: Mapping[str, Announced]
) -> list[Memory]:
    memories = [Memory()]
    for day, listed in listings:
        memories.append(aged(memories[-1], listed, announced, LIMITS, START + day * DAY))
    return memories


def pairs(memories: list[Memory]) -> list[tuple[Remembered, Remembered]]:
    """Every model before and after every list."""
    return [
        (was, after.models[name])
        for before, after in pairwise(memories)
        for name, was in before.models.items()
    ]


@given(LISTS, ANNOUNCED)
def test_first_seen_never_moves_and_nothing_is_forgotten(
    listings: list[tuple[float, set[str]]], announced: dict[str, Announced]
) -> None:
    for was, now in pairs(steps(listings, announced)):
        assert now.first_seen == was.first_seen
        assert was.tombstone in (None, now.tombstone)


@given(LISTS, ANNOUNCED)
def test_a_missing_model_only_moves_on_and_one_state_at_a_time(
    listings: list[tuple[float, set[str]]], announced: dict[str, Announced]
) -> None:
    for was, now in pairs(steps(listings, announced)):
        if not now.listed:
            at = ORDER.index(now.lifecycle) - ORDER.index(was.lifecycle)
            assert at in (0, 1) or (at == 2 and now.announced_by is not None)
            assert was.listed or now.missing_for >= was.missing_for


@given(LISTS)
def test_a_listed_model_is_active_whatever_was_before(
    listings: list[tuple[float, set[str]]],
) -> None:
    for memory, (_, listed) in zip(steps(listings, {})[1:], listings, strict=True):
        assert {name for name, one in memory.models.items() if one.listed} == listed
        assert all(memory.models[name].lifecycle is Lifecycle.ACTIVE for name in listed)


@given(LISTS, ANNOUNCED, st.randoms())
def test_the_order_of_the_models_changes_nothing(
    listings: list[tuple[float, set[str]]], announced: dict[str, Announced], chance: object
) -> None:
    memory = Memory()
    for day, listed in listings:
        order = sorted(listed)
        chance.shuffle(order)  # type: ignore[attr-defined]
        memory = aged(memory, order, announced, LIMITS, START + day * DAY)
    expected = steps(listings, announced)[-1]
    assert msgspec.json.encode(memory) == msgspec.json.encode(expected)


@given(LISTS)
def test_never_does_more_time_count_than_passed_or_than_the_steps_allow(
    listings: list[tuple[float, set[str]]],
) -> None:
    for was, now in pairs(steps(listings, {})):
        if not now.listed:
            assert now.missing_for - was.missing_for <= LIMITS.longest_step


@given(st.lists(st.floats(0.01, 30), min_size=2, max_size=30))
def test_failures_between_two_lists_do_not_age(gaps: list[float]) -> None:
    ends = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    memory = lived([(0, {"a"}), *((end, {"z"}) for end in ends)])
    most = sum((min(gap * DAY, LIMITS.longest_step) for gap in gaps[1:]), timedelta(0))
    assert memory.models["a"].missing_for <= most + timedelta(seconds=1)
