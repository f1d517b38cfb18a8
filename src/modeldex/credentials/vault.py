"""Keys at rest: each encrypted with a data key of its own, which a master key wraps, and bound to its place.

A sealed key opens only for the tenant, connection, provider, host and master key version that it
was sealed for: moved into another row, or changed by a bit, it is `Tampered`.
"""

import hmac
import re
import secrets
from typing import NamedTuple, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..domain.account import KeptConnection, Sealed
from ..domain.errors import Tampered
from ..domain.secret import Secret
from .key_ring import KeyRing, Purpose, Randomness, derived

_NONCE, _DATA_KEY = 12, 32
ROOT_SIZE = 32
"""Bytes of the root, which the keys that outlive a master key are derived from."""
_CANARY = b"modeldex: this master key is the one"
_FORMAT = "modeldex vault 1"
_ONE_WORD = re.compile(r"[\x21-\x7e]{20,}")


class Place(NamedTuple):
    """Where a sealed key belongs."""

    tenant: str
    """`User.id`."""
    connection: str
    provider: str
    host: str
    """Scheme, host and port that the key may go to."""


def place_of(kept: KeptConnection) -> Place:
    """Where the key of a connection belongs."""
    return Place(kept.user, kept.id, kept.provider, kept.host)


def last4(key: str) -> str | None:
    """The last four characters of a key long enough to spare them; `None` for others, and for
    credentials made of several values, which end in punctuation.

    >>> last4("gsk_" + "0123456789abcdefwxyz"), last4("short")
    ('wxyz', None)
    """
    return key[-4:] if _ONE_WORD.fullmatch(key) and not key.startswith("{") else None


@final
class Vault:
    """Seals and opens keys with a ring of master keys; shows nothing of either."""

    __slots__ = ("__randomness", "__ring", "__root")

    def __init__(
        self, ring: KeyRing, root: bytes, randomness: Randomness = secrets.token_bytes
    ) -> None:
        """`root` is the installation's own secret, which stays when master keys come and go."""
        self.__ring = ring
        self.__root = root
        self.__randomness = randomness

    @property
    def ring(self) -> KeyRing:
        """The master keys at hand."""
        return self.__ring

    def seal(self, key: str, place: Place) -> Sealed:
        """Encrypt a provider's key for its place, with the current master key."""
        return seal(self.__ring, key.encode(), place, self.__randomness)

    def open(self, sealed: Sealed, place: Place) -> Secret:
        """The key; raises `Locked` without its master key, `Tampered` when it or its place is
        not what was sealed."""
        return Secret(opened(self.__ring, sealed, place).decode())

    def reseal(self, sealed: Sealed, place: Place) -> Sealed:
        """The same key under the current master key, with a new data key; raises as `open`."""
        return seal(self.__ring, opened(self.__ring, sealed, place), place, self.__randomness)

    def fingerprint(self, key: str, origin: str) -> str:
        """A name for a key at an address that nobody without the root can make: 128 bits in hex.

        Equal names open the same list. It stays when the master key is rotated.
        """
        return _digest(derived(self.__root, Purpose.FINGERPRINTS), key, origin)

    def fingerprint_for_audit(self, secret: str) -> str:
        """What the audit log may say of a secret, such as a refused token: 128 bits in hex."""
        return _digest(derived(self.__root, Purpose.AUDIT), secret)

    def subkey(self, purpose: Purpose) -> bytes:
        """32 bytes for a purpose that outlives master keys (ETags, cursors, the audit log)."""
        return derived(self.__root, purpose)

    def __repr__(self) -> str:
        return f"Vault({self.__ring!r})"


def seal(
    ring: KeyRing,
    body: bytes,
    place: Place,
    randomness: Randomness = secrets.token_bytes,
    version: int | None = None,
) -> Sealed:
    """Encrypt `body` for `place` with a version of the master key, by default the current one.

    Raises `Locked` when that version is not at hand.
    """
    version = ring.current if version is None else version
    master = ring.derived(version, Purpose.WRAPPING)
    data_key, wrap_nonce, nonce = randomness(_DATA_KEY), randomness(_NONCE), randomness(_NONCE)
    wrapped = AESGCM(master).encrypt(wrap_nonce, data_key, _bound("data key", place, version))
    sealed = AESGCM(data_key).encrypt(nonce, body, _bound("body", place, version))
    return Sealed(version=version, wrapped=wrap_nonce + wrapped, nonce=nonce, body=sealed)


def opened(ring: KeyRing, sealed: Sealed, place: Place) -> bytes:
    """What was sealed; raises `Locked` and `Tampered` as `Vault.open`."""
    master, version = ring.derived(sealed.version, Purpose.WRAPPING), sealed.version
    wrap_nonce, wrapped = sealed.wrapped[:_NONCE], sealed.wrapped[_NONCE:]
    try:
        data_key = AESGCM(master).decrypt(wrap_nonce, wrapped, _bound("data key", place, version))
        return AESGCM(data_key).decrypt(sealed.nonce, sealed.body, _bound("body", place, version))
    except (InvalidTag, ValueError):
        raise Tampered(
            f"the key of connection {place.connection or '(the installation)'} is not what was put"
            " there, or was sealed with another master key: give it again, or restore it"
        ) from None


def canary(ring: KeyRing, version: int, randomness: Randomness = secrets.token_bytes) -> Sealed:
    """What tells, later, whether a master key is still the one it was; raises `Locked`."""
    return seal(ring, _CANARY, installation("canary"), randomness, version)


def is_right(ring: KeyRing, kept: Sealed) -> bool:
    """Whether the ring's key of that version is the one that sealed the canary; raises `Locked`."""
    try:
        return opened(ring, kept, installation("canary")) == _CANARY
    except Tampered:
        return False


def installation(what: str) -> Place:
    """The place of what the installation seals for itself; no user has an empty name."""
    return Place("", what, "", "")


def _bound(part: str, place: Place, version: int) -> bytes:
    """What a ciphertext is bound to; every field with its length, so that none runs into the next."""
    return _joined(_FORMAT, part, *place, str(version))


def _joined(*fields: str) -> bytes:
    encoded = [field.encode("utf-8", "surrogatepass") for field in fields]
    return b"".join(len(field).to_bytes(4, "big") + field for field in encoded)


def _digest(key: bytes, *fields: str) -> str:
    return hmac.digest(key, _joined(*fields), "sha256")[:16].hex()
