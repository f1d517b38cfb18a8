"""Give programs tokens of their own, and take them back."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from ...credentials.api_tokens import SCOPES, hashed, made
from ...credentials.key_ring import Randomness
from ...domain.account import Actor
from ...domain.errors import AccessDenied, NotFound, UserMistake
from ...domain.session import ApiToken
from .auditing import Action, Occasion, recorded

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

MOST = 100
"""API tokens of one user."""
_LONGEST_NAME = 200


def add_token(
    accounts: "Accounts",
    on: Occasion,
    actor: Actor,
    name: str,
    scopes: frozenset[str] | None = None,
    expires_at: datetime | None = None,
    randomness: Randomness = secrets.token_bytes,
) -> tuple[ApiToken, str]:
    """A new token of `actor`, and its text, which is shown this once.

    Raises `UserMistake` for scopes that there are not, and `AccessDenied` for more than the actor
    may do, or for longer than their own token lasts, so that no token makes a mightier one.
    """
    _vet(accounts, actor, name, scopes, on.now, expires_at)
    text = made(randomness=randomness)
    token = ApiToken(
        id=randomness(16).hex(),
        user=actor.user,
        name=name.strip(),
        scopes=scopes,
        created_at=on.now,
        expires_at=expires_at,
    )
    with recorded(accounts, on, Action.TOKEN_ADDED, token.id):
        accounts.tokens.add_api(token, hashed(text))
    return token, text


def revoke_token(accounts: "Accounts", on: Occasion, actor: Actor, id: str) -> None:
    """Take a token of `actor` back, at once; raises `NotFound`."""
    with recorded(accounts, on, Action.TOKEN_REMOVED, id):
        if not accounts.tokens.revoke(actor.user, id):
            raise NotFound("there is no such token")


def _vet(
    accounts: "Accounts",
    actor: Actor,
    name: str,
    scopes: frozenset[str] | None,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise UserMistake(f"give the token a name of 1 to {_LONGEST_NAME} letters")
    if scopes is not None and (not scopes or scopes - SCOPES):
        raise UserMistake(f"the scopes are {', '.join(sorted(SCOPES))}")
    if expires_at is not None and expires_at <= now:
        raise UserMistake("that moment is over: give one that is to come")
    if not all(actor.may(scope) for scope in scopes or ()) or (
        scopes is None and actor.scopes is not None
    ):
        raise AccessDenied("a token may do no more than who makes it")
    if actor.expires_at is not None and (expires_at is None or expires_at > actor.expires_at):
        raise AccessDenied("a token may last no longer than the one that makes it")
    if len(accounts.tokens.api_of(actor.user)) >= MOST:
        raise UserMistake(f"nobody has more than {MOST} tokens here: take one back first")
