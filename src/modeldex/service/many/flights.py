"""One piece of work for all who want it at the same time."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from ...domain.errors import ModeldexError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_log = logging.getLogger("modeldex.many")
Work = Callable[[], Coroutine[Any, Any, T]]


class Flights(Generic[K, T]):
    """Work under way by key. Whoever leaves early leaves it to the others, or to nobody."""

    def __init__(self) -> None:
        self._under_way: dict[K, asyncio.Task[T]] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._under_way

    async def join(self, key: K, work: Work[T]) -> T:
        """What the work of that key comes to; begins it unless it is under way."""
        return await asyncio.shield(self.begin(key, work))

    def begin(self, key: K, work: Work[T]) -> asyncio.Task[T]:
        """The work of that key, under way; nobody need wait for it, nor for what it raises."""
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(work())
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return task

    async def landed(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    def stop(self) -> None:
        """Cancel all that is under way."""
        for task in self._under_way.values():
            task.cancel()

    def _landed(self, key: K, task: "asyncio.Task[T]") -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
        # Of a task that nobody awaits asyncio would tell with a trace, once for each.
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ModeldexError):
            _log.error("shared work failed unexpectedly (%s)", type(error).__name__)
