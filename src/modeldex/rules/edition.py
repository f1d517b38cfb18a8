"""Whether a newer edition of a public dataset is to be trusted in the place of the one in force."""

from datetime import date, datetime, timedelta

SHRINKS_TO = 0.8
"""Share of the earlier records below which an edition is taken for a broken one."""
AFTER_FAILURE = timedelta(hours=1)
"""How long a dataset that could not be fetched is left alone."""


def published_on(said: datetime | None, now: datetime) -> date:
    """The day of an edition: what its publisher says, else the day on which it was fetched.

    A day to come is a wrong clock, and would make every later edition look older.
    """
    return min(said or now, now).date()


def refusal(
    *, records: int, published: date, had: int, had_published: date, today: date
) -> str | None:
    """Why an edition of `records` records is not taken; `None` when it is.

    `had` and `had_published` describe the edition in force.
    """
    if published < min(had_published, today):
        return f"it is of {published}, older than the one of {had_published}"
    if records < had * SHRINKS_TO:
        return f"it has {records} records where there were {had}"
    return None


def rests(failed_at: datetime | None, now: datetime) -> bool:
    """Whether a dataset that could not be fetched at `failed_at` is still left alone.

    `None` is one that did not fail.
    """
    return failed_at is not None and timedelta(0) <= now - failed_at < AFTER_FAILURE
