import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from tests.transport.faults import writing
from tests.transport.servers import (
    ASK,
    ONCE,
    answering,
    connection,
    fetch,
    reply,
    serve,
)

pytestmark = pytest.mark.anyio
BODY = b'{"data":[{"id":"m"}]}'


async def test_a_passing_trouble_is_asked_again_once() -> None:
    limits = Limits(attempts=2)
    async with serve(answering(reply(status="503 X"), reply(BODY))) as server:
        assert (await fetch(connection(server.url), limits=limits)).status == 200
    assert len(server.requests) == 2


async def test_a_wait_asked_for_separates_the_two_requests() -> None:
    limits = Limits(attempts=2)
    async with serve(answering(reply(status="429 X", retry_after="1"), reply(BODY))) as server:
        await fetch(connection(server.url), limits=limits)
    first, second = server.arrivals
    assert second - first >= 1.0


async def test_a_wait_too_long_is_told_and_not_waited_for() -> None:
    async with serve(answering(reply(status="429 X", retry_after="120"))) as server:
        answer = await fetch(connection(server.url), limits=Limits(attempts=2))
    assert (answer.status, answer.retry_after_s, len(server.requests)) == (429, 120.0, 1)


@pytest.mark.parametrize(
    ("date", "clock", "expected"),
    [
        ("Fri, 20 Nov 2026 11:58:00 GMT", None, 120.0),
        ("Fri, 20 Nov 2026 11:58:00 GMT", lambda: datetime.max.replace(tzinfo=UTC), 120.0),
        ("", lambda: datetime(2026, 11, 20, 11, 59, tzinfo=UTC), 60.0),
        ("", None, None),
    ],
)
async def test_a_date_to_wait_for_counts_from_the_answers_own_date(
    date: str, clock: Callable[[], datetime] | None, expected: float | None
) -> None:
    until = "Fri, 20 Nov 2026 12:00:00 GMT"
    handler = answering(reply(status="429 X", retry_after=until, date=date))
    async with serve(handler) as server, open_transport(ONCE, clock) as transport:
        answer = await transport.fetch(connection(server.url), ASK)
    assert answer.retry_after_s == expected


async def test_no_wait_goes_beyond_the_end_of_the_connections_attempt() -> None:
    ends_at = asyncio.get_running_loop().time() + 1.0
    async with serve(answering(reply(status="429 X", retry_after="2"))) as server:
        answer = await fetch(connection(server.url), limits=Limits(attempts=2), ends_at=ends_at)
    assert (answer.status, len(server.requests)) == (429, 1)


@pytest.mark.parametrize("status", ["401 X", "400 X", "403 X", "404 X"])
async def test_a_refused_key_is_not_asked_again(status: str) -> None:
    async with serve(answering(reply(status=status))) as server:
        await fetch(connection(server.url), limits=Limits(attempts=2))
    assert len(server.requests) == 1


async def test_a_server_of_this_machine_is_asked_once() -> None:
    async with serve(answering(reply(status="503 X"))) as server:
        await fetch(connection(server.url, local=True), limits=Limits(attempts=2))
    assert len(server.requests) == 1


async def test_requests_to_one_host_stay_below_their_number() -> None:
    busy, most = 0, 0

    async def handle(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1
        writer.write(reply())

    async with serve(handle) as server, open_transport(Limits(per_host=3)) as transport:
        target = connection(server.url)
        await asyncio.gather(*(transport.fetch(target, ASK) for _ in range(9)))
    assert most == 3


async def test_a_cancelled_fetch_frees_its_place() -> None:
    narrow = open_transport(Limits(per_host=1, in_flight=1))
    hanging, answers = serve(writing(then_hang=True)), serve(answering(reply()))
    async with hanging as server, answers as other, narrow as transport:
        hung = asyncio.create_task(transport.fetch(connection(server.url), ASK))
        await asyncio.sleep(0.1)
        hung.cancel()
        await asyncio.gather(hung, return_exceptions=True)
        answer = await transport.fetch(connection(other.url), ASK)
    assert json.loads(answer.body) == {"data": []}
