import asyncio
import threading

import pytest

from modeldex.domain.errors import StorageError
from modeldex.service.aside import aside


@pytest.mark.anyio
async def test_what_the_work_gives_comes_back_from_another_thread() -> None:
    assert await aside(threading.get_ident) != threading.get_ident()


@pytest.mark.anyio
async def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def fails() -> None:
        raise StorageError("no room")

    with pytest.raises(StorageError, match="no room"):
        await aside(fails)


@pytest.mark.anyio
async def test_nobody_waits_for_work_that_was_given_up() -> None:
    go_on = threading.Event()
    waiting = asyncio.ensure_future(aside(lambda: go_on.wait(5)))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
