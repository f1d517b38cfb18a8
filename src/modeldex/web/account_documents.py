"""The documents about people, their sessions and their keys; none of them has a key in it."""

from datetime import datetime

import msgspec

from ..domain.account import Role
from ..domain.catalog import How
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


class Favourite(msgspec.Struct, frozen=True, kw_only=True):
    """A model that the user marked."""

    model: str
    """Its id, or the name it was marked by where the catalog has no such model."""
    name: str | None
    listed: bool
    """Whether the catalog has it at present."""
    available: bool | None
    """Whether the user has a key for it; null of a model that the catalog does not have."""


class Favourites(msgspec.Struct, frozen=True, kw_only=True):
    """The user's favourites, by id."""

    favourites: list[Favourite]


class BoundModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that a program uses."""

    id: str
    """Where its name led when it was bound; the name itself where it led nowhere."""
    said: str | None
    """The name by which the program calls it; null where it is not kept."""
    how: How | None
    """How the name led there; null where it is not kept."""
    since: datetime | None
    """When it was bound; null where that is not kept."""


class ProgramBindings(msgspec.Struct, frozen=True, kw_only=True):
    """The models of one program."""

    program: str
    models: list[BoundModel]


class BindingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The user's programs, by name."""

    bindings: list[ProgramBindings]


class TokenDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A program's token; its text is shown once, when it is made."""

    id: str
    name: str
    scopes: list[str] | None
    """What it is limited to; null: it may do all that its user may."""
    created_at: datetime
    expires_at: datetime | None
    """null: it does not expire."""
    last_used_at: datetime | None
    """To within a minute; null: never."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """The user's tokens, the oldest first."""

    tokens: list[TokenDocument]


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token that was just made, and what a program sends."""

    token: TokenDocument
    text: str
    """Send it as `Authorization: Bearer …`; nobody can show it again."""


class SessionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in."""

    id: str
    client: str
    started_at: datetime
    used_at: datetime
    """When it was last renewed."""
    expires_at: datetime
    current: bool
    """Whether this request belongs to it."""


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """The user's sessions, the one used last first."""

    sessions: list[SessionDocument]


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """All connections of one user."""

    connections: list[ConnectionDocument]
