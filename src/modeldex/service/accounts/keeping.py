"""Keep the keys that people bring: sealed before they are stored, bound to one host, never given back."""

import re
import secrets
from typing import TYPE_CHECKING, final

import msgspec

from ...credentials.key_ring import Randomness
from ...credentials.vault import Vault, last4, place_of
from ...domain.account import KeptConnection, Sealed
from ...domain.errors import BadAddress, BadKey, KeyNeeded, NotFound, UserMistake
from ...domain.outcome import Verdict
from ...domain.provider import KeyNeed, Provider
from ...domain.secret import NO_KEY, Secret, can_be_key
from ...transport.guard import is_loopback, origin
from .auditing import Action, Occasion, recorded, write

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

MOST = 100
"""Connections of one user."""
_LONGEST_LABEL, _LONGEST_URL = 200, 2000
_GAP = re.compile(r"\{\w+\}")
_BESIDE_PATH = re.compile(r"[?#]")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a user says a connection is to be; shows nothing of the key."""

    provider: Provider
    key: str | None = None
    """`None`: the key that is kept, or none."""
    base_url: str | None = None
    """`None`: the provider's own address."""
    label: str = ""

    def __repr__(self) -> str:
        return f"Given(provider={self.provider.id!r}, …)"


@final
class Keeping:
    """Adds, replaces and removes the connections of one user at a time.

    Everything raises `StorageError` when the database is away, and then nothing was done.
    """

    def __init__(
        self, accounts: "Accounts", vault: Vault, randomness: Randomness = secrets.token_bytes
    ) -> None:
        self._accounts = accounts
        self._vault = vault
        self._randomness = randomness

    def add(self, on: Occasion, given: Given) -> KeptConnection:
        """Keep a connection of `on.user`; raises `BadKey`, `BadAddress` and `UserMistake`."""
        user, key = _user(on), vetted(given)
        if key is None and given.provider.key is KeyNeed.LISTING:
            raise BadKey(f"{given.provider.name} lists its models for a key only: give one")
        if len(self._accounts.connections.of(user)) >= MOST:
            raise UserMistake(f"nobody keeps more than {MOST} connections here: remove one first")
        kept = KeptConnection(
            id=self._randomness(16).hex(),
            user=user,
            provider=given.provider.id,
            host=host_of(given),
            created_at=on.now,
            changed_at=on.now,
        )
        kept, sealed = self._with(kept, on, given, key)
        with recorded(self._accounts, on, Action.KEY_ADDED, kept.id):
            self._accounts.connections.add(kept, sealed)
        return kept

    def replace(self, on: Occasion, id: str, given: Given) -> KeptConnection:
        """Put all of a connection anew, but its provider.

        Without a key the kept one stays, for the host that it was given for: raises `KeyNeeded`
        for another. Raises `NotFound`, `BadKey`, `BadAddress`, and `Locked` or `Tampered` when the
        kept key is to stay and cannot be opened.
        """
        key = vetted(given)
        with recorded(self._accounts, on, Action.KEY_REPLACED, id):
            kept = self._own(on, id)
            if kept.provider != given.provider.id:
                raise UserMistake("a connection stays with its provider: add another for that one")
            old = self._accounts.connections.sealed(kept.user, id)
            kept, sealed = self._with(kept, on, given, key, old)
            self._accounts.connections.replace(kept, sealed)
        return kept

    def remove(self, on: Occasion, id: str) -> None:
        """Remove a connection, its key and what it showed; raises `NotFound`."""
        with recorded(self._accounts, on, Action.KEY_REMOVED, id):
            if not self._accounts.connections.remove(_user(on), id):
                raise _not_there()

    def taken_to_check(self, on: Occasion, id: str) -> tuple[KeptConnection, Secret | None]:
        """A connection and its key, to try it out; that is written down before it is opened.

        Raises `NotFound`, `Locked` and `Tampered`.
        """
        kept = self._own(on, id)
        write(self._accounts, on, Action.KEY_CHECKED, id)
        return kept, self.secret_of(kept)

    def secret_of(self, kept: KeptConnection) -> Secret | None:
        """The key of a connection, to ask its host with; `None` when it has none.

        Raises `Locked` and `Tampered`, which concern this connection alone.
        """
        sealed = self._accounts.connections.sealed(kept.user, kept.id)
        return None if sealed is None else self._vault.open(sealed, place_of(kept))

    def _own(self, on: Occasion, id: str) -> KeptConnection:
        kept = self._accounts.connections.get(_user(on), id)
        if kept is None:
            raise _not_there()
        return kept

    def _with(
        self,
        kept: KeptConnection,
        on: Occasion,
        given: Given,
        key: str | None,
        old: Sealed | None = None,
    ) -> tuple[KeptConnection, Sealed | None]:
        """The connection as given, and its key: the new one, or the old one at its old host."""
        now = msgspec.structs.replace(
            kept,
            host=host_of(given),
            base_url=given.base_url,
            label=given.label.strip()[:_LONGEST_LABEL],
            changed_at=on.now,
        )
        if key is not None:
            shown = {"last4": last4(key), "fingerprint": self._vault.fingerprint(key, now.host)}
            now = msgspec.structs.replace(now, **shown)
            return now, self._vault.seal(key, place_of(now))
        if old is None:
            return now, None
        if now.host != kept.host:
            raise KeyNeeded(
                f"the key was given for {kept.host}: give it again to have it sent to {now.host}"
            )
        return now, self._vault.reseal(old, place_of(now))


def host_of(given: Given) -> str:
    """Scheme, host and port of the address, in one spelling; raises `BadAddress`."""
    url = given.base_url or given.provider.base_url
    if gap := _GAP.search(url):
        raise BadAddress(
            f"the address of {given.provider.name} has a gap, {gap[0]}: give yours, with it filled"
        )
    if _BESIDE_PATH.search(url) or len(url) > _LONGEST_URL:
        raise BadAddress(
            "the address has a question mark or a hash, or is too long: end it with its path"
        )
    try:
        scheme, host, port = origin(url)
    except Verdict as verdict:
        raise BadAddress(str(verdict)) from None
    if scheme != "https" and given.key is not None and not is_loopback(host):
        raise BadAddress("a key is never sent without encryption: give an https:// address")
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def vetted(given: Given) -> str | None:
    """The key without what clings to it when it is copied; raises `BadKey`, which repeats none."""
    if given.key is None:
        return None
    key = given.key.strip()
    if not key:
        raise BadKey("the key is empty: copy it again")
    if not can_be_key(key):
        raise BadKey(NO_KEY)
    return key


def _user(on: Occasion) -> str:
    if on.user is None:
        raise _not_there()
    return on.user


def _not_there() -> NotFound:
    return NotFound("there is no such connection")
