"""The log of deeds: entries are only ever added, and each holds the hash of the one before it."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from ...domain.audit import AuditCheck, AuditEntry
from ..encoding import time
from .database import Database
from .rows import made
from .tables import audit, audit_head

_LONGEST = 300
"""Letters of a field that are kept: what is written here may come from strangers."""
_PAGE = 500
_NAMES = {"user": "who", "where": "origin"}
"""Fields whose column has another name, because SQL has a use for theirs."""
_COLUMNS = {name: audit.c[_NAMES.get(name, name)] for name in AuditEntry.__struct_fields__}
_ENTRY = select(*(column.label(name) for name, column in _COLUMNS.items()))


class Audit:
    """Who did what, when, from where, and what came of it.

    The database refuses to change or remove an entry; `verify` finds where somebody did so with
    other means.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self,
        now: datetime,
        user: str | None,
        action: str,
        subject: str,
        result: str,
        where: str,
        request_id: str,
    ) -> AuditEntry:
        """Add an entry; within `Accounts.transaction` what it tells of holds only if it does.

        Control characters are spelled out, and each field is cut at 300 letters.
        """
        said = [action, subject, result, where, request_id]
        action, subject, result, where, request_id = map(_plain, said)
        with self._database.writing() as db:
            number, before = db.execute(_head().with_for_update()).one()
            entry = AuditEntry(
                number=number + 1,
                at=now,
                user=None if user is None else _plain(user),
                action=action,
                subject=subject,
                result=result,
                where=where,
                request_id=request_id,
                hash="",
            )
            entry = msgspec.structs.replace(entry, hash=_hash(entry, before))
            db.execute(audit.insert().values(_row(entry)))
            db.execute(update(audit_head).values(number=entry.number, hash=entry.hash))
        return entry

    def page(self, after: int, limit: int, user: str | None = None) -> tuple[AuditEntry, ...]:
        """Entries numbered above `after`, the oldest first; only one user's when named."""
        wanted = _ENTRY.where(audit.c.number > after).order_by(audit.c.number).limit(limit)
        if user is not None:
            wanted = wanted.where(audit.c.who == user)
        with self._database.reading() as db:
            return tuple(made(AuditEntry, row) for row in db.execute(wanted).mappings())

    def last(
        self, limit: int, before: int | None = None, user: str | None = None
    ) -> tuple[AuditEntry, ...]:
        """Entries numbered below `before`, the newest first; `None`: from the newest of all. Only
        one user's when named."""
        wanted = _ENTRY.order_by(audit.c.number.desc()).limit(limit)
        if user is not None:
            wanted = wanted.where(audit.c.who == user)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        with self._database.reading() as db:
            return tuple(made(AuditEntry, row) for row in db.execute(wanted).mappings())

    def verify(self) -> AuditCheck:
        """Read the whole log again and compare every hash."""
        entries, last = 0, ""
        with self._database.reading() as db:
            newest = db.scalar(select(func.max(audit.c.number))) or 0
            number, head = db.execute(_head()).one()
            for entry in _all(db, number):
                if entry.number != entries + 1 or entry.hash != _hash(entry, last):
                    return AuditCheck(entries=entries, hash=last, broken_at=entries + 1)
                entries, last = entry.number, entry.hash
        whole = entries == number and last == head and newest <= number
        return AuditCheck(entries=entries, hash=last, broken_at=None if whole else entries + 1)


def _head() -> Any:
    return select(audit_head.c.number, audit_head.c.hash)


def _all(db: Connection, last: int) -> Iterator[AuditEntry]:
    after = -1
    while True:
        numbers = audit.c.number.between(after + 1, last)
        page = db.execute(_ENTRY.where(numbers).order_by(audit.c.number).limit(_PAGE))
        entries = [made(AuditEntry, row) for row in page.mappings()]
        if not entries:
            return
        yield from entries
        after = entries[-1].number


def _hash(entry: AuditEntry, before: str) -> str:
    parts = msgspec.structs.asdict(entry)
    parts.update(at=time(entry.at), hash=before)
    return sha256(msgspec.json.encode(list(parts.values()))).hexdigest()


def _plain(text: str) -> str:
    """The text without any letter that a terminal, a log or a database takes for more than one."""
    cut = text[:_LONGEST]
    return cut if cut.isprintable() else "".join(map(_spelled, cut))


def _spelled(letter: str) -> str:
    return letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}"


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {column.name: getattr(entry, name) for name, column in _COLUMNS.items()}
