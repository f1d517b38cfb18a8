"""Work that may hang, in threads that nobody waits for: neither the event loop nor the process."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T], expected: tuple[type[Exception], ...]) -> T:
    """What `work` returns; raises what it raises, if that is `expected`.

    A cancelled wait leaves the thread to itself. Anything unexpected is a `RuntimeError`.
    """
    found: Future[T] = Future()
    found.set_running_or_notify_cancel()
    threading.Thread(
        target=copy_context().run,
        args=(_tell, found, work, expected),
        name="modeldex-aside",
        daemon=True,
    ).start()
    return await asyncio.wrap_future(found)


def _tell(found: "Future[T]", work: Callable[[], T], expected: tuple[type[Exception], ...]) -> None:
    try:
        found.set_result(work())
    except expected as error:
        found.set_exception(error)
    finally:
        if not found.done():
            found.set_exception(RuntimeError("work in a thread failed unexpectedly"))
