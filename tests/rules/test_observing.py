from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import CAPABILITIES
from modeldex.domain.observation import BARS, CONTRADICTS, UNANSWERED, CallError, Told
from modeldex.rules.beta import bound
from modeldex.rules.observing import (
    Count,
    Standing,
    answered,
    falls,
    measured,
    rises,
    share,
    speaking,
    standing,
)
from tests.conftest import NOW

TODAY = NOW.date()
SILENT = sorted(set(CallError) - CONTRADICTS["tools"])
BETWEEN = Count(65, 35)
"""Surely neither below the low bar nor above the high one."""

counts = st.integers(0, 200)
events = st.lists(
    st.builds(
        Told,
        day=st.integers(0, 70).map(lambda ago: TODAY - timedelta(days=ago)),
        user=st.sampled_from("abc"),
        model=st.just("acme/one"),
        capability=st.just("tools"),
        ok=st.booleans(),
        error=st.sampled_from(["unsupported", "timeout"]),
        calls=st.integers(1, 40),
    ),
    max_size=25,
)


def told(
    ok: int, failed: int, user: str = "ann", ago: int = 0, error: str = "unsupported"
) -> list[Told]:
    day = TODAY - timedelta(days=ago)
    of = {"day": day, "user": user, "model": "acme/one", "capability": "tools"}
    good = Told(ok=True, calls=ok, **of)  # type: ignore[arg-type]
    bad = Told(ok=False, calls=failed, error=error, **of)  # type: ignore[arg-type]
    return [one for one in (good, bad) if one.calls]


def after(said: Iterable[Told], *, shared: bool = False, today: date = TODAY) -> Standing:
    days = speaking(said).get(("acme/one", "tools"), {})
    return standing(days, today, shared=shared)


def test_a_capability_that_fails_often_enough_is_taken_away() -> None:
    assert after(told(3, 97)).down


def test_a_capability_that_nobody_used_stands() -> None:
    assert after([]) == Standing(False, Count(), 0)


@pytest.mark.parametrize("error", SILENT)
def test_errors_that_say_nothing_of_the_capability_take_nothing_away(error: str) -> None:
    assert after(told(0, 10_000, error=error)) == Standing(False, Count(), 0)


def test_a_failure_without_a_reason_says_nothing() -> None:
    assert not after(told(0, 10_000, error="")).down


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_refusal_by_name_speaks_of_every_capability(capability: str) -> None:
    assert CallError.UNSUPPORTED in CONTRADICTS[capability]


def test_what_is_no_capability_is_not_counted() -> None:
    of = {"day": TODAY, "user": "ann", "model": "acme/one", "capability": "telepathy"}
    assert not speaking([Told(ok=False, error="unsupported", **of)])  # type: ignore[arg-type]


@given(st.integers(0, BARS.least - 1), counts)
def test_few_failures_never_take_a_capability_away(failed: int, ok: int) -> None:
    assert not falls(Count(ok, failed))


@given(counts, counts)
def test_it_falls_exactly_when_its_upper_bound_is_below_the_low_bar(ok: int, failed: int) -> None:
    upper = bound(BARS.sure, ok, failed)
    assert falls(Count(ok, failed)) == (failed >= BARS.least and upper < BARS.low)


@given(counts, counts)
def test_it_rises_exactly_when_its_lower_bound_is_above_the_high_bar(ok: int, failed: int) -> None:
    lower = 1 - bound(BARS.sure, failed, ok)
    assert rises(Count(ok, failed)) == (ok >= BARS.least and lower > BARS.high)


@given(counts, counts)
def test_nothing_falls_and_rises_at_once(ok: int, failed: int) -> None:
    assert not (falls(Count(ok, failed)) and rises(Count(ok, failed)))


@given(events, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_events_does_not_matter(
    said: list[Told], random: object, shared: bool
) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert after(mixed, shared=shared) == after(said, shared=shared)


@given(events, events, st.booleans())
def test_more_good_calls_take_nothing_away(
    said: list[Told], more: list[Told], shared: bool
) -> None:
    good = [Told(**{**_fields(one), "ok": True}) for one in more]
    assert after([*said, *good], shared=shared).down <= after(said, shared=shared).down


@given(events, events, st.booleans())
def test_more_failures_give_nothing_back(said: list[Told], more: list[Told], shared: bool) -> None:
    known = [Told(**{**_fields(one), "ok": False, "error": "unsupported"}) for one in more]
    assert after([*said, *known], shared=shared).down >= after(said, shared=shared).down


def _fields(one: Told) -> dict[str, object]:
    return {name: getattr(one, name) for name in Told.__struct_fields__}


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=20), st.booleans())
def test_between_the_bars_nothing_flaps(noise: Sequence[int], down: bool) -> None:
    began = told(0, 60, ago=50) if down else told(60, 0, ago=50)
    said = list(began)
    for ago, shift in enumerate(noise):
        said += told(BETWEEN.ok + shift, BETWEEN.failed - shift, ago=40 - ago)
    stands = {after(said, today=TODAY - timedelta(days=40 - ago)).down for ago in range(len(noise))}
    assert stands == {down}


def test_it_is_given_back_when_calls_succeed_again() -> None:
    said = told(0, 100, ago=60)
    assert after([*said, *told(100, 5, ago=1)], today=TODAY).down is False


def test_it_is_not_given_back_by_a_few_good_calls() -> None:
    assert after([*told(0, 100, ago=20), *told(BARS.least - 1, 0)]).down


def test_it_is_given_back_when_no_failure_is_left_in_the_window() -> None:
    assert not after(told(0, 100, ago=BARS.window_days)).down
    assert after(told(0, 100, ago=BARS.window_days - 1)).down


def test_calls_of_tomorrow_do_not_count() -> None:
    assert not after(told(0, 100, ago=-1)).down


def test_one_user_takes_nothing_away_from_all() -> None:
    assert not after(told(0, 100_000), shared=True).down


def test_one_user_among_others_who_have_no_trouble_takes_nothing_away() -> None:
    said = [*told(0, 100_000), *told(30, 1, user="bob"), *told(0, 5, user="cid")]
    assert not after(said, shared=True).down


def test_two_users_who_see_it_fail_take_it_away_from_all() -> None:
    assert after([*told(0, 25), *told(1, 25, user="bob")], shared=True).down


def test_one_user_gives_nothing_back_to_all() -> None:
    said = [*told(0, 30, ago=25), *told(0, 30, "bob", ago=25), *told(100_000, 0)]
    assert after(said, shared=True).down


@given(counts, counts, counts, counts, st.integers(1, 10**6))
def test_whatever_one_user_reports_nothing_is_taken_away_that_the_others_have(
    ok_a: int, failed_a: int, ok_b: int, failed_b: int, failed: int
) -> None:
    others = [*told(ok_a, failed_a, "a"), *told(ok_b, failed_b, "b")]
    if not after(others, shared=False).down:
        assert not after([*others, *told(0, failed, "c")], shared=True).down


def test_a_share_has_both_bounds_and_both_numbers() -> None:
    found = share(Count(3, 117))
    assert (found.ok, found.failed, found.calls) == (3, 117, 120)
    assert 0 < found.lower < 3 / 120 < found.mean < found.upper < 0.08


def test_what_the_caller_or_the_account_is_to_blame_for_is_no_matter_of_reliability() -> None:
    assert UNANSWERED.isdisjoint({"rate_limited", "quota", "key_rejected", "forbidden", "dns"})


@pytest.mark.parametrize(
    ("ok", "error", "count"),
    [
        (True, "", Count(7, 0)),
        (False, "timeout", Count(0, 7)),
        (False, "rate_limited", Count()),
        (False, "", Count()),
    ],
)
def test_reliability_counts_what_was_answered(ok: bool, error: str, count: Count) -> None:
    assert answered(ok, error, 7) == count


def test_reliability_is_that_of_the_middle_user() -> None:
    answers = {"acme/one": {"a": Count(98, 0), "b": Count(0, 10_000), "c": Count(97, 1)}}
    assert measured(answers, {}, TODAY, shared=True)["acme/one"].reliability == pytest.approx(0.98)


def test_one_user_measures_nothing_for_all() -> None:
    answers, waits = {"acme/one": {"a": Count(98, 0)}}, {"acme/one": {"a": 0.4}}
    assert not measured(answers, waits, TODAY, shared=True)
    assert measured(answers, waits, TODAY, shared=False)["acme/one"].latency_s == 0.4


def test_few_calls_measure_nothing() -> None:
    answers = {"acme/one": {"a": Count(BARS.least - 1, 0)}}
    assert not measured(answers, {}, TODAY, shared=False)
