from datetime import timedelta

import pytest

from modeldex.domain.account import Call
from modeldex.domain.observation import Told
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW

from .builders import call, people

TODAY = NOW.date()
DAY = timedelta(days=1)


def reported(accounts: Accounts, user: str, *calls: Call) -> None:
    accounts.calls.add_many(user, calls)


@pytest.fixture
def two(accounts: Accounts) -> Accounts:
    people(accounts, "ann", "bob")
    return accounts


def using(id: str, **fields: object) -> Call:
    return call(id, capability="tools", **fields)


def test_calls_are_told_user_by_user_and_day_by_day(two: Accounts) -> None:
    reported(two, "ann", using("k1"), using("k2"), using("k3", ok=False, error="unsupported"))
    reported(two, "bob", using("k1", at=NOW - DAY))
    of = {"model": "acme/one", "capability": "tools"}
    assert set(two.observed.told(TODAY - DAY)) == {
        Told(day=TODAY, user="ann", ok=True, calls=2, **of),
        Told(day=TODAY, user="ann", ok=False, error="unsupported", **of),
        Told(day=TODAY - DAY, user="bob", ok=True, **of),
    }


def test_calls_that_used_nothing_special_are_no_word_on_capabilities(two: Accounts) -> None:
    reported(two, "ann", call())
    assert not list(two.observed.told(TODAY))


def test_calls_of_other_users_and_of_earlier_days_can_be_left_out(two: Accounts) -> None:
    reported(two, "ann", using("k1"), using("k2", at=NOW - DAY))
    reported(two, "bob", using("k1"))
    assert [one.user for one in two.observed.told(TODAY, "ann")] == ["ann"]


def test_answers_count_whatever_was_used(two: Accounts) -> None:
    failed = using("k2", ok=False, error="timeout")
    reported(two, "ann", call("k1"), failed, call("k3", at=NOW - DAY))
    assert set(two.observed.answers(TODAY - DAY)) == {
        ("acme/one", "ann", True, "", 2),
        ("acme/one", "ann", False, "timeout", 1),
    }


def test_answers_of_one_user_are_theirs_alone(two: Accounts) -> None:
    reported(two, "bob", call())
    assert not list(two.observed.answers(TODAY, "ann"))


@pytest.mark.parametrize(
    ("waits", "median"),
    [((500,), 0.5), ((900, 100, 300), 0.3), ((100, 200, 400, 9000), 0.3), ((5, 5, 5, 5, 5), 0.005)],
)
def test_a_users_wait_is_their_median(two: Accounts, waits: tuple[int, ...], median: float) -> None:
    calls = [call(f"k{at}", latency_ms=wait) for at, wait in enumerate(waits)]
    reported(two, "ann", *calls, call("untimed"))
    assert list(two.observed.waits(NOW - DAY, 1)) == [("acme/one", "ann", pytest.approx(median))]


def test_few_timed_calls_have_no_median(two: Accounts) -> None:
    reported(two, "ann", call("k1", latency_ms=1), call("k2", latency_ms=2))
    assert not list(two.observed.waits(NOW - DAY, 3))


def test_medians_are_of_each_user_and_model(two: Accounts) -> None:
    reported(two, "ann", call("k1", latency_ms=100), call("k2", latency_ms=200, model="acme/two"))
    reported(two, "bob", call("k1", latency_ms=900))
    assert set(two.observed.waits(NOW - DAY, 1)) == {
        ("acme/one", "ann", 0.1),
        ("acme/two", "ann", 0.2),
        ("acme/one", "bob", 0.9),
    }
    assert {user for _, user, _ in two.observed.waits(NOW - DAY, 1, "bob")} == {"bob"}
