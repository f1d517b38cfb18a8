"""Who asks: from a request to an `Actor`, or a problem. An installation chooses one way of knowing."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeAlias

from ..domain.account import Actor, Role
from .asking import Asking
from .limiting import Limiter
from .problems import Problem

Admit: TypeAlias = Callable[[Asking], Awaitable[Actor]]
"""Says who asks; raises `Problem` (401, 403, 429) for a stranger. It is asked for every request but
those of `OPEN`, before anything else is looked at."""

OPEN = frozenset(("/", "/healthz", "/readyz"))
"""Paths that say nothing of anybody and are answered to everybody."""

ALONE = "me"
"""`User.id` of the one user of a single-user installation."""
NOBODY = Actor(user="", role=Role.USER, by="open", scopes=frozenset())
"""Who asks for an open path."""

_TOKEN_BYTES = 32


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def alone(token: str, limiter: Limiter) -> Admit:
    """The one user of this machine, known by a token that was shown to them at the start."""
    right = sha256(token.encode()).digest()
    me = Actor(user=ALONE, role=Role.ADMIN, by="single")

    async def admit(asking: Asking) -> Actor:
        sent = asking.credentials
        if len(sent) == 1 and hmac.compare_digest(sha256(sent[0]).digest(), right):
            return me
        limiter.spend("stranger", asking.client)
        raise stranger()

    return admit


def stranger() -> Problem:
    """The same answer for no token, a wrong one, and several at once."""
    return Problem(
        401,
        "send the token as `Authorization: Bearer TOKEN`, or as `X-Api-Key: TOKEN`, once",
        hint="`modeldex serve` prints it when it starts",
        headers={"www-authenticate": "Bearer"},
    )
