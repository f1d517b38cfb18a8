from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.rules.redelivery import ATTEMPTS, next_try
from tests.conftest import NOW

TRIED = st.integers(1, ATTEMPTS - 1)
JITTER = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("tried", "least_s", "most_s"), [(1, 15, 30), (2, 60, 120), (3, 240, 480)])
def test_each_wait_is_four_times_as_long(tried: int, least_s: float, most_s: float) -> None:
    waits = [next_try(tried, NOW, jitter) for jitter in (0, 0.999999)]
    assert waits[0] == NOW + timedelta(seconds=least_s)
    assert NOW + timedelta(seconds=most_s - 1) < waits[1] < NOW + timedelta(seconds=most_s)  # type: ignore[operator]


@given(tried=TRIED, jitter=JITTER)
def test_no_wait_is_longer_than_half_a_day(tried: int, jitter: float) -> None:
    found = next_try(tried, NOW, jitter)
    assert found is not None
    assert NOW < found <= NOW + timedelta(hours=12)


@given(tried=TRIED, jitter=JITTER, wish_s=st.floats(0, 3600))
def test_a_receivers_wish_is_kept(tried: int, jitter: float, wish_s: float) -> None:
    found = next_try(tried, NOW, jitter, wish_s)
    assert found is not None
    assert found >= NOW + timedelta(seconds=wish_s)


@given(tried=st.integers(ATTEMPTS, 1000), jitter=JITTER)
def test_in_the_end_it_is_given_up(tried: int, jitter: float) -> None:
    assert next_try(tried, NOW, jitter, 5) is None
