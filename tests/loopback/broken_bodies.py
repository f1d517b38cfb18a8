"""Faults inside an answer of 200: lists that are no lists, break off, swell or repeat themselves."""

import gzip
import struct
import zlib
from functools import lru_cache

from msgspec import Raw

from .exchange import Exchange
from .wire import Reply, chunk, head

BOMB_MIB = 400
"""What the bomb holds when it is unpacked."""
HUGE_MIB = 1024
"""Where the endless body ends after all, to spare the machine when nobody cuts it."""
_MIB = b"a" * 1024 * 1024
_DEPTH = 100_000
_REPEATS = 5


async def empty_list(exchange: Exchange) -> None:
    """A proper list of nothing."""
    await _listing(exchange, ())


async def duplicates(exchange: Exchange) -> None:
    """Every record five times."""
    records = exchange.feed.records if exchange.feed else ()
    await _listing(exchange, tuple(record for record in records for _ in range(_REPEATS)))


async def bad_records(exchange: Exchange) -> None:
    """One record more, without an id."""
    records = exchange.feed.records if exchange.feed else ()
    await _listing(exchange, (*records, Raw(b'{"%s":null}' % _id_key(exchange))))


async def nan_and_surrogates(exchange: Exchange) -> None:
    """One record more, with a number that JSON does not have and half a character."""
    records = exchange.feed.records if exchange.feed else ()
    odd = b'{"%s":"loopback-odd","created":NaN,"owned_by":"\\ud800"}' % _id_key(exchange)
    await _listing(exchange, (*records, Raw(odd)))


async def null_list(exchange: Exchange) -> None:
    """The provider's envelope with null where the list belongs."""
    feed = exchange.feed
    await exchange.send(exchange.usual() if feed is None else Reply(body=feed.render(None)))


async def truncated_json(exchange: Exchange) -> None:
    """Half of the text, under a length that is right."""
    body = exchange.usual().body
    await exchange.send(Reply(body=body[: len(body) // 2]))


async def deep_json(exchange: Exchange) -> None:
    """Arrays in arrays, 100,000 deep."""
    nested = b"[" * _DEPTH + b"]" * _DEPTH
    top = exchange.feed.at.partition(".")[0].encode() if exchange.feed else b"data"
    await exchange.send(Reply(body=b'{"%s":%s}' % (top, nested) if top else nested))


async def gzip_bomb(exchange: Exchange) -> None:
    """A small answer that unpacks to hundreds of mebibytes of valid JSON."""
    await exchange.send(Reply(body=_bomb(), headers={"Content-Encoding": "gzip"}))


async def double_gzip(exchange: Exchange) -> None:
    """Packed twice, and said once: what comes out is no text."""
    twice = gzip.compress(gzip.compress(exchange.usual().body))
    await exchange.send(Reply(body=twice, headers={"Content-Encoding": "gzip"}))


async def huge_body(exchange: Exchange) -> None:
    """A list that goes on and on, as fast as it is read."""
    await exchange.write(head(Reply(), Transfer_Encoding="chunked") + chunk(b'{"data":[{"id":"'))
    piece = chunk(_MIB)
    for _ in range(HUGE_MIB):
        if not await exchange.write(piece):
            return
    await exchange.write(chunk(b'"}]}') + chunk(b""))


async def _listing(exchange: Exchange, records: tuple[Raw, ...]) -> None:
    feed = exchange.feed.with_records(records) if exchange.feed else None
    await exchange.send(exchange.usual(feed))


def _id_key(exchange: Exchange) -> bytes:
    return (exchange.feed.id_key if exchange.feed else "id").encode()


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    """One packed mebibyte, which needs nothing before it, repeated."""
    start, end = b'{"data":[{"id":"', b'"}]}'
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    opening = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    mebibyte = packer.compress(_MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    closing = packer.compress(end) + packer.flush(zlib.Z_FINISH)
    check, size = zlib.crc32(start), len(start) + BOMB_MIB * len(_MIB) + len(end)
    for _ in range(BOMB_MIB):
        check = zlib.crc32(_MIB, check)
    trailer = struct.pack("<II", zlib.crc32(end, check), size)
    prelude = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return prelude + opening + mebibyte * BOMB_MIB + closing + trailer
