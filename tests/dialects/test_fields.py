import decimal
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.dialects import fields
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.price import Price, exact

amounts = st.decimals(min_value=0, max_value=10**6, places=12, allow_nan=False)
UNITS = [
    (fields.usd_per_token, 10**6),
    (fields.usd_per_million, 1),
    (fields.usd_per_million_each, Decimal("1E-6")),
    (fields.cents_per_hundred_million, Decimal("1E-4")),
    (fields.cents_per_hundred_million_each, Decimal("1E-10")),
]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, None),
        ("", None),
        (" \t ", None),
        ("Grok\x1b[31m 4\n", "Grok[31m 4"),
        ("caf\u0065\u0301", "caf\u00e9"),
        ("\ud800x", "x"),
        ("a" * 300, "a" * 200),
    ],
)
def test_text_is_one_clean_short_line(said: str | None, expected: str | None) -> None:
    assert fields.text(said) == expected


@given(st.text())
def test_text_never_carries_control_characters(said: str) -> None:
    assert all(char.isprintable() or char > "\x9f" for char in fields.text(said) or "")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (131072, 131072),
        (131072.0, 131072),
        ("131072", 131072),
        (Decimal(131072), 131072),
        (0, None),
        (-1, None),
        (0.5, None),
        (math.inf, None),
        (math.nan, None),
        ("many", None),
        ("9" * 5000, None),
        (2**53, None),
        (Decimal("1E+999999999999"), None),
        (Decimal("sNaN"), None),
        (None, None),
    ],
)
def test_a_count_is_whole_and_above_zero(said: Any, expected: int | None) -> None:
    assert fields.count(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (1754352000, datetime(2025, 8, 5, tzinfo=UTC)),
        (0, None),
        (None, None),
        (-5, None),
        (1, None),
        (1e300, None),
        (math.nan, None),
    ],
)
def test_seconds_outside_of_plausible_years_are_unknown(said: Any, expected: Any) -> None:
    assert fields.unix_seconds(said) == expected


def test_milliseconds_are_read_as_such() -> None:
    assert fields.unix_milliseconds(1754352000000) == datetime(2025, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-07-24T10:00:00Z", datetime(2026, 7, 24, 10, tzinfo=UTC)),
        ("2026-07-24T12:00:00+02:00", datetime(2026, 7, 24, 10, tzinfo=UTC)),
        ("2026-07-24 10:00:00", datetime(2026, 7, 24, 10, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_aware_and_plausible(said: str | None, expected: datetime | None) -> None:
    assert fields.moment(said) == expected


@given(st.text())
def test_no_text_breaks_a_moment(said: str) -> None:
    found = fields.moment(said)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("said", "expected"),
    [((2026, 12, 31), date(2026, 12, 31)), ((2026, 2, 30), None), ((0, 0, 0), None)],
)
def test_three_numbers_are_a_day_when_a_calendar_has_it(
    said: tuple[int, int, int], expected: date | None
) -> None:
    assert fields.calendar_day(*said) == expected


@pytest.mark.parametrize(("unit", "factor"), UNITS)
@given(said=amounts)
def test_a_price_is_its_value_in_the_unit_exactly(unit: Any, factor: Any, said: Decimal) -> None:
    with decimal.localcontext(prec=100):
        assert unit(said) == said * factor


@pytest.mark.parametrize(("unit", "factor"), UNITS)
def test_the_callers_precision_does_not_round_a_price(unit: Any, factor: Any) -> None:
    said = Decimal("1.23456789012345678")
    with decimal.localcontext(prec=3):
        found = unit(said)
    assert found == said * factor


@pytest.mark.parametrize(
    "said",
    [
        *("NaN", "sNaN", "Infinity", "-Infinity", "-1", "-0.0000001"),
        *("1E+999999999999", "1E-999999", "1" * 41),
    ],
)
@pytest.mark.parametrize(("unit", "factor"), UNITS)
def test_nonsense_is_no_price(unit: Any, factor: Any, said: str) -> None:
    assert unit(Decimal(said)) is None


@pytest.mark.parametrize("said", ["0", "-0", "0E-999999", "0E+999999"])
def test_zero_is_a_price_of_zero(said: str) -> None:
    found = fields.usd_per_token(Decimal(said))
    assert found is not None
    assert exact(found) == "0"


@given(st.decimals())
def test_every_price_has_a_short_exact_text(said: Decimal) -> None:
    found = fields.usd_per_token(said)
    assert found is None or len(exact(found)) <= 100


def test_a_price_per_minute_is_shown_per_second() -> None:
    assert fields.usd_per_minute(Decimal("0.0015")) == Decimal("0.000025")
    assert fields.usd_per_minute(None) is None


def test_an_hour_is_so_many_seconds() -> None:
    assert fields.usd_per_hour(Decimal("0.36")) == Decimal("0.0001")
    assert fields.usd_per_hour(None) is None


def test_a_side_rate_of_zero_is_not_offered() -> None:
    assert fields.charged(Decimal(0)) is None
    assert fields.charged(Decimal(1)) == 1


def test_a_price_without_rates_is_unknown() -> None:
    assert fields.price(input=None, output=None) is None


def test_a_price_of_zero_is_known() -> None:
    assert fields.price(input=Decimal(0)) == Price(input=Decimal(0))


def test_a_varying_price_needs_no_rate() -> None:
    assert fields.price(varies=True) == Price(varies=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, None),
        ([], None),
        (["smell"], None),
        (["image", "Text ", "image"], (Modality.TEXT, Modality.IMAGE)),
        (["transcription"], (Modality.TEXT,)),
    ],
)
def test_modalities_are_named_once_in_order(said: list[str] | None, expected: Any) -> None:
    assert fields.modalities(said) == expected


def test_text_is_joined_by_the_media_that_are_stated() -> None:
    assert fields.text_and(image=True, pdf=None, audio=False) == (Modality.TEXT, Modality.IMAGE)


@pytest.mark.parametrize(("names", "expected"), [(None, None), ([], False), (["b"], True)])
def test_an_ability_is_unknown_without_a_list(names: Any, expected: bool | None) -> None:
    assert fields.has(names, "a", "b") is expected


@pytest.mark.parametrize(
    ("able", "expected"), [(None, None), (False, Reasoning.NONE), (True, Reasoning.CONFIGURABLE)]
)
def test_a_bare_yes_to_reasoning_is_configurable(able: Any, expected: Any) -> None:
    assert fields.reasoning(able) is expected


@pytest.mark.parametrize(
    ("flag", "expected"), [(None, None), (False, Lifecycle.ACTIVE), (True, Lifecycle.DEPRECATED)]
)
def test_a_deprecation_flag_is_a_lifecycle(flag: Any, expected: Any) -> None:
    assert fields.deprecation(flag) is expected
