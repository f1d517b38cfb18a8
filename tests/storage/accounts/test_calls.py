import threading
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modeldex.domain.account import Call
from modeldex.domain.errors import NotFound, UserMistake
from modeldex.domain.usage import Tally, Usage
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import call, people

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _ann_and_bob(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")


def test_a_call_reported_twice_counts_once(accounts: Accounts) -> None:
    assert accounts.calls.add_many("ann", [call("k1"), call("k2"), call("k1")]) == 2
    assert accounts.calls.add_many("ann", [call("k2"), call("k3")]) == 1
    assert accounts.calls.tally("acme/one", None, TODAY).ok == 3


def test_two_users_may_choose_the_same_id(accounts: Accounts) -> None:
    assert accounts.calls.add_many("ann", [call()]) == 1
    assert accounts.calls.add_many("bob", [call()]) == 1
    assert accounts.calls.tally("acme/one", None, TODAY).users == 2


def test_no_calls_are_no_news(accounts: Accounts) -> None:
    assert accounts.calls.add_many("ann", []) == 0
    assert accounts.calls.tallies(TODAY) == ()
    assert accounts.calls.tally("acme/one", "tools", TODAY) == Tally(
        model="acme/one", capability="tools"
    )


def test_calls_of_nobody_are_refused(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.calls.add_many("nobody", [call()])


@pytest.mark.parametrize("number", [-1, 2**40 + 1, 2**70])
def test_a_number_out_of_range_is_refused_whole(accounts: Accounts, number: int) -> None:
    with pytest.raises(UserMistake, match="out of range"):
        accounts.calls.add_many("ann", [call("k1"), call("k2", input_tokens=number)])
    assert accounts.calls.tallies(TODAY) == ()


def test_failures_are_told_apart_by_their_error(accounts: Accounts) -> None:
    errors = ["timeout", "timeout", "bad_payload", None]
    failed = [call(f"f{n}", ok=False, error=error) for n, error in enumerate(errors)]
    accounts.calls.add_many("ann", [*failed, call("fine")])
    tally = accounts.calls.tally("acme/one", None, TODAY)
    assert (tally.ok, tally.failed) == (1, 4)
    assert tally.failures == {"timeout": 2, "bad_payload": 1, "": 1}


def test_capabilities_are_tallied_apart(accounts: Accounts) -> None:
    accounts.calls.add_many("ann", [call("k1", capability="tools"), call("k2")])
    found = [(one.model, one.capability, one.ok) for one in accounts.calls.tallies(TODAY)]
    assert found == [("acme/one", None, 1), ("acme/one", "tools", 1)]


def test_a_window_begins_with_its_first_day(accounts: Accounts) -> None:
    calls = [call(f"k{age}", at=NOW - age * DAY) for age in range(5)]
    accounts.calls.add_many("ann", calls)
    windows = [accounts.calls.tally("acme/one", None, TODAY - n * DAY).ok for n in (0, 2, 9)]
    assert windows == [1, 3, 5]


def test_a_call_counts_on_its_own_day_in_utc(accounts: Accounts) -> None:
    from datetime import timezone

    late = NOW.replace(hour=1, tzinfo=timezone(3 * timedelta(hours=1)))
    accounts.calls.add_many("ann", [call(at=late)])
    assert accounts.calls.usage("ann", date.min)[0].day == TODAY - DAY


def test_latency_is_the_mean_of_the_calls_that_told_it(accounts: Accounts) -> None:
    told = [call("k1", latency_ms=100), call("k2", latency_ms=300), call("k3")]
    accounts.calls.add_many("ann", told)
    assert accounts.calls.tally("acme/one", None, TODAY).latency_ms == 200


def test_usage_is_told_by_day_and_model(accounts: Accounts) -> None:
    accounts.calls.add_many(
        "ann", [call("k1", input_tokens=5), call("k2", input_tokens=7, ok=False)]
    )
    accounts.calls.add_many("ann", [call("k3", at=NOW - DAY), call("k4", model="acme/two")])
    accounts.calls.add_many("ann", [call("k5", input_tokens=1, latency_ms=30)])
    assert accounts.calls.usage("ann", TODAY - DAY) == (
        Usage(day=TODAY - DAY, model="acme/one", calls=1, failed=0),
        Usage(day=TODAY, model="acme/one", calls=3, failed=1, input_tokens=13, latency_ms=30),
        Usage(day=TODAY, model="acme/two", calls=1, failed=0),
    )


def test_counts_outlive_the_calls(accounts: Accounts) -> None:
    accounts.calls.add_many("ann", [call("old", at=NOW - 9 * DAY), call("new")])
    assert accounts.calls.forget(NOW - DAY) == 1
    assert accounts.calls.tally("acme/one", None, date.min).ok == 2
    assert accounts.calls.add_many("ann", [call("new")]) == 0


def test_reporters_side_by_side_lose_and_double_nothing(accounts: Accounts) -> None:
    calls = [call(f"k{n}", model=f"acme/{n % 3}", ok=n % 2 == 0) for n in range(60)]
    new: list[int] = []

    def report(part: list[Call]) -> None:
        new.append(accounts.calls.add_many("ann", part))

    parts = [calls[:40], calls[20:], calls[::-1], calls[::2]]
    threads = [threading.Thread(target=report, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tallies = accounts.calls.tallies(TODAY)
    assert (sum(new), sum(one.ok for one in tallies), sum(one.failed for one in tallies)) == (
        60,
        30,
        30,
    )


CALLS = st.builds(
    call,
    id=st.sampled_from("abcdefgh"),
    at=st.integers(0, 3).map(lambda days: NOW - days * DAY),
    model=st.sampled_from(["m1", "m2"]),
    ok=st.booleans(),
    capability=st.sampled_from([None, "tools"]),
    input_tokens=st.none() | st.integers(0, 9),
    error=st.sampled_from([None, "timeout"]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.lists(CALLS, max_size=6), max_size=4))
def test_counts_are_those_of_the_first_report_of_each_id(
    accounts: Accounts, batches: list[list[Call]]
) -> None:
    accounts.people.remove("ann")
    people(accounts, "ann")
    first: dict[str, Call] = {}
    for batch in batches:
        accounts.calls.add_many("ann", batch)
        first = {**{one.id: one for one in batch}, **first}
    told = {
        (use.day, use.model): (use.calls, use.failed)
        for use in accounts.calls.usage("ann", date.min)
    }
    expected: dict[tuple[date, str], tuple[int, int]] = {}
    for one in first.values():
        calls, failed = expected.get((one.at.date(), one.model), (0, 0))
        expected[one.at.date(), one.model] = (calls + 1, failed + (not one.ok))
    assert told == expected
