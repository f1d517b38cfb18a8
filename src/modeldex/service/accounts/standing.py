"""How an accounts database stands, for whoever runs the installation; holds no secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ...domain.account import Role

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts


class LeaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who does what one machine at a time does."""

    name: str
    holder: str | None
    """`None`: nobody at the moment."""
    until: datetime
    """When it runs out, or was to, aware UTC."""
    token: int
    """How often it was taken."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the database stands. Without its tables, or with those of another version, nothing but
    the first three is known."""

    database: str
    """What a person calls it; holds no credential."""
    migration: str | None
    """The migration that its tables stand at; `None`: it has none yet."""
    newest: str
    """The migration that this version of modeldex wants."""
    people: int | None = None
    administrators: int | None = None
    """Those who are not shut out."""
    keys: Mapping[str, int] | None = None
    """Version of the master key → kept keys that it seals."""
    seen: tuple[int, ...] | None = None
    """Versions of the master key that were ever in use here."""
    leases: tuple[LeaseLine, ...] = ()


def standing(accounts: "Accounts") -> Standing:
    """How the database stands, without changing it; raises `StorageError`."""
    from ...storage.accounts.tables import REVISION

    plain = Standing(database=accounts.place, migration=accounts.migration(), newest=REVISION)
    if plain.migration != REVISION:
        return plain
    everybody = accounts.people.all()
    return msgspec.structs.replace(
        plain,
        people=len(everybody),
        administrators=sum(one.role is Role.ADMIN and one.disabled_at is None for one in everybody),
        keys={str(name): keys for name, keys in accounts.connections.versions().items()},
        seen=tuple(accounts.ring.versions()),
        leases=tuple(
            LeaseLine(name=one.name, holder=one.holder or None, until=one.until, token=one.token)
            for one in accounts.leases.all()
        ),
    )
