"""One refresh at a time on this machine, whichever process it runs in."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..domain.errors import StorageError
from .workshop import Workshop

_LOCK_POLL_S = 0.05
_LOCK_SPARE_S = 15.0


@asynccontextmanager
async def only_one(workshop: Workshop) -> AsyncIterator[None]:
    """Hold the refresh lock; waiting is done by asking again, so that a cancelled wait leaves nothing."""
    patience = time.monotonic() + workshop.limits.total_s * 2 + _LOCK_SPARE_S
    while True:
        with workshop.state.only_one_refresh(0) as mine:
            if mine:
                yield
                return
        if time.monotonic() > patience:
            raise StorageError(
                "another refresh holds the lock and does not end; look for a hung `modeldex refresh`"
            )
        await asyncio.sleep(_LOCK_POLL_S)
