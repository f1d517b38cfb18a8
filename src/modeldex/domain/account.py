"""Who uses a shared installation: people, the keys they keep there, and what they may do."""

import unicodedata
from datetime import datetime
from enum import StrEnum

import msgspec

from .outcome import Outcome


class Role(StrEnum):
    """What a person may do beyond their own affairs."""

    USER = "user"
    ADMIN = "admin"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One person, or the one of a single-user installation."""

    id: str
    """Random, never reused."""
    name: str
    """What they sign in with, unique without regard to case."""
    role: Role = Role.USER
    created_at: datetime
    disabled_at: datetime | None = None
    """When they were shut out, aware UTC; `None` while they are welcome."""


def name_key(name: str) -> str:
    """What all spellings of one person's name have in common: `User.name` is unique by it.

    >>> name_key("Ａda") == name_key("ada")
    True
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and how they proved it."""

    user: str
    """`User.id`."""
    role: Role
    by: str
    """`single`, `session`, `token`."""
    scopes: frozenset[str] | None = None
    """What an API token is limited to (`read`, `write`, `report`, `refresh`, `keys`, `admin`); `None`:
    everything that the role allows."""
    expires_at: datetime | None = None
    """When the API token ends with which they came; `None`: it does not, or it was none."""

    def may(self, scope: str) -> bool:
        """Whether this actor may do what `scope` names; `admin` needs the role as well."""
        if scope == "admin" and self.role is not Role.ADMIN:
            return False
        return self.scopes is None or scope in self.scopes


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A key at rest: encrypted with a data key of its own, which a master key wraps."""

    version: int
    """The version of the master key that wraps the data key."""
    wrapped: bytes
    """Nonce, encrypted data key and tag."""
    nonce: bytes
    """96 random bits, new with every write."""
    body: bytes
    """The encrypted key with its tag."""


class KeptConnection(msgspec.Struct, frozen=True, kw_only=True):
    """One connection of a user; its key is kept beside it, sealed, and is never given back."""

    id: str
    """Random, never reused."""
    user: str
    provider: str
    """The provider row's id."""
    label: str = ""
    """What the user calls it."""
    base_url: str | None = None
    """An address of the user's own; `None`: the provider's."""
    host: str
    """Scheme, host and port that the key may go to."""
    last4: str | None = None
    """The key's last four characters, only of keys of at least 20; `None` for others and for none."""
    fingerprint: str = ""
    """A keyed hash of key and address: equal ones open the same list; empty without a key."""
    created_at: datetime
    changed_at: datetime


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection of a user showed last: a listing by its hash, shared by all who have it."""

    connection: str
    """`KeptConnection.id`."""
    listing: str
    """The name of a listing's header, which differs with its pages, their address and the row by
    which it was asked for; empty while none came."""
    outcome: Outcome
    message: str = ""
    """What happened, in one sentence without a full stop and without advice."""
    fetched_at: datetime | None = None
    """When the list shown was fetched, aware UTC; `None` while none came."""
    checked_at: datetime
    """When the connection was last asked, aware UTC."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do a piece of work that one machine at a time does."""

    name: str
    holder: str
    """Empty where the last one is told of and has given it back."""
    token: int
    """Grows with every new holder: a write with an older one is refused."""
    until: datetime


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one real call of a model, as a program reports it."""

    id: str
    """Chosen by the reporter: the same call reported twice counts once."""
    at: datetime
    model: str
    """A model's id."""
    ok: bool
    capability: str | None = None
    """What the call made use of (`tools`, `vision`, `structured_output`, …); `None`: nothing special."""
    latency_ms: int | None = None
    """To the first token; `None` is unknown."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    error: str | None = None
    """An outcome's word (`rate_limited`, `timeout`, …), never a message."""
