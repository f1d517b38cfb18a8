"""How long and how much asking may cost."""

import msgspec

_MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Caps on time, bytes and concurrency; every one of them is enforced."""

    connect_s: float = 3
    """Seconds to look a host up and connect to it; TLS may take as many again."""
    read_s: float = 5
    """Seconds between two pieces of an answer."""
    attempt_s: float = 10
    """Seconds for one connection whole: all its pages, retries and waits. One fetch is
    bounded by it as well, for a byte every few seconds keeps `read_s` content for ever."""
    total_s: float = 15
    """Seconds for a whole refresh."""
    attempts: int = 2
    """Tries of one request, the first included."""
    compressed_bytes: int = 16 * _MIB
    """Bytes of one answer's body as they come over the wire, compressed or not."""
    decoded_bytes: int = 64 * _MIB
    """Bytes of one answer's body after decompression."""
    pages: int = 50
    """Pages of one route."""
    per_host: int = 4
    """Requests in flight to one provider's host."""
    in_flight: int = 64
    """Requests in flight in all."""
