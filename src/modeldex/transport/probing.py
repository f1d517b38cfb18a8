"""Which ports of this machine somebody listens on: a quick look, without a word said."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

LOOPBACK = "127.0.0.1"


async def listening(ports: Iterable[int], patience_s: float) -> frozenset[int]:
    """The ports on which a connection was accepted within `patience_s`, all tried at once."""
    wanted = sorted(set(ports))
    found = await asyncio.gather(*(_accepts(port, patience_s) for port in wanted))
    return frozenset(port for port, accepts in zip(wanted, found, strict=True) if accepts)


async def _accepts(port: int, patience_s: float) -> bool:
    try:
        async with asyncio.timeout(patience_s):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
    except (OSError, TimeoutError, OverflowError):  # the last: no such port can be
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
