import asyncio
import base64
import gzip
import os
import tracemalloc
import zlib
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator
from typing import cast

import httpx2
import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.body import read_body
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from tests.transport.servers import ASK, answering, connection, reply, serve

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024
BODY = b'{"data":[{"id":"m"}]}' * 5000
RAW_DEFLATE = zlib.compress(BODY)[2:-4]


def bomb(decoded_mib: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    piece = b"[" * MIB
    return b"".join(packer.compress(piece) for _ in range(decoded_mib)) + packer.flush()


async def body_of(answer: bytes, limits: Limits) -> bytes:
    async with serve(answering(answer)) as server, open_transport(limits) as transport:
        return (await transport.fetch(connection(server.url), ASK)).body


async def refusal(answer: bytes, limits: Limits) -> Outcome:
    with pytest.raises(Verdict) as met:
        await body_of(answer, limits)
    return met.value.outcome


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "X-GZIP"),
        (gzip.compress(BODY), "identity, gzip"),
        (zlib.compress(BODY), "deflate"),
        (gzip.compress(BODY, 0), "gzip"),
        (BOM_UTF8 + BODY, ""),
        (gzip.compress(BOM_UTF8 + BODY), "gzip"),
    ],
)
async def test_a_body_comes_decoded(sent: bytes, encoding: str) -> None:
    assert await body_of(reply(sent, content_encoding=encoding), Limits()) == BODY


@pytest.mark.parametrize("size", [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3 * MIB])
async def test_a_body_of_any_length_comes_whole(size: int) -> None:
    body = base64.b64encode(os.urandom(size))[:size]
    assert await body_of(reply(gzip.compress(body), content_encoding="gzip"), Limits()) == body


async def test_an_empty_body_needs_no_compressed_frame() -> None:
    assert await body_of(reply(b"", content_encoding="gzip"), Limits()) == b""


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (gzip.compress(gzip.compress(BODY)), "gzip, gzip"),
        (gzip.compress(BODY), "gzip, br"),
        (BODY, "br"),
        (BODY, "zstd"),
        (BODY, "nonsense"),
        (BODY, "gzip"),
        (RAW_DEFLATE, "deflate"),
        (gzip.compress(BODY) + b"more", "gzip"),
        (gzip.compress(BODY) + gzip.compress(BODY), "gzip"),
    ],
)
async def test_a_wrong_encoding_is_a_bad_payload(sent: bytes, encoding: str) -> None:
    answer = reply(sent, content_encoding=encoding)
    assert await refusal(answer, Limits()) is Outcome.BAD_PAYLOAD


async def test_a_bomb_is_given_up_long_before_it_unfolds() -> None:
    answer = reply(bomb(128), content_encoding="gzip")
    tracemalloc.start()
    try:
        outcome = await refusal(answer, Limits())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert outcome is Outcome.TOO_LARGE
    assert peak < 32 * MIB


async def test_a_body_within_the_ratio_is_cut_at_the_decoded_cap() -> None:
    answer = reply(gzip.compress(BODY * 20), content_encoding="gzip")
    limits = Limits(decoded_bytes=MIB)
    assert await refusal(answer, limits) is Outcome.TOO_LARGE


async def test_a_declared_length_beyond_the_cap_is_not_even_read() -> None:
    answer = reply(b"{}", content_length=str(10**12))
    assert await refusal(answer, Limits()) is Outcome.TOO_LARGE


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_an_undeclared_length_is_cut_at_the_cap_on_the_wire(encoding: str) -> None:
    body = gzip.compress(os.urandom(2 * MIB), 0)
    answer = reply(body, content_length="", content_encoding=encoding)
    assert await refusal(answer, Limits(compressed_bytes=MIB)) is Outcome.TOO_LARGE


async def test_a_body_of_exactly_the_cap_passes() -> None:
    limits = Limits(compressed_bytes=len(BODY), decoded_bytes=len(BODY))
    assert await body_of(reply(BODY), limits) == BODY


class OneChunk:
    """A response whose whole body comes as one chunk."""

    def __init__(self, body: bytes) -> None:
        self.headers = {"content-encoding": "gzip"}
        self.body = body

    async def aiter_raw(self) -> AsyncGenerator[bytes, None]:
        yield self.body


async def test_others_get_their_turn_while_a_chunk_unfolds() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await read_body(cast(httpx2.Response, OneChunk(bomb(7))), Limits())
    counting.cancel()
    assert turns >= 4 * 7
