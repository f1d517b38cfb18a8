"""A heartbeat beside asynchronous work, which notes how long the event loop was away.

It imports nothing of the project, so that it can watch a process that has loaded nothing yet.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

_BEAT_S = 0.002


class Gaps(NamedTuple):
    """How long the event loop was away from its other tasks at worst, in seconds."""

    of_work: float
    """Of processor time that the loop's own thread used: a busy machine does not count."""
    of_clock: float


def worst(beats: list[Gaps]) -> Gaps:
    return Gaps(max(beat.of_work for beat in beats), max(beat.of_clock for beat in beats))


@asynccontextmanager
async def watched() -> AsyncIterator[list[Gaps]]:
    """Beats for as long as this is open; each notes how late it came.

    What the process held before is out of the garbage collector's way: a test runner's heap is
    so large that collecting it would be noted as the work of whoever ran at that moment.
    """
    gc.collect()
    gc.freeze()
    beats: list[Gaps] = []
    task = asyncio.create_task(_beat(beats))
    await asyncio.sleep(0)
    try:
        yield beats
    finally:
        await asyncio.sleep(2 * _BEAT_S)
        task.cancel()
        gc.unfreeze()


async def _beat(beats: list[Gaps]) -> None:
    work, clock = time.thread_time(), time.monotonic()
    while True:
        await asyncio.sleep(_BEAT_S)
        now_work, now_clock = time.thread_time(), time.monotonic()
        beats.append(Gaps(now_work - work, now_clock - clock - _BEAT_S))
        work, clock = now_work, now_clock
