"""How the master keys of an installation stand: which are at hand, whether they are the right ones; never a key."""

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from ...credentials.vault import Vault, is_right

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts


class Canary(StrEnum):
    """What opening something known with a master key came to."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_AT_HAND = "not-at-hand"
    """The version was seen here once and is not given any more."""
    NEVER_SEEN = "never-seen"
    """The version is given, and nothing known was sealed with it yet."""


class MasterKey(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the master key."""

    version: int
    current: bool
    """Whether new keys are sealed with it."""
    canary: Canary


class RingState(msgspec.Struct, frozen=True, kw_only=True):
    """All versions, newest first."""

    versions: tuple[MasterKey, ...]
    rotated: bool
    """Whether every kept key is sealed with the current version."""


def ring_state(vault: Vault, accounts: "Accounts") -> RingState:
    """How the master keys stand; raises `StorageError` when the database is away."""
    ring, seen = vault.ring, accounts.ring.versions()
    versions = []
    for version in sorted({*ring.versions, *seen}, reverse=True):
        if version not in ring.versions:
            canary = Canary.NOT_AT_HAND
        elif version not in seen:
            canary = Canary.NEVER_SEEN
        else:
            canary = Canary.RIGHT if is_right(ring, seen[version]) else Canary.WRONG
        versions.append(MasterKey(version=version, current=version == ring.current, canary=canary))
    left = accounts.connections.sealed_otherwise(ring.current, 1)
    return RingState(versions=tuple(versions), rotated=not left)
