"""Open the vault of an installation: is this its master key, and what is its root?"""

import secrets
from typing import TYPE_CHECKING

import msgspec

from ...credentials.key_ring import KeyRing, Randomness
from ...credentials.vault import ROOT_SIZE, Vault, canary, installation, is_right, opened, seal
from ...domain.account import Sealed
from ...domain.errors import Locked, Tampered

if TYPE_CHECKING:
    from ...storage.accounts.ring import Ring

_ROOT = "root"


def open_vault(ring: KeyRing, kept: "Ring", randomness: Randomness = secrets.token_bytes) -> Vault:
    """The vault that these master keys open; the first time, it is made.

    Raises `Locked` when they are not the ones that keys were kept with, or lack one that is still
    in use. Nothing that was kept is ever changed by that.
    """
    for version, known in kept.versions().items():
        if version in ring.versions and not is_right(ring, known):
            raise _wrong(version)
    fresh = seal(ring, randomness(ROOT_SIZE), installation(_ROOT), randomness)
    root = _opened(ring, kept.put_once(_ROOT, _encoded(fresh)))
    for version in ring.versions:
        if not is_right(ring, kept.add(canary(ring, version, randomness))):
            raise _wrong(version)
    return Vault(ring, root, randomness)


def reseal_root(vault: Vault, kept: "Ring", randomness: Randomness = secrets.token_bytes) -> bool:
    """Put the root under the current master key; whether it was under another.

    Raises `Locked` when its master key is not at hand.
    """
    while (before := kept.get(_ROOT)) is not None:
        if _decoded(before).version == vault.ring.current:
            return False
        root = _opened(vault.ring, before)
        fresh = seal(vault.ring, root, installation(_ROOT), randomness)
        if kept.swap(_ROOT, before, _encoded(fresh)):
            return True
    return False


def _opened(ring: KeyRing, root: bytes) -> bytes:
    sealed = _decoded(root)
    try:
        return opened(ring, sealed, installation(_ROOT))
    except Tampered:
        raise _wrong(sealed.version) from None


def _wrong(version: int) -> Locked:
    return Locked(
        f"version {version} of the master key is not the one that keys were kept with here: start"
        " with that one (nothing was changed), or with another database"
    )


def _encoded(sealed: Sealed) -> bytes:
    return msgspec.msgpack.encode(sealed)


def _decoded(root: bytes) -> Sealed:
    try:
        return msgspec.msgpack.decode(root, type=Sealed)
    except msgspec.MsgspecError:
        raise Tampered("the root in the accounts database is damaged: restore a backup") from None
