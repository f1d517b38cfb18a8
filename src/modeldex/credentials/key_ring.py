"""Master keys by version, and the keys that are derived of them for one purpose each."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NoReturn, final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..domain.errors import Locked

VARIABLE = "MODELDEX_MASTER_KEY"

Randomness = Callable[[int], bytes]
"""So many random bytes, as `secrets.token_bytes` gives them."""


class Purpose(Enum):
    """What a derived key is for; each purpose has a key that says nothing of the others."""

    WRAPPING = b"modeldex wrapping 1"
    ACCESS_TOKENS = b"modeldex access tokens 1"
    FINGERPRINTS = b"modeldex fingerprints 1"
    AUDIT = b"modeldex audit 1"
    ETAGS = b"modeldex etags 1"
    CURSORS = b"modeldex cursors 1"
    SIGN_IN = b"modeldex sign-in 1"


@final
class KeyRing:
    """The master keys of an installation, by version; shows nothing of them."""

    __slots__ = ("__keys", "current")

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        self.__keys = dict(keys)
        self.current = current
        """The version with which new secrets are sealed."""

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions at hand, newest first."""
        return tuple(sorted(self.__keys, reverse=True))

    def derived(self, version: int, purpose: Purpose) -> bytes:
        """32 bytes for one purpose; raises `Locked` when that version is not at hand."""
        if version not in self.__keys:
            raise Locked(
                f"version {version} of the master key is not here: give it beside the others in"
                f" {VARIABLE}, as {self.current}:…,{version}:…"
            )
        return derived(self.__keys[version], purpose)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(map(str, self.versions))})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a KeyRing is never pickled or copied out: pass the object itself")


def derived(key: bytes, purpose: Purpose) -> bytes:
    """32 bytes of `key` for one purpose, by HKDF with SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.value).derive(key)
