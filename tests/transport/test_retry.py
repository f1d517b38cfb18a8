from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.listing import Answer
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.retry import LONGEST_WAIT_S, WaitedOut, pause_s, retried, retry_after_s

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Result = Answer | Verdict


def answer(status: int, wait_s: float | None = None) -> Answer:
    return Answer(status=status, body=b"{}", retry_after_s=wait_s)


class Timeline:
    """A fake clock with scripted results, and the moments at which they were asked for."""

    def __init__(self, *results: Result, seconds: float = 10.0) -> None:
        self.results = list(results)
        self.ends = seconds
        self.now = 0.0
        self.asked: list[float] = []

    async def once(self) -> Answer:
        self.asked.append(self.now)
        result = self.results.pop(0)
        if isinstance(result, Verdict):
            raise result
        return result

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, attempts: int = 2, jitter: float = 0.5) -> Awaitable[Answer]:
        return retried(
            self.once,
            attempts=attempts,
            left_s=lambda: self.ends - self.now,
            sleep=self.sleep,
            jitter=lambda: jitter,
        )


@pytest.mark.anyio
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_trouble_is_asked_again(status: int) -> None:
    line = Timeline(answer(status), answer(200))
    assert (await line.run()).status == 200
    assert line.asked == [0.0, 0.25]


@pytest.mark.anyio
async def test_a_limit_waited_out_is_not_waited_out_twice() -> None:
    line = Timeline(WaitedOut(Outcome.UNREACHABLE, "no connection within 3 s"), answer(200))
    with pytest.raises(WaitedOut):
        await line.run()
    assert line.asked == [0.0]


@pytest.mark.anyio
@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 410, 422, 501])
async def test_a_final_answer_is_not_asked_again(status: int) -> None:
    line = Timeline(answer(status), answer(200))
    assert (await line.run()).status == status
    assert line.asked == [0.0]


@pytest.mark.anyio
async def test_a_broken_connection_is_asked_again() -> None:
    line = Timeline(Verdict(Outcome.UNREACHABLE, "broke off"), answer(200))
    assert (await line.run()).status == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    "outcome", [one for one in Outcome if one not in (Outcome.UNREACHABLE, Outcome.DNS)]
)
async def test_other_verdicts_are_final(outcome: Outcome) -> None:
    line = Timeline(Verdict(outcome, "no"), answer(200))
    with pytest.raises(Verdict):
        await line.run()
    assert line.asked == [0.0]


@pytest.mark.anyio
async def test_the_last_verdict_is_the_one_raised() -> None:
    line = Timeline(Verdict(Outcome.DNS, "first"), Verdict(Outcome.UNREACHABLE, "second"))
    with pytest.raises(Verdict, match="second"):
        await line.run()


@pytest.mark.anyio
async def test_waits_double_up_to_a_cap() -> None:
    line = Timeline(*[answer(503)] * 8, seconds=1000)
    await line.run(attempts=8, jitter=1.0)
    gaps = [later - sooner for sooner, later in zip(line.asked, line.asked[1:], strict=False)]
    assert gaps == [0.5, 1, 2, 4, 8, 8, 8]


@pytest.mark.anyio
async def test_the_wait_asked_for_is_kept_and_jittered_upwards() -> None:
    line = Timeline(answer(429, 3.0), answer(200))
    await line.run()
    assert line.asked == [0.0, 3.25]


@pytest.mark.anyio
@pytest.mark.parametrize("wait_s", [9.6, 120.0, 3600.0])
async def test_a_wait_that_does_not_fit_returns_the_answer_at_once(wait_s: float) -> None:
    line = Timeline(answer(429, wait_s), answer(200))
    assert await line.run() == answer(429, wait_s)
    assert line.now == 0.0


@pytest.mark.anyio
async def test_one_attempt_means_one_request() -> None:
    line = Timeline(answer(503), answer(200))
    assert (await line.run(attempts=1)).status == 503


@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 3600))
def test_a_pause_is_never_shorter_than_asked_for(
    tried: int, jitter: float, wait_s: float | None
) -> None:
    pause = pause_s(answer(429, wait_s), tried, jitter)
    assert pause is not None
    assert (wait_s or 0) <= pause <= (wait_s or 0) + 8


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("315360000", 3600.0),
        ("9" * 20, 3600.0),
        ("9" * 5000, None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW + timedelta(days=3650), usegmt=True), 3600.0),
        ("Fri, 20 Nov 2026 12:01:00 -0000", 60.0),
        ("Fri, 20 Nov 2026 13:01:00 +0100", 60.0),
        (format_datetime(NOW - timedelta(seconds=1), usegmt=True), None),
        (format_datetime(NOW, usegmt=True), None),
        ("-5", None),
        ("+5", None),
        ("soon", None),
        ("1e3", None),
        ("inf", None),
        ("nan", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_or_ignored(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value, NOW) == expected


def test_a_date_is_of_no_use_without_the_moment_of_the_answer() -> None:
    assert retry_after_s(format_datetime(NOW + timedelta(hours=1), usegmt=True), None) is None


@given(st.text() | st.from_regex(r"\w{3}, \d{1,9} Nov \d{1,9} \d\d:\d\d:\d\d [+-]?\d{1,12}"))
def test_any_retry_after_is_an_hour_at_most(value: str) -> None:
    read: Callable[[str | None, datetime], float | None] = retry_after_s
    found = read(value, NOW)
    assert found is None or 0 <= found <= LONGEST_WAIT_S
