"""Faults below HTTP's sense: connections that hang, drip, break off or promise more than comes."""

import asyncio

from .exchange import Exchange
from .wire import chunk, head

DRIP_EVERY_S = 0.05


async def hang(exchange: Exchange) -> None:
    """It takes the request and never says a word."""
    await exchange.line.until_left()


async def hang_after_headers(exchange: Exchange) -> None:
    """The headers come, the body never does."""
    reply = exchange.usual()
    await exchange.write(head(reply, Content_Length=str(len(reply.body))))
    await exchange.line.until_left()


async def drip_headers(exchange: Exchange) -> None:
    """One byte of an endless header at a time, for ever."""
    if await exchange.write(b"HTTP/1.1 200 OK\r\nX-Patience: "):
        await _drip(exchange)


async def drip_body(exchange: Exchange) -> None:
    """One byte of the body at a time, for ever."""
    reply = exchange.usual()
    if await exchange.write(head(reply, Content_Length=str(10**6)) + b'{"data":"'):
        await _drip(exchange)


async def _drip(exchange: Exchange) -> None:
    heard = True
    while heard:
        heard = await exchange.write(b".")
        await asyncio.sleep(DRIP_EVERY_S)


async def reset_mid_body(exchange: Exchange) -> None:
    """Half of the body, then a RST."""
    reply = exchange.usual()
    await exchange.write(head(reply, Content_Length=str(len(reply.body))))
    await exchange.write(reply.body[: len(reply.body) // 2])
    exchange.line.reset()


async def truncated_length(exchange: Exchange) -> None:
    """The connection closes properly before the promised length is there."""
    reply = exchange.usual()
    await exchange.write(head(reply, Content_Length=str(len(reply.body) + 100)) + reply.body)


async def chunked_without_end(exchange: Exchange) -> None:
    """A chunked body that closes without its last chunk."""
    reply = exchange.usual()
    await exchange.write(head(reply, Transfer_Encoding="chunked") + chunk(reply.body))


async def close_at_once(exchange: Exchange) -> None:
    """The request is read, and the connection closed without an answer."""
