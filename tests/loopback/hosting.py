"""The loopback provider in a thread of its own, for commands that run in other processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import start_blocking_portal

from .server import LoopbackProviders


@contextmanager
def running(*args: Any, **options: Any) -> Iterator[LoopbackProviders]:
    """`LoopbackProviders` with the same arguments, served from another thread."""
    loopback = LoopbackProviders(*args, **options)
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(loopback),
    ):
        yield loopback
