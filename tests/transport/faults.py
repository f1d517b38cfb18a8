"""Ways in which a server breaks off or stalls."""

import asyncio
import gzip

from tests.transport.servers import Handler, answering, reply


def writing(*pieces: bytes, every_s: float = 0.0, then_hang: bool = False) -> Handler:
    async def handle(head: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)
        if then_hang:
            await asyncio.sleep(30)

    return handle


def resetting(*pieces: bytes) -> Handler:
    async def handle(head: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
        await writer.drain()
        writer.transport.abort()

    return handle


HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
BROKEN = {
    "closes without a word": writing(),
    "closes inside the headers": writing(b"HTTP/1.1 200 OK\r\nconte"),
    "closes after the headers": writing(HEAD + b"content-length: 10\r\n\r\n"),
    "content-length is longer than the body": writing(HEAD + b"content-length: 99\r\n\r\n{}"),
    "resets inside the body": resetting(HEAD + b"content-length: 99\r\n\r\n{"),
    "chunks without an end": writing(CHUNKED + b"2\r\n{}\r\n"),
    "a chunk's size is no number": writing(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"),
    "no HTTP at all": writing(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
    "endless headers": writing(HEAD + b"x: " + b"y" * 300_000),
    "two content-lengths": writing(HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
    "gzip that breaks off": answering(
        reply(gzip.compress(b'{"data":[{"id":"m"}]}')[:-9], content_encoding="gzip")
    ),
}
SLOW = {
    "never answers": writing(then_hang=True),
    "hangs after the headers": writing(HEAD + b"content-length: 9\r\n\r\n", then_hang=True),
    "drips the body": writing(HEAD + b"content-length: 99\r\n\r\n", *[b" "] * 99, every_s=0.1),
    "drips the headers": writing(*[bytes([byte]) for byte in HEAD], every_s=0.1),
    "endless interim answers": writing(*[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 99, every_s=0.1),
}
