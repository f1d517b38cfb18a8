from datetime import UTC, date, datetime, timedelta

import pytest

from modeldex.rules.edition import published_on, refusal, rests

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()


def refused(records: int, published: date, had: int = 100, had_published: date = TODAY) -> str:
    said = refusal(
        records=records, published=published, had=had, had_published=had_published, today=TODAY
    )
    return said or ""


@pytest.mark.parametrize(
    ("records", "trusted"), [(1, False), (79, False), (80, True), (100, True), (9999, True)]
)
def test_an_edition_may_lose_a_fifth(records: int, trusted: bool) -> None:
    assert (refused(records, TODAY) == "") is trusted


def test_a_shrunken_edition_says_by_how_much() -> None:
    assert refused(7, TODAY) == "it has 7 records where there were 100"


def test_an_older_edition_is_refused() -> None:
    said = refused(100, date(2026, 11, 19))
    assert said == "it is of 2026-11-19, older than the one of 2026-11-20"


def test_an_edition_in_force_from_the_future_does_not_bar_todays() -> None:
    assert refused(100, TODAY, had_published=date(2031, 1, 1)) == ""


def test_an_edition_from_the_future_is_of_today() -> None:
    assert published_on(NOW + timedelta(days=9), NOW) == TODAY


def test_an_edition_is_of_the_day_that_its_publisher_says() -> None:
    assert published_on(NOW - timedelta(days=9), NOW) == date(2026, 11, 11)


def test_an_edition_without_a_day_is_of_the_day_it_was_fetched() -> None:
    assert published_on(None, NOW) == TODAY


@pytest.mark.parametrize(
    ("ago", "resting"),
    [(timedelta(0), True), (timedelta(minutes=59), True), (timedelta(hours=1), False)],
)
def test_a_dataset_that_failed_rests_for_an_hour(ago: timedelta, resting: bool) -> None:
    assert rests(NOW - ago, NOW) is resting


def test_a_failure_in_the_future_keeps_nobody_waiting() -> None:
    assert not rests(NOW + timedelta(days=1), NOW)


def test_what_did_not_fail_does_not_rest() -> None:
    assert not rests(None, NOW)
