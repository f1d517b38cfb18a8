"""One user on one machine: known by a token that is made at each start and shown to them once."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, final

from ...credentials.access_tokens import REFUSED
from ...credentials.api_tokens import LOCAL, hashed, is_it, is_well_formed, made
from ...credentials.key_ring import Randomness
from ...domain.account import Actor, Role, User
from ...domain.errors import AccessDenied, UserMistake

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts
    from ...storage.accounts.people import People

USER = "me"
"""`User.id` of the one user."""


@final
class SingleUser:
    """Knows the one user by the token of this start, of which it keeps a hash."""

    __slots__ = ("_hash",)

    def __init__(self, token: str) -> None:
        self._hash = hashed(token)

    def actor(self, token: str) -> Actor:
        """The one user; raises `AccessDenied` for any other token, after as much work."""
        if not is_it(token, self._hash):
            raise AccessDenied("that is not the token of this start: open the address it printed")
        return Actor(user=USER, role=Role.ADMIN, by="single")


def fresh(randomness: Randomness = secrets.token_bytes) -> tuple[SingleUser, str]:
    """Who knows the one user, and the token to show them."""
    token = made(LOCAL, randomness)
    return SingleUser(token), token


def ensured(people: "People", now: datetime) -> User:
    """The one user as a person of the accounts database, added the first time."""
    found = people.get(USER)
    if found is not None:
        return found
    user = User(id=USER, name=USER, role=Role.ADMIN, created_at=now)
    try:
        people.add(user, None)
    except UserMistake:
        found = people.get(USER)
        if found is None:
            raise
        return found
    return user


def program(accounts: "Accounts", token: str, now: datetime) -> Actor:
    """The one user, by a token that they gave a program; raises `AccessDenied`, and `StorageError`
    when the database is away."""
    found = accounts.tokens.api(hashed(token), now) if is_well_formed(token) else None
    if found is None:
        raise AccessDenied(REFUSED)
    return Actor(
        user=found.user,
        role=Role.ADMIN,
        by="token",
        scopes=found.scopes,
        expires_at=found.expires_at,
    )
