"""Looks in the accounts that a request cannot do without: on threads of their own, and none waited for long."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ..domain.errors import StorageError

T = TypeVar("T")

WITHIN_S, CHANGING_S = 2.0, 10.0
"""Seconds for which a request waits for the accounts: one that reads, and one that changes something,
but for its first look, at who asks."""
_THREADS = 8
_HANGING = 2
"""So many looks that came back to nobody yet say that no other would come back either."""


class Looks:
    """A database that accepts connections and does not answer holds up no more than these threads."""

    def __init__(self, within_s: float = WITHIN_S, threads: int = _THREADS) -> None:
        self._within_s = within_s
        self._threads = ThreadPoolExecutor(threads, "modeldex-looks")
        self._lock = threading.Lock()
        self._hanging = 0

    async def at(self, look: Callable[[], T]) -> T:
        """What `look` finds on a thread; raises what it raises, and `StorageError` in time."""
        if self._hanging >= _HANGING:
            raise StorageError("the accounts have not answered for a while")
        begun = self._threads.submit(look)
        try:
            async with asyncio.timeout(self._within_s):
                return await asyncio.wrap_future(begun)
        except TimeoutError:
            if not begun.cancel():
                self._hangs(begun)
            raise StorageError("the accounts do not answer in time") from None

    def _hangs(self, look: Future[Any]) -> None:
        with self._lock:
            self._hanging += 1
        look.add_done_callback(self._came_back)

    def _came_back(self, _look: Future[Any]) -> None:
        with self._lock:
            self._hanging -= 1
