"""Work on a thread that a stopping service does not wait for."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T], name: str = "modeldex-aside") -> T:
    """What `work` gives or raises. Cancelled, it goes on alone and nobody hears of it."""
    loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def settle(set_: Callable[..., None], value: object) -> None:
        if not done.done():
            set_(value)

    def run() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 (it is raised again where it is awaited)
            tell(partial(settle, done.set_exception, error))
        else:
            tell(partial(settle, done.set_result, found))

    def tell(what: Callable[[], None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(what)

    threading.Thread(target=run, name=name, daemon=True).start()
    found: T = await done
    return found
