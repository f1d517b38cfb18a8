"""Who people are at an identity provider, and which of its sign-ins were used."""

from datetime import datetime

from sqlalchemy import delete, select

from ...domain.account import User
from .database import Database
from .rows import made
from .tables import identity, person, spent_ticket


class Identities:
    """A person may have several; an identity belongs to one person, and goes with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owner(self, issuer: str, subject: str) -> User | None:
        """Whose identity it is, also where they are shut out; `None`: nobody's yet."""
        columns = [person.c[name] for name in User.__struct_fields__]
        wanted = (
            select(*columns)
            .join(identity, identity.c.owner == person.c.id)
            .where(identity.c.issuer == issuer, identity.c.subject == subject)
        )
        with self._database.reading() as db:
            row = db.execute(wanted).mappings().first()
        return None if row is None else made(User, row)

    def add(self, issuer: str, subject: str, user: str, now: datetime) -> bool:
        """Give a person an identity; `False` where somebody has it already. Raises `NotFound` when
        the user is gone."""
        insert = self._database.insert(identity).on_conflict_do_nothing()
        row = {"issuer": issuer, "subject": subject, "owner": user, "created_at": now}
        with self._database.writing() as db:
            return db.scalar(insert.values(row).returning(identity.c.owner)) is not None

    def of(self, user: str) -> tuple[tuple[str, str], ...]:
        """Issuer and subject of each of a person's identities, sorted."""
        wanted = select(identity.c.issuer, identity.c.subject).where(identity.c.owner == user)
        with self._database.reading() as db:
            return tuple(sorted((row.issuer, row.subject) for row in db.execute(wanted)))

    def spend(self, ticket: str, until: datetime, now: datetime) -> bool:
        """Use up what a sign-in began with; `False` where it was used before.

        It is remembered `until` nobody would take it any more.
        """
        insert = self._database.insert(spent_ticket).on_conflict_do_nothing()
        new = insert.values(id=ticket, until=until).returning(spent_ticket.c.id)
        with self._database.writing() as db:
            db.execute(delete(spent_ticket).where(spent_ticket.c.until < now))
            return db.scalar(new) is not None
