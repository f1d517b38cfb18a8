"""Put every kept key under the current master key, while the service runs, and again after any interruption."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...credentials.vault import Vault, place_of
from ...domain.account import KeptConnection, Sealed
from ...domain.errors import Locked, Tampered
from .auditing import Action, Occasion, write
from .opening_vault import reseal_root

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

_BATCH = 100
_MOST_PASSES = 10
"""A replica that still runs with the old ring may write on: after so many it is to be restarted."""


class Skipped(NamedTuple):
    """A key that could not be opened, and was left as it is."""

    connection: str
    user: str
    why: str
    """What is wrong and what to do; holds no secret."""


class Rotation(NamedTuple):
    """What a rotation came to."""

    resealed: int
    """Keys that are now under the current master key."""
    skipped: tuple[Skipped, ...]
    left: int
    """Keys still under other versions, the skipped ones included; at zero those may go, once
    no replica runs that seals with them."""


def rotate(
    accounts: "Accounts",
    vault: Vault,
    on: Occasion,
    tell: Callable[[int], None] = lambda resealed: None,
) -> Rotation:
    """Reseal what other versions of the master key sealed, key by key.

    Each key is exchanged only for itself, by its ciphertext and nothing else, so that it may be
    killed, run twice at once, and meet people who replace their keys. `tell` is called after each
    key with how many there were. Raises `StorageError`; what was done until then stays done.
    """
    write(accounts, on, Action.KEYS_ROTATED, f"version {vault.ring.current}")
    reseal_root(vault, accounts.ring)
    resealed, skipped, changed = 0, list[Skipped](), 0
    for _ in range(_MOST_PASSES):
        before, skipped, changed = resealed, [], 0
        for kept, sealed in _others(accounts, vault.ring.current):
            try:
                fresh = vault.reseal(sealed, place_of(kept))
            except (Locked, Tampered) as error:
                skipped.append(Skipped(kept.id, kept.user, str(error)))
                continue
            if accounts.connections.rewrap(kept.id, sealed, fresh):
                resealed += 1
                tell(resealed)
            else:
                changed += 1
        if (resealed, changed) == (before, 0):
            break
    accounts.connections.scour()
    return Rotation(resealed, tuple(skipped), len(skipped) + changed)


def _others(accounts: "Accounts", version: int) -> Iterator[tuple[KeptConnection, Sealed]]:
    """Every connection whose key another version sealed, by id."""
    after = ""
    while batch := accounts.connections.sealed_otherwise(version, _BATCH, after):
        yield from batch
        after = batch[-1][0].id
