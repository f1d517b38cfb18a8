"""The connections of each user, and beside them their keys, sealed."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from ...domain.account import KeptConnection, Sealed
from .database import Database
from .rows import made
from .scouring import scour
from .tables import connection, person, sealed_key, view

_COLUMNS = connection.c
_KEPT = tuple(
    _COLUMNS.owner.label("user") if name == "user" else _COLUMNS[name]
    for name in KeptConnection.__struct_fields__
)
_SEALED = tuple(sealed_key.c[name] for name in Sealed.__struct_fields__)


class Connections:
    """A user's connections; another user's are not there for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kept: KeptConnection, sealed: Sealed | None) -> None:
        """Keep a connection; `None`: it has no key. Raises `NotFound` when its user is gone."""
        with self._database.writing() as db:
            db.execute(connection.insert().values(_row(kept)))
            if sealed is not None:
                db.execute(_key_of(kept.id, sealed))

    def get(self, user: str, id: str) -> KeptConnection | None:
        """The connection; `None` when this user has none of that id."""
        with self._database.reading() as db:
            row = db.execute(select(*_KEPT).where(_own(user, id))).mappings().first()
        return None if row is None else made(KeptConnection, row)

    def of(self, user: str) -> tuple[KeptConnection, ...]:
        """The user's connections, the oldest first."""
        own = select(*_KEPT).where(_COLUMNS.owner == user)
        return self._all(own.order_by(_COLUMNS.created_at, _COLUMNS.id))

    def replace(self, kept: KeptConnection, sealed: Sealed | None) -> bool:
        """Put all of a connection anew, its key too (`None`: it has none from now on); whether
        its user still had it. What another key showed is forgotten."""
        own = _own(kept.user, kept.id)
        row = _row(kept)
        del row["created_at"]
        with self._database.writing() as db:
            fingerprint = db.scalar(select(_COLUMNS.fingerprint).where(own).with_for_update())
            if fingerprint is None:
                return False
            db.execute(update(connection).where(own).values(row))
            db.execute(delete(sealed_key).where(sealed_key.c.connection == kept.id))
            if sealed is not None:
                db.execute(_key_of(kept.id, sealed))
            if fingerprint != kept.fingerprint:
                db.execute(delete(view).where(view.c.connection == kept.id))
            scour(self._database)
        return True

    def rename(self, user: str, id: str, label: str) -> bool:
        """Call a connection something else, its key untouched; whether its user has it."""
        with self._database.writing() as db:
            done = db.execute(update(connection).where(_own(user, id)).values(label=label))
            return done.rowcount > 0

    def sealed(self, user: str, id: str) -> Sealed | None:
        """The sealed key; `None` when the connection has none, or is not this user's."""
        wanted = select(*_SEALED).join(connection, _COLUMNS.id == sealed_key.c.connection)
        with self._database.reading() as db:
            row = db.execute(wanted.where(_own(user, id))).mappings().first()
        return None if row is None else made(Sealed, row)

    def remove(self, user: str, id: str) -> bool:
        """Remove a connection with its key and its view; whether this user had it.

        A SQLite file holds no byte of the key afterwards.
        """
        with self._database.writing() as db:
            if not db.execute(delete(connection).where(_own(user, id))).rowcount:
                return False
            scour(self._database)
        return True

    def sealed_otherwise(
        self, version: int, limit: int, after: str = ""
    ) -> list[tuple[KeptConnection, Sealed]]:
        """Connections of all users whose key another version of the master key wraps, by id: an
        older one, or a newer one where a rotation was backed out of.

        `after` is the id of the last one seen, so that one which cannot be opened does not stop
        the rest.
        """
        wanted = (
            select(*_KEPT, *_SEALED)
            .join(sealed_key, sealed_key.c.connection == _COLUMNS.id)
            .where(sealed_key.c.version != version, _COLUMNS.id > after)
            .order_by(_COLUMNS.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            rows = db.execute(wanted).mappings().all()
        return [(made(KeptConnection, row), made(Sealed, row)) for row in rows]

    def versions(self) -> dict[int, int]:
        """Version of the master key → how many kept keys it seals."""
        counted = select(sealed_key.c.version, func.count()).group_by(sealed_key.c.version)
        with self._database.reading() as db:
            return dict(sorted((row[0], row[1]) for row in db.execute(counted)))

    def rewrap(self, id: str, old: Sealed, new: Sealed) -> bool:
        """Put `new` in the place of `old` and touch nothing else; whether `old` still stood.

        After the last one, `scour` removes what is left of the old ones from a SQLite file.
        """
        same = [column == getattr(old, column.name) for column in _SEALED]
        change = update(sealed_key).where(sealed_key.c.connection == id, *same)
        with self._database.writing() as db:
            return db.execute(change.values(msgspec.structs.asdict(new))).rowcount > 0

    def scour(self) -> None:
        """Leave no byte of replaced keys in a SQLite file; does nothing elsewhere."""
        scour(self._database)

    def due(self, before: datetime, limit: int) -> tuple[KeptConnection, ...]:
        """Connections of all users who are welcome that were never asked as they are now, or not
        since `before`; the longest ago first."""
        asked_as_it_is = and_(
            view.c.connection == _COLUMNS.id, view.c.checked_at >= _COLUMNS.changed_at
        )
        return self._all(
            select(*_KEPT)
            .join(person, person.c.id == _COLUMNS.owner)
            .outerjoin(view, asked_as_it_is)
            .where(person.c.disabled_at.is_(None))
            .where(or_(view.c.connection.is_(None), view.c.checked_at < before))
            .order_by(view.c.checked_at.asc().nulls_first(), _COLUMNS.id)
            .limit(limit)
        )

    def _all(self, wanted: Select[Any]) -> tuple[KeptConnection, ...]:
        with self._database.reading() as db:
            return tuple(made(KeptConnection, row) for row in db.execute(wanted).mappings())


def _own(user: str, id: str) -> ColumnElement[bool]:
    return and_(_COLUMNS.id == id, _COLUMNS.owner == user)


def _key_of(id: str, sealed: Sealed) -> Any:
    return sealed_key.insert().values(connection=id, **msgspec.structs.asdict(sealed))


def _row(kept: KeptConnection) -> dict[str, Any]:
    row = msgspec.structs.asdict(kept)
    row["owner"] = row.pop("user")
    return row
