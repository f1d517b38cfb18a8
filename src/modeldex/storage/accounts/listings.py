"""The headers of listings that views show, one for all users who see the same."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from .database import Database
from .tables import listing, view

_SHOWN = exists().where(view.c.listing == listing.c.hash)


class Listings:
    """Encoded listings by their hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, hash: str) -> bytes | None:
        """The listing as it was put; `None` when there is none of that hash."""
        with self._database.reading() as db:
            return db.scalar(select(listing.c.body).where(listing.c.hash == hash))

    def page(self, after: str, limit: int) -> list[tuple[str, bytes]]:
        """Listings whose hash comes behind `after`, in its order, each as it was put."""
        named = select(listing.c.hash, listing.c.body).where(listing.c.hash > after)
        with self._database.reading() as db:
            rows = db.execute(named.order_by(listing.c.hash).limit(limit)).all()
        return [(row.hash, row.body) for row in rows]

    def put(self, hash: str, body: bytes) -> None:
        """Keep a listing; of one hash the first is kept."""
        known_again = self._database.insert(listing).on_conflict_do_update(
            index_elements=["hash"], set_={"orphaned_at": None}
        )
        with self._database.writing() as db:
            db.execute(known_again, {"hash": hash, "body": body})

    def sweep(self, now: datetime, for_: timedelta) -> int:
        """Remove the listings that no view has shown for so long; how many there were.

        It counts from the first sweep that found nobody showing them, so that one which is put
        just before its view stays.
        """
        orphan = listing.c.orphaned_at
        with self._database.writing() as db:
            db.execute(update(listing).where(_SHOWN).values(orphaned_at=None))
            db.execute(update(listing).where(~_SHOWN, orphan.is_(None)).values(orphaned_at=now))
            return db.execute(delete(listing).where(~_SHOWN, orphan <= now - for_)).rowcount
