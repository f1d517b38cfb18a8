"""The documents for administrators: how the installation stands, its people, and the audit log; no key is in any."""

from datetime import datetime

import msgspec

from ..domain.audit import AuditEntry
from ..domain.outcome import Outcome
from ..domain.report import CatalogStamp
from ..service.accounts.ring_state import RingState
from ..service.accounts.standing import LeaseLine
from .account_documents import Person
from .operating import StoreStatus


class HeldList(msgspec.Struct, frozen=True, kw_only=True):
    """A newer list that is set aside because it looks wrong."""

    why: str
    fetched_at: datetime
    came: int
    """Models that it has and the list shown lacks."""
    gone: int
    """Models that the list shown has and it lacks."""


class ProviderHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One provider, as this installation asks it."""

    provider: str
    name: str
    outcome: Outcome
    """What the last try came to."""
    message: str
    models: int
    available: bool
    """Whether the installation itself can call it."""
    last_good: datetime | None
    """When the list shown was fetched; null while none was."""
    age_s: int | None
    """Seconds since then."""
    attempted_at: datetime | None
    """When it was last asked; null: never, or nobody remembers."""
    failures: int
    """Failures in a row; 0 after a success."""
    breaker: str
    """`closed`: it is asked; `open`: it is left alone until `open_until`."""
    open_until: datetime | None
    held: HeldList | None


class RefreshState(msgspec.Struct, frozen=True, kw_only=True):
    """The refreshes of this process."""

    running: bool
    """Whether providers are being asked right now, or will be as soon as that ends."""
    ended: str | None
    """How the last one ended: `done` or `failed`; null: none has."""
    ended_at: datetime | None


class DatabaseState(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts database."""

    place: str | None
    """Holds no credential; null: one user's, which was not needed yet."""
    reachable: bool | None
    """null: it was not needed yet."""
    migration: str | None
    """The migration that its tables stand at."""
    users: int | None
    administrators: int | None
    """Those who are not shut out."""


class AdminStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the installation stands."""

    version: str
    at: datetime
    catalog: CatalogStamp | None
    trouble: str
    """Why the catalog in force cannot be opened, in a word; empty while it can."""
    refresh: RefreshState
    providers: list[ProviderHealth]
    leases: list[LeaseLine]
    database: DatabaseState
    store: StoreStatus | None
    """null: catalogs are published on this machine alone."""
    key_ring: RingState | None
    """null: no key is kept sealed here, or the database cannot say."""


class RefreshAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the wish to ask providers."""

    started: bool
    """false: a refresh of all runs already, or has just ended."""
    refresh: RefreshState


class People(msgspec.Struct, frozen=True, kw_only=True):
    """A page of everybody, by name."""

    users: list[Person]
    next: str | None


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the audit log, the newest first."""

    entries: list[AuditEntry]
    next: str | None
