"""The models that each user marked."""

from sqlalchemy import delete, select

from .database import Database
from .tables import favourite


class Favourites:
    """Model ids, whether or not the catalog has them at present."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user: str) -> tuple[str, ...]:
        """The user's favourites, sorted."""
        with self._database.reading() as db:
            own = select(favourite.c.model).where(favourite.c.owner == user)
            return tuple(sorted(db.scalars(own)))

    def add(self, user: str, model: str) -> bool:
        """Mark a model; whether it was not marked yet. Raises `NotFound` when the user is gone."""
        insert = self._database.insert(favourite).on_conflict_do_nothing()
        new = insert.values(owner=user, model=model).returning(favourite.c.model)
        with self._database.writing() as db:
            return db.scalar(new) is not None

    def remove(self, user: str, model: str) -> bool:
        """Unmark a model; whether it was marked."""
        mark = (favourite.c.owner == user, favourite.c.model == model)
        with self._database.writing() as db:
            return db.execute(delete(favourite).where(*mark)).rowcount > 0
