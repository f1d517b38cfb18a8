"""How a person stays signed in, and the tokens their programs come with."""

from datetime import datetime

import msgspec


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in with all the refresh tokens that followed from it: a family of tokens."""

    id: str
    """Random, never reused; access tokens name it, so that ending it ends them."""
    user: str
    """`User.id`."""
    client: str = ""
    """What signed in, as the person would know it again; may be empty."""
    started_at: datetime
    used_at: datetime
    """When its refresh token was last exchanged, aware UTC."""
    expires_at: datetime
    """When it ends however much it is used, aware UTC."""


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token for programs, known again by its hash; the token itself is shown once."""

    id: str
    user: str
    """`User.id`."""
    name: str
    """What the user calls it."""
    scopes: frozenset[str] | None = None
    """As `Actor.scopes`; `None`: all that the user may do."""
    created_at: datetime
    expires_at: datetime | None = None
    """`None`: it does not expire."""
    last_used_at: datetime | None = None
    """To within a minute; `None`: never."""
