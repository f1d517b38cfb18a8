"""The people of a shared installation, and the hashes of their passwords."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select, update

from ...domain.account import Role, User, name_key
from ...domain.errors import UserMistake
from .database import Database
from .rows import made
from .scouring import scour
from .tables import person

_USER = (
    *(person.c.id, person.c.name, person.c.role),
    *(person.c.created_at, person.c.disabled_at),
)


class People:
    """Who may sign in; a name means the same person whatever its case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: User, password_hash: str | None) -> None:
        """Let a person in; `None`: they cannot sign in by password. Raises `UserMistake` when the
        name is taken."""
        row = {
            **msgspec.structs.asdict(user),
            "name_key": name_key(user.name),
            "password_hash": password_hash,
        }
        unless_taken = self._database.insert(person).on_conflict_do_nothing()
        with self._database.writing() as db:
            if db.execute(unless_taken.returning(person.c.id), row).first() is None:
                raise UserMistake("that name is taken: choose another")

    def get(self, id: str) -> User | None:
        """The person; `None` when there is none."""
        with self._database.reading() as db:
            row = db.execute(select(*_USER).where(person.c.id == id)).mappings().first()
        return None if row is None else made(User, row)

    def by_name(self, name: str) -> tuple[User, str | None] | None:
        """The person of that name and the hash of their password; `None` when there is none."""
        wanted = select(*_USER, person.c.password_hash).where(person.c.name_key == name_key(name))
        with self._database.reading() as db:
            row = db.execute(wanted).mappings().first()
        return None if row is None else (made(User, row), row["password_hash"])

    def password_hash(self, id: str) -> str | None:
        """The hash of a person's password; `None` when they have none or are not there."""
        with self._database.reading() as db:
            return db.scalar(select(person.c.password_hash).where(person.c.id == id))

    def all(self) -> tuple[User, ...]:
        """Everybody, by name."""
        with self._database.reading() as db:
            rows = db.execute(select(*_USER).order_by(person.c.name_key)).mappings().all()
        return tuple(made(User, row) for row in rows)

    def count(self) -> int:
        """How many there are, those shut out included."""
        with self._database.reading() as db:
            return db.scalar(select(func.count()).select_from(person)) or 0

    def set_password(self, id: str, password_hash: str | None) -> bool:
        """Whether the person was there to be given it."""
        return self._set(id, {"password_hash": password_hash})

    def set_role(self, id: str, role: Role) -> bool:
        """Whether the person was there to be given it."""
        return self._set(id, {"role": role.value})

    def disable(self, id: str, now: datetime | None) -> bool:
        """Shut a person out since `now`, or with `None` let them in again; whether they were
        there. Their sessions and API tokens do not count while they are out."""
        return self._set(id, {"disabled_at": now})

    def remove(self, id: str) -> bool:
        """Remove a person with all that is theirs but the audit log; whether they were there."""
        with self._database.writing() as db:
            gone = db.execute(delete(person).where(person.c.id == id)).rowcount
            scour(self._database)
        return gone > 0

    def _set(self, id: str, what: Mapping[str, object]) -> bool:
        with self._database.writing() as db:
            return db.execute(update(person).where(person.c.id == id).values(what)).rowcount > 0
