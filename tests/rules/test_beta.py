from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.rules.beta import below, bound, mean

counts = st.integers(0, 120)
percents = st.integers(1, 99)


def exactly(percent: int, ok: int, failed: int) -> Fraction:
    """The same as a sum: at least `ok` + 1 of `ok` + `failed` + 1 tosses come up."""
    x, tosses = Fraction(percent, 100), ok + failed + 1
    return sum(
        (comb(tosses, k) * x**k * (1 - x) ** (tosses - k) for k in range(ok + 1, tosses + 1)),
        Fraction(),
    )


@given(percents, counts, counts)
def test_the_tail_is_the_sum_that_defines_it(percent: int, ok: int, failed: int) -> None:
    assert below(percent / 100, ok, failed) == pytest.approx(
        float(exactly(percent, ok, failed)), abs=1e-12
    )


def test_before_any_call_every_share_is_as_likely() -> None:
    assert below(0.3, 0, 0) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("share", "probability"), [(0.0, 0.0), (-1.0, 0.0), (1.0, 1.0), (2.0, 1.0)]
)
def test_a_share_is_never_outside_of_0_and_1(share: float, probability: float) -> None:
    assert below(share, 3, 4) == probability


@given(counts, counts)
def test_the_bound_is_where_the_tail_reaches_the_probability(ok: int, failed: int) -> None:
    assert below(bound(0.975, ok, failed), ok, failed) == pytest.approx(0.975, abs=1e-9)


@given(counts, counts)
def test_the_share_to_expect_is_between_its_bounds(ok: int, failed: int) -> None:
    assert 1 - bound(0.975, failed, ok) < mean(ok, failed) < bound(0.975, ok, failed)


@pytest.mark.parametrize("many", [10**4, 10**6, 10**8])
def test_many_calls_are_no_trouble(many: int) -> None:
    assert below(0.5, many, many) == pytest.approx(0.5, abs=1e-5)
    assert bound(0.975, many, many) == pytest.approx(0.5, abs=1 / many**0.5)
