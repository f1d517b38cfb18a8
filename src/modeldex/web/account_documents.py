"""The documents about people, their sessions and their keys; none of them has a key in it."""

from datetime import datetime

import msgspec

from ..domain.account import Role
from ..domain.outcome import Outcome
from ..service.checking import Standing


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    id: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    """When they were shut out; null while they are welcome."""


class SessionTokens(msgspec.Struct, frozen=True, kw_only=True):
    """What signing in gives."""

    user: str
    session: str
    access: str
    """Send it as `Authorization: Bearer …` until `expires_at`."""
    renewal: str
    """Gets the next two, once."""
    expires_at: datetime


class ConnectionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One connection and what it showed last."""

    id: str
    provider: str
    label: str
    base_url: str | None
    """An address of the user's own; null: the provider's."""
    host: str
    """The only host to which the key goes."""
    key_from: str | None
    """Where the key was found, such as `env:GROQ_API_KEY`; null without one, and where keys are
    kept sealed."""
    last4: str | None
    """The key's last four characters; null of a short one, and where there is none."""
    fingerprint: str | None
    """Equal for equal keys to one host; null without a key."""
    created_at: datetime | None
    """null: nobody noted when."""
    changed_at: datetime | None
    status: Outcome | None
    """What asking with it came to; null: it was not asked yet."""
    standing: Standing | None
    """What that says of the key; null without one, and before it was asked."""
    message: str
    key_url: str | None
    """Where to get another key."""
    fetched_at: datetime | None
    """When the list shown was fetched; null while none came."""
    checked_at: datetime | None
    models: int | None
    """How many models it opens; null while that is not known."""


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """All connections of one user."""

    connections: list[ConnectionDocument]
