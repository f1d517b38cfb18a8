"""An answer's body, read in small pieces and given up as soon as it passes a cap."""

import asyncio
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import aclosing
from io import BytesIO
from typing import TYPE_CHECKING

from ..domain.outcome import Outcome, Verdict
from .limits import Limits

if TYPE_CHECKING:
    import httpx2

ACCEPTED = "gzip, deflate"
_ENCODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_PIECE_BYTES = 256 * 1024
_SUSPECT_BYTES = 8 * 1024 * 1024
_SUSPECT_RATIO = 200
"""Model lists compress 5 to 30 times; a larger body that shrank 200 times is a bomb."""


async def read_body(response: "httpx2.Response", limits: Limits) -> bytes:
    """The decoded body without a byte order mark, never holding more than the cap and one piece.

    Raises `Verdict`: `too_large`, `bad_payload` for an encoding that was not asked for or is
    broken, `unreachable` when a compressed body breaks off.
    """
    inflater = _inflater(response.headers.get("content-encoding", ""))
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limits.compressed_bytes:
        raise _too_large(limits.compressed_bytes)
    body = BytesIO()
    wire = 0
    async with aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            wire += len(chunk)
            if wire > limits.compressed_bytes:
                raise _too_large(limits.compressed_bytes)
            for piece in inflater.feed(chunk) if inflater else (chunk,):
                body.write(piece)
                if body.tell() > limits.decoded_bytes:
                    raise _too_large(limits.decoded_bytes)
                await asyncio.sleep(0)
    if inflater and not inflater.whole:
        raise Verdict(Outcome.UNREACHABLE, "its answer broke off")
    return body.getvalue().removeprefix(BOM_UTF8)


class _Inflater:
    """Gzip or zlib, decompressed a bounded piece at a time."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._taken = 0
        self._given = 0

    @property
    def whole(self) -> bool:
        """Whether the compressed stream came to its end, or never began."""
        return self._zlib.eof or not self._taken

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            piece = self._inflate(data)
            left = self._zlib.unconsumed_tail
            self._taken += len(data) - len(left)
            self._given += len(piece)
            if self._zlib.unused_data:
                raise Verdict(Outcome.BAD_PAYLOAD, "its compressed answer goes on after its end")
            if self._given > max(_SUSPECT_BYTES, _SUSPECT_RATIO * self._taken):
                raise Verdict(Outcome.TOO_LARGE, "its answer unpacks to an absurd size")
            yield piece
            data = left

    def _inflate(self, data: bytes) -> bytes:
        try:
            return self._zlib.decompress(data, _PIECE_BYTES)
        except zlib.error:
            pass
        raise Verdict(Outcome.BAD_PAYLOAD, "its answer is not compressed as it says")


def _inflater(header: str) -> _Inflater | None:
    said = [word.strip().lower() for word in header.split(",")]
    applied = [word for word in said if word not in ("", "identity")]
    if not applied:
        return None
    if len(applied) > 1:
        raise Verdict(Outcome.BAD_PAYLOAD, "its answer is compressed more than once")
    if applied[0] not in _ENCODINGS:
        raise Verdict(
            Outcome.BAD_PAYLOAD, "its answer is compressed in a way that was not asked for"
        )
    return _Inflater()


def _too_large(cap: int) -> Verdict:
    return Verdict(Outcome.TOO_LARGE, f"its answer is larger than {cap:,} bytes")
