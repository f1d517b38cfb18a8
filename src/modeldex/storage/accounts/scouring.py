"""How a removed key leaves a SQLite file to the last byte."""

from sqlalchemy import select

from .database import Database
from .tables import sealed_key


def scour(database: Database) -> None:
    """Leave no byte of a key that was removed or replaced; elsewhere than in SQLite, do nothing.

    `secure_delete` zeroes a row where it lies, but not the copies it left in other pages when
    the tree was balanced; so the keys that remain are written anew into pages that were zeroed.
    Source: https://www.sqlite.org/pragma.html#pragma_secure_delete
    """
    if not database.lite:
        return
    with database.writing() as db:
        rows = [dict(row) for row in db.execute(select(sealed_key)).mappings()]
        db.execute(sealed_key.delete())
        if rows:
            db.execute(sealed_key.insert(), rows)
        database.scrub_later()
