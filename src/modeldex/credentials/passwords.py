"""Passwords at rest: argon2id, with the same work for a name that nobody has."""

import secrets
import unicodedata
from typing import NamedTuple, final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from ..domain.errors import BadPassword
from .weak_passwords import is_tried_first

SHORTEST, LONGEST = 8, 128
"""Characters of a password."""


class Cost(NamedTuple):
    """How much work one guess takes.

    Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    """

    memory_kib: int = 32 * 1024
    """OWASP asks for 19 MiB at two passes."""
    passes: int = 2
    lanes: int = 1


COST = Cost()


class Checked(NamedTuple):
    """What came of checking a password."""

    right: bool
    renewed: str | None = None
    """A hash to keep in the place of the old one, which was made with less work; else `None`."""


@final
class Passwords:
    """Hashes and checks; each call takes tens of milliseconds and much memory, so that callers
    run a few at a time, away from their event loop."""

    def __init__(self, cost: Cost = COST) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._nobodys = self._hasher.hash(secrets.token_bytes(16))

    def hashed(self, password: str, name: str = "") -> str:
        """The hash to keep of a new password of who signs in with `name`.

        Raises `BadPassword` with what to do; the message never repeats the password.
        """
        _vet(password, name)
        return self._hasher.hash(_bytes(password))

    def check(self, password: str, kept: str | None) -> Checked:
        """Whether a password is the one whose hash was kept; `None` for a name that nobody has
        takes as long and is never right."""
        fits = len(password) <= LONGEST
        right = self._verify(kept or self._nobodys, _bytes(password[:LONGEST]))
        if kept is None or not right or not fits:
            return Checked(False)
        stale = self._hasher.check_needs_rehash(kept)
        return Checked(True, self._hasher.hash(_bytes(password)) if stale else None)

    def _verify(self, kept: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerificationError:
            return False
        except InvalidHashError:
            return self._verify(self._nobodys, password)


def _vet(password: str, name: str) -> None:
    if len(password) < SHORTEST:
        raise BadPassword(f"take a password of at least {SHORTEST} characters; 15 are better")
    if len(password) > LONGEST:
        raise BadPassword(f"take a password of at most {LONGEST} characters")
    if is_tried_first(password, name):
        raise BadPassword(
            "that password is among those that are tried first: take several unrelated words"
        )


def _bytes(password: str) -> bytes:
    """One spelling for what is typed the same way on two keyboards (NFKC, as NIST asks)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
