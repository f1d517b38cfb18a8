"""Asynchronous work for code that does not await."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def finish(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What `work` comes to, waited for; inside a running event loop too, which it blocks."""
    import asyncio  # readers of a catalog need none of it
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(work())).result()
