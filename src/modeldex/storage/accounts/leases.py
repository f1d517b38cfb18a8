"""Who may do what one machine at a time does, so that one which slept too long cannot spoil it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true, update

from ...domain.account import Lease
from ...domain.errors import StorageError
from .database import Database
from .rows import made
from .tables import lease

_COLUMNS = lease.c


class LeaseLost(StorageError):
    """Another machine has taken over; what this one was about to write was not written."""


class Leases:
    """Leases by name; a token is never given twice, also after a lease was given back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, name: str, holder: str, now: datetime, for_: timedelta, since: int | None = None
    ) -> Lease | None:
        """Take a lease that has run out, was given back, or is this holder's own already; `None`
        while another holds it. Each taking has a greater token than all before.

        With `since`, only if nobody took it since that token was seen; 0: if nobody ever did.
        """
        insert = self._database.insert(lease)
        free = or_(_COLUMNS.until <= now, _COLUMNS.holder.is_(None), _COLUMNS.holder == holder)
        seen = true() if since is None else _COLUMNS.token == since
        upsert = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "holder": insert.excluded.holder,
                "token": _COLUMNS.token + 1,
                "until": insert.excluded.until,
            },
            where=and_(free, seen),
        ).returning(_COLUMNS.token)
        row = {"name": name, "holder": holder, "token": 1, "until": now + for_}
        with self._database.writing() as db:
            token = db.execute(upsert, row).scalar()
        if token is None:
            return None
        return Lease(name=name, holder=holder, token=token, until=now + for_)

    def renew(self, held: Lease, now: datetime, for_: timedelta) -> Lease | None:
        """Hold a lease longer, under the same token; `None` when it was given back or another
        took it."""
        with self._database.writing() as db:
            mine = update(lease).where(*_held(held.name, held.token))
            if not db.execute(mine.values(until=now + for_)).rowcount:
                return None
        return Lease(name=held.name, holder=held.holder, token=held.token, until=now + for_)

    def give_back(self, held: Lease) -> bool:
        """Let others take a lease at once; whether it was still held."""
        with self._database.writing() as db:
            mine = update(lease).where(*_held(held.name, held.token))
            return db.execute(mine.values(holder=None)).rowcount > 0

    def get(self, name: str) -> Lease | None:
        """Who held a lease last, perhaps until a moment that has passed; `None` when nobody did
        or it was given back."""
        named = select(lease).where(_COLUMNS.name == name, _COLUMNS.holder.is_not(None))
        with self._database.reading() as db:
            row = db.execute(named).mappings().first()
        return None if row is None else made(Lease, row)

    def last(self, name: str) -> Lease | None:
        """As `get`, but after a lease was given back too: nobody holds it then, and its holder is
        empty. `None` when nobody ever took it."""
        with self._database.reading() as db:
            row = db.execute(select(lease).where(_COLUMNS.name == name)).mappings().first()
        return None if row is None else made(Lease, {**row, "holder": row["holder"] or ""})

    def all(self) -> tuple[Lease, ...]:
        """Every lease that somebody took, by name; the holder of one given back is empty."""
        with self._database.reading() as db:
            rows = db.execute(select(lease).order_by(_COLUMNS.name)).mappings()
            return tuple(made(Lease, {**row, "holder": row["holder"] or ""}) for row in rows)

    def moment(self, now: datetime) -> datetime:
        """What time it is by the clock that all machines share, which is the database server's;
        `now` where the database is a file, as a file is on one machine."""
        return now if self._database.lite else self._database.moment()

    @contextmanager
    def fenced(self, name: str, token: int) -> Iterator[None]:
        """A transaction for what only the holder may write: every call within is part of it.

        Raises `LeaseLost` first when the token is not the newest. Nobody can take the lease
        before the transaction has ended. Within another transaction it is part of that.
        """
        mine = select(_COLUMNS.token).where(*_held(name, token)).with_for_update(read=True)
        with self._database.writing() as db:
            if db.scalar(mine) is None:
                raise LeaseLost(
                    f"another machine does {name} now, so nothing was written here:"
                    " leave it to that one"
                )
            yield


def _held(name: str, token: int) -> tuple[ColumnElement[bool], ...]:
    return (_COLUMNS.name == name, _COLUMNS.token == token, _COLUMNS.holder.is_not(None))
