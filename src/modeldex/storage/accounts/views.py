"""What each connection showed last."""

from typing import Any

import msgspec
from sqlalchemy import Select, and_, select

from ...domain.account import KeptConnection, View
from .database import Database
from .rows import made
from .tables import connection, view


class Views:
    """The last view of each connection; another user's are not there for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str, connection: str) -> View | None:
        """The view; `None` when the connection was never asked, or is not this user's."""
        with self._database.reading() as db:
            row = db.execute(_of(user).where(view.c.connection == connection)).mappings().first()
        return None if row is None else made(View, row)

    def of(self, user: str) -> dict[str, View]:
        """The user's views, by the id of their connection."""
        with self._database.reading() as db:
            rows = db.execute(_of(user)).mappings().all()
        return {row["connection"]: made(View, row) for row in rows}

    def put(self, shown: View, asked: KeptConnection | None = None) -> bool:
        """Put a view in the place of the earlier one; whether there was a connection to show it.

        `asked` is the connection as it was when it was asked: what a key showed that was
        replaced or removed since then is not kept.
        """
        still = connection.c.id == shown.connection
        if asked is not None:
            same = (connection.c.owner == asked.user, connection.c.changed_at == asked.changed_at)
            still = and_(still, connection.c.id == asked.id, *same)
        row = msgspec.structs.asdict(shown)
        insert = self._database.insert(view)
        there = select(connection.c.id).where(still).with_for_update(read=True)
        upsert = insert.on_conflict_do_update(
            index_elements=["connection"],
            set_={name: insert.excluded[name] for name in row if name != "connection"},
        )
        with self._database.writing() as db:
            if db.scalar(there) is None:
                return False
            db.execute(upsert, row)
        return True


def _of(user: str) -> Select[Any]:
    own = and_(connection.c.id == view.c.connection, connection.c.owner == user)
    return select(*view.c).join(connection, own)
