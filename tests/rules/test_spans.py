from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.errors import BadQuery
from modeldex.rules.spans import moment
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("said", "back"),
    [("12h", timedelta(hours=12)), ("7d", timedelta(days=7)), (" 4W ", timedelta(weeks=4))],
)
def test_a_span_lies_before_now(said: str, back: timedelta) -> None:
    assert moment(said, NOW) == NOW - back


def test_a_day_is_its_beginning_in_utc() -> None:
    assert moment("2026-11-01", NOW) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "yesterday", "7", "d", "-3d", "2026-13-01", "999999y"])
def test_what_is_no_moment_is_told_with_what_would_be(said: str) -> None:
    with pytest.raises(BadQuery, match="7d"):
        moment(said, NOW)


@given(st.text())
def test_no_text_raises_anything_else(said: str) -> None:
    with suppress(BadQuery):
        assert moment(said, NOW).tzinfo is not None
