from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.outcome import Outcome
from modeldex.transport.breaker import LONGEST, BreakerState, after, may_ask

CLOSED = BreakerState()
SICK = [Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS, Outcome.RATE_LIMITED]
outcomes = st.sampled_from(Outcome)


def failed(times: int, now: datetime, jitter: float = 0.0) -> BreakerState:
    state = CLOSED
    for _ in range(times):
        state = after(state, Outcome.TIMEOUT, now, jitter=jitter)
    return state


def test_a_connection_never_asked_may_be_asked(now: datetime) -> None:
    assert may_ask(CLOSED, now)


def test_two_failures_leave_it_open_to_requests(now: datetime) -> None:
    assert may_ask(failed(2, now), now)


@pytest.mark.parametrize(
    ("times", "minutes"), [(3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 60), (500, 60)]
)
def test_failures_in_a_row_double_the_wait_up_to_an_hour(
    times: int, minutes: int, now: datetime
) -> None:
    assert failed(times, now).open_until == now + timedelta(minutes=minutes)


def test_jitter_shortens_the_wait_by_a_fifth_at_most(now: datetime) -> None:
    assert failed(3, now, jitter=1.0).open_until == now + timedelta(seconds=48)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_sickness_of_provider_or_network_counts(outcome: Outcome, now: datetime) -> None:
    counted = after(CLOSED, outcome, now).failures == 1
    assert counted is (outcome in SICK)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one.about_key])
def test_a_key_problem_neither_opens_nor_heals(outcome: Outcome, now: datetime) -> None:
    state = after(failed(3, now), outcome, now)
    assert (state.failures, state.open_until) == (3, now + timedelta(minutes=1))


def test_an_answer_heals_at_once(now: datetime) -> None:
    healed = after(failed(8, now), Outcome.OK, now)
    assert healed == BreakerState(last_outcome=Outcome.OK)


def test_a_wish_to_be_left_alone_parks_at_the_first_failure(now: datetime) -> None:
    state = after(CLOSED, Outcome.RATE_LIMITED, now, retry_after_s=120)
    assert not may_ask(state, now + timedelta(seconds=119))
    assert may_ask(state, now + timedelta(seconds=120))


@pytest.mark.parametrize("nonsense", [-5.0, 0.0, float("nan")])
def test_a_senseless_wish_parks_nothing(nonsense: float, now: datetime) -> None:
    assert after(CLOSED, Outcome.RATE_LIMITED, now, retry_after_s=nonsense).open_until is None


def test_the_breakers_own_wait_wins_over_a_shorter_wish(now: datetime) -> None:
    state = after(failed(5, now), Outcome.RATE_LIMITED, now, retry_after_s=1)
    assert state.open_until == now + timedelta(minutes=8)


def test_a_failed_probe_opens_it_again_for_longer(now: datetime) -> None:
    later = now + timedelta(minutes=1)
    state = failed(3, now)
    assert may_ask(state, later)
    assert after(state, Outcome.TIMEOUT, later).open_until == later + timedelta(minutes=2)


def test_a_clock_set_back_a_day_does_not_keep_it_open(now: datetime) -> None:
    assert may_ask(failed(9, now), now - timedelta(days=1))


@given(
    st.lists(st.tuples(outcomes, st.none() | st.floats(), st.floats(0, 1)), max_size=20),
    st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=30)),
)
def test_nothing_keeps_it_open_for_more_than_an_hour(
    steps: list[tuple[Outcome, float | None, float]], shift: timedelta
) -> None:
    now = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    state = CLOSED
    for outcome, wish, jitter in steps:
        state = after(state, outcome, now, wish, jitter)
    assert may_ask(state, now + shift) or may_ask(state, now + shift + LONGEST)
