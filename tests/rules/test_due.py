from datetime import UTC, datetime, timedelta

import pytest

from modeldex.rules.due import Due, due, spaced

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def decide(
    fetched: timedelta | None = None,
    tried: timedelta | None = None,
    may_ask: bool = True,
    force: bool = False,
    offline: bool = False,
) -> Due:
    return due(
        began=NOW,
        fetched_at=None if fetched is None else NOW - fetched,
        tried_at=None if tried is None else NOW - tried,
        may_ask=may_ask,
        ttl=HOUR,
        force=force,
        offline=offline,
    )


@pytest.mark.parametrize(
    ("wish", "decision"),
    [
        ({}, Due.ASK),
        ({"fetched": timedelta(minutes=59)}, Due.FRESH),
        ({"fetched": HOUR}, Due.ASK),
        ({"fetched": timedelta(minutes=59), "force": True}, Due.ASK),
        ({"fetched": -HOUR}, Due.ASK),
        ({"may_ask": False}, Due.PARKED),
        ({"may_ask": False, "force": True}, Due.ASK),
        ({"may_ask": False, "fetched": timedelta(minutes=1)}, Due.FRESH),
        ({"tried": timedelta(seconds=-1)}, Due.JUST_TRIED),
        ({"tried": timedelta(seconds=-1), "force": True}, Due.JUST_TRIED),
        ({"tried": timedelta(0)}, Due.ASK),
        ({"tried": timedelta(seconds=1)}, Due.ASK),
        ({"tried": timedelta(days=-400)}, Due.ASK),
        ({"offline": True, "force": True}, Due.OFFLINE),
    ],
)
def test_a_connection_is_asked_when_it_is_due(wish: dict[str, object], decision: Due) -> None:
    assert decide(**wish) is decision  # type: ignore[arg-type]


def test_intervals_are_up_to_a_tenth_shorter_and_always_the_same() -> None:
    found = [spaced(HOUR, f"p{number}:x") for number in range(200)]
    assert all(HOUR * 0.9 <= one <= HOUR for one in found)
    assert found == [spaced(HOUR, f"p{number}:x") for number in range(200)]


def test_connections_do_not_fall_due_together() -> None:
    assert len({spaced(HOUR, f"p{number}:x") for number in range(200)}) > 190
