import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.service.accounts.kept_document import KeptDocument

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


class Publisher:
    """Publishes numbers, each time another, or fails."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False

    async def __call__(self, _now: datetime) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise Verdict(Outcome.TIMEOUT, "no answer")
        return self.asked


@pytest.mark.anyio
async def test_a_document_is_kept_for_an_hour() -> None:
    kept = KeptDocument(Publisher())
    assert [await kept.get(NOW), await kept.get(NOW + HOUR - SECOND)] == [1, 1]
    assert await kept.get(NOW + HOUR) == 2


@pytest.mark.anyio
async def test_a_clock_that_was_set_back_keeps_nothing() -> None:
    kept = KeptDocument(Publisher())
    await kept.get(NOW)
    assert await kept.get(NOW - SECOND) == 2


@pytest.mark.anyio
async def test_those_who_ask_at_once_ask_once() -> None:
    kept = KeptDocument(Publisher())
    assert await asyncio.gather(*(kept.get(NOW) for _ in range(5))) == [1] * 5


@pytest.mark.anyio
async def test_a_newer_one_is_asked_for_once_a_minute() -> None:
    kept = KeptDocument(Publisher())
    await kept.get(NOW)
    assert [await kept.newer(NOW), await kept.newer(NOW + MINUTE - SECOND)] == [2, 2]
    assert await kept.newer(NOW + MINUTE) == 3


@pytest.mark.anyio
async def test_an_old_document_is_not_used_when_no_other_comes() -> None:
    publisher = Publisher()
    kept = KeptDocument(publisher)
    await kept.get(NOW)
    publisher.away = True
    with pytest.raises(Verdict):
        await kept.get(NOW + HOUR)


@pytest.mark.anyio
async def test_who_failed_is_left_alone_for_a_while() -> None:
    publisher = Publisher()
    publisher.away = True
    kept = KeptDocument(publisher)
    for later in (0, 5, 9):
        with pytest.raises(Verdict):
            await kept.get(NOW + later * SECOND)
    assert publisher.asked == 1
    publisher.away = False
    assert await kept.get(NOW + 10 * SECOND) == 2


@pytest.mark.anyio
async def test_a_failure_takes_away_nothing_that_is_still_good() -> None:
    publisher = Publisher()
    kept = KeptDocument(publisher)
    await kept.get(NOW)
    publisher.away = True
    with pytest.raises(Verdict):
        await kept.newer(NOW)
    assert await kept.get(NOW) == 1
