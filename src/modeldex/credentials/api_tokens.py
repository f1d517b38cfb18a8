"""Lasting random tokens that programs and browsers hold: made once, kept as a hash, known by their prefix."""

import hmac
import re
import secrets
import zlib
from base64 import b32encode
from hashlib import sha256

from .key_ring import Randomness

SCOPES = frozenset({"read", "write", "report", "refresh", "keys", "admin"})
"""What an API token may be limited to."""
API, RENEWAL, SETUP, LOCAL = "mdx_", "mdr_", "mds_", "mdl_"
"""How each kind begins, so that scanners and people know it: a program's, the one that renews a
session, the one that makes the first administrator, and that of one start on this machine."""

_BYTES = 20
_WELL_FORMED = re.compile(r"(md[xrsl]_[a-z2-7]{32})([a-z2-7]{7})")


def made(prefix: str = API, randomness: Randomness = secrets.token_bytes) -> str:
    """A new token of 160 random bits with a checksum; shown once and kept nowhere."""
    start = prefix + b32encode(randomness(_BYTES)).decode().lower()
    return start + _checksum(start)


def is_well_formed(text: str, prefix: str = API) -> bool:
    """Whether this can be a token of that kind: wrong ones are told without a look in the database."""
    met = _WELL_FORMED.fullmatch(text)
    return met is not None and text.startswith(prefix) and _checksum(met[1]) == met[2]


def hashed(token: str) -> str:
    """What is kept of a token: SHA-256 in hex, enough for what is random throughout."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_it(token: str, kept: str) -> bool:
    """Whether `kept` is the hash of `token`, found out in constant time."""
    return hmac.compare_digest(hashed(token), kept)


def _checksum(text: str) -> str:
    return b32encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode().lower().rstrip("=")
