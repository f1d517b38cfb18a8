"""A database that does not answer is waited for a moment, and by few."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from modeldex.domain.errors import StorageError
from modeldex.web.looks import Looks

pytestmark = pytest.mark.anyio


@pytest.fixture
def answers() -> Iterator[threading.Event]:
    """Set when the database answers again."""
    event = threading.Event()
    yield event
    event.set()


async def test_what_is_found_is_given() -> None:
    assert await Looks().at(lambda: 7) == 7


async def test_what_a_look_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await Looks().at(lambda: 1 // 0)


async def test_a_look_that_hangs_is_given_up(answers: threading.Event) -> None:
    with pytest.raises(StorageError, match="in time"):
        await Looks(within_s=0.05).at(answers.wait)


async def test_while_two_hang_nobody_waits_and_afterwards_all_look_again(
    answers: threading.Event,
) -> None:
    looks = Looks(within_s=0.05)
    given_up = [looks.at(answers.wait) for _ in range(2)]
    assert all(
        isinstance(one, StorageError)
        for one in await asyncio.gather(*given_up, return_exceptions=True)
    )
    with pytest.raises(StorageError, match="for a while"):
        await looks.at(lambda: pytest.fail("nobody looks"))
    answers.set()
    async with asyncio.timeout(60):
        while True:
            with suppress(StorageError):
                assert await looks.at(lambda: 7) == 7
                return
            await asyncio.sleep(0.01)


async def test_a_crowd_before_a_database_that_hangs_leaves_no_look_behind(
    answers: threading.Event,
) -> None:
    looks, began = Looks(within_s=0.05, threads=2), []

    def look() -> None:
        began.append(1)
        answers.wait()

    await asyncio.gather(*(looks.at(look) for _ in range(20)), return_exceptions=True)
    answers.set()
    await asyncio.sleep(0.05)
    assert len(began) == 2
