"""Who asks: from a request to an `Actor`, or a problem. An installation chooses one way of knowing."""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256
from typing import TypeAlias

from ..domain.account import Actor, Role
from ..domain.errors import AccessDenied, StorageError
from .asking import SAFE, Asking
from .limiting import Limiter
from .logs import told_of
from .problems import Problem

Admit: TypeAlias = Callable[[Asking], Awaitable[Actor]]
"""Says who asks; raises `Problem` (401, 403, 429) for a stranger. It is asked for every request but
those of `OPEN`, before anything else is looked at."""

OPEN = frozenset(("/", "/healthz", "/readyz"))
"""Paths that say nothing of anybody and are answered to everybody."""

ADMIN = "/api/v1/admin"
"""Where the paths begin that are for administrators."""
READING = frozenset({"read"})

ALONE = "me"
"""`User.id` of the one user of a single-user installation."""
NOBODY = Actor(user="", role=Role.USER, by="open", scopes=frozenset())
"""Who asks for an open path."""

_PROGRAM = b"mdx_"
"""How the tokens of programs begin."""
_TOKEN_BYTES = 32


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def alone(token: str, limiter: Limiter, program: Callable[[str], Actor] | None = None) -> Admit:
    """The one user of this machine, known by a token that was shown to them at the start.

    `program` knows the tokens that they gave to programs: it may block, and raises `AccessDenied`
    and `StorageError`.
    """
    right = sha256(token.encode()).digest()
    me = Actor(user=ALONE, role=Role.ADMIN, by="single")

    async def admit(asking: Asking) -> Actor:
        sent = asking.credentials
        if len(sent) == 1:
            if hmac.compare_digest(sha256(sent[0]).digest(), right):
                return me
            if program is not None and sent[0].startswith(_PROGRAM):
                with suppress(AccessDenied):
                    return await _of_program(program, sent[0])
        limiter.spend("stranger", asking.client)
        raise stranger()

    return admit


async def _of_program(program: Callable[[str], Actor], token: bytes) -> Actor:
    try:
        return await asyncio.to_thread(program, token.decode("latin-1"))
    except StorageError as error:
        raise Problem(
            503,
            "the tokens of programs cannot be read at the moment",
            headers={"retry-after": "5"},
            why=told_of(error),
        ) from None


def limited(actor: Actor, asking: Asking) -> None:
    """Raise `Problem` (403) where a limited token asks for what it is not for: to read takes `read`,
    or `admin` for what is below `ADMIN`, and a token for reading alone changes nothing. What else a
    route takes, the route says."""
    if asking.path in OPEN or actor.scopes is None or not actor.user:
        return
    if asking.method in SAFE:
        wanted = "admin" if asking.path.startswith(ADMIN) else "read"
        refused = not actor.may(wanted)
    else:
        wanted, refused = "write", actor.scopes <= READING
    if refused:
        raise Problem(403, "this token is not for that", denied=wanted)


def stranger() -> Problem:
    """The same answer for no token, a wrong one, and several at once."""
    return Problem(
        401,
        "send the token as `Authorization: Bearer TOKEN`, or as `X-Api-Key: TOKEN`, once",
        hint="`modeldex serve` prints it when it starts",
        headers={"www-authenticate": "Bearer"},
    )
