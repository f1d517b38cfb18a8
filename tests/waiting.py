"""Waiting for something to come about, never for a time: how busy a machine is says nothing."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

PATIENCE_S = 60.0
"""More than what is waited for ever needs, so that only what never comes is waited for in vain."""
_LOOK_S = 0.01


def comes(about: Callable[[], Any], patience_s: float = PATIENCE_S) -> bool:
    """Whether it comes about."""
    until = time.monotonic() + patience_s
    while not about() and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return bool(about())


async def comes_meanwhile(about: Callable[[], Any], patience_s: float = PATIENCE_S) -> bool:
    """Whether it comes about while the other tasks of this loop work."""
    until = time.monotonic() + patience_s
    while not about() and time.monotonic() < until:  # noqa: ASYNC110 (what is waited for has no event)
        await asyncio.sleep(_LOOK_S)
    return bool(about())
