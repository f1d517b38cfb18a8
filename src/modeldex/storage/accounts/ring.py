"""Which master keys were seen, and small secrets of the installation itself, sealed."""

from sqlalchemy import select, update

from ...domain.account import Sealed
from .database import Database
from .rows import made
from .tables import ring_meta, ring_version


class Ring:
    """What a replica needs in order to know whether its master keys are the right ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, canary: Sealed) -> Sealed:
        """Remember a master key by something known that it sealed; returns the one that stands,
        which is an earlier one when this version was seen before."""
        row = {name: getattr(canary, name) for name in Sealed.__struct_fields__}
        first = self._database.insert(ring_version).on_conflict_do_nothing()
        with self._database.writing() as db:
            db.execute(first, row)
            return self.versions()[canary.version]

    def versions(self) -> dict[int, Sealed]:
        """The canary of each master key that was seen, by version, the oldest first."""
        with self._database.reading() as db:
            rows = db.execute(select(ring_version).order_by(ring_version.c.version)).mappings()
            return {row["version"]: made(Sealed, row) for row in rows}

    def get(self, name: str) -> bytes | None:
        """A value of the installation; `None` when there is none of that name."""
        with self._database.reading() as db:
            return db.scalar(select(ring_meta.c.value).where(ring_meta.c.name == name))

    def put_once(self, name: str, value: bytes) -> bytes:
        """Keep a value unless there is one; returns the one that stands, so that replicas which
        start together agree."""
        first = self._database.insert(ring_meta).on_conflict_do_nothing()
        named = select(ring_meta.c.value).where(ring_meta.c.name == name)
        with self._database.writing() as db:
            db.execute(first, {"name": name, "value": value})
            found: bytes = db.execute(named).scalar_one()
        return found

    def swap(self, name: str, old: bytes, new: bytes) -> bool:
        """Put `new` in the place of `old`; whether `old` still stood."""
        same = (ring_meta.c.name == name, ring_meta.c.value == old)
        with self._database.writing() as db:
            done = db.execute(update(ring_meta).where(*same).values(value=new)).rowcount
            self._database.scrub_later()
        return done > 0
