"""One open connection to a client, down to its bytes."""

import asyncio
import socket
import struct
from typing import Any


class Line:
    """What is written on one connection, and whether anyone still listens."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> bool:
        """Some bytes; `False` when the client has left."""
        if self._writer.transport.is_closing():
            return False
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            return False
        return True

    async def until_left(self) -> None:
        """Wait, saying nothing more, until the client leaves."""
        while await self._reader.read(65536):
            pass

    def reset(self) -> None:
        """Break the connection off with a RST."""
        sock: Any = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
