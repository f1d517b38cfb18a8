"""The outcomes of real calls: each reported call once, and what they add up to by day."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, false, func, select

from ...domain.account import Call
from ...domain.usage import Tally, Usage
from .database import Database
from .tables import call, call_count

_COUNT = call_count.c
_KEY = tuple(column.name for column in call_count.primary_key)
_SUMS = ("calls", "timed", "latency_ms", "input_tokens", "output_tokens")


class Calls:
    """Calls as users report them; their counts outlive the calls themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_many(self, user: str, reported: Iterable[Call]) -> int:
        """Count calls of a user; how many were new: one reported before does not count again.

        Raises `NotFound` when the user is gone, `UserMistake` for a number out of range.
        """
        unique = {one.id: one for one in reported}
        rows = [{"owner": user, **msgspec.structs.asdict(unique[key])} for key in sorted(unique)]
        if not rows:
            return 0
        insert = self._database.insert(call).on_conflict_do_nothing().returning(call.c.id)
        with self._database.writing() as db:
            new = set(db.scalars(insert, rows))
            self._count(db, user, [unique[key] for key in sorted(new)])
        return len(new)

    def tally(self, model: str, capability: str | None, since: date) -> Tally:
        """What calls of one model with one capability came to, from that day on (UTC); `None`:
        calls that made use of nothing special."""
        of_it = (_COUNT.model == model, _COUNT.capability == (capability or ""))
        found = self._tallies(and_(_COUNT.day >= since, *of_it))
        return found[0] if found else Tally(model=model, capability=capability)

    def tallies(self, since: date) -> tuple[Tally, ...]:
        """What all calls from that day on (UTC) came to, by model and capability."""
        return self._tallies(_COUNT.day >= since)

    def usage(self, user: str, since: date) -> tuple[Usage, ...]:
        """What a user called from that day on (UTC), by day and model."""
        wanted = (
            select(_COUNT.day, _COUNT.model, *_sums(), _failed())
            .where(_COUNT.owner == user, _COUNT.day >= since)
            .group_by(_COUNT.day, _COUNT.model)
        )
        with self._database.reading() as db:
            rows = db.execute(wanted).mappings().all()
        return tuple(sorted(map(_usage, rows), key=lambda one: (one.day, one.model)))

    def forget(self, before: datetime) -> int:
        """Remove the single calls before a moment; how many there were. Their counts stay, and
        one of them reported again would count again."""
        with self._database.writing() as db, self._database.at_length(db):
            return db.execute(delete(call).where(call.c.at < before)).rowcount

    def _count(self, db: Connection, user: str, new: Iterable[Call]) -> None:
        rows = _counts(user, new)
        insert = self._database.insert(call_count)
        added = {name: _plus(_COUNT[name], insert.excluded[name]) for name in _SUMS}
        if rows:
            db.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=added), rows)

    def _tallies(self, which: ColumnElement[bool]) -> tuple[Tally, ...]:
        pair = (_COUNT.model, _COUNT.capability)
        by_error = (
            select(*pair, _COUNT.ok, _COUNT.error, func.sum(_COUNT.calls).label("calls"))
            .where(which)
            .group_by(*pair, _COUNT.ok, _COUNT.error)
        )
        users = func.count(_COUNT.owner.distinct()).label("users")
        whole = select(*pair, users, *_sums()).where(which).group_by(*pair)
        with self._database.reading() as db:
            totals = db.execute(whole).mappings().all()
            parts = db.execute(by_error).mappings().all()
        split: dict[tuple[str, str], list[Mapping[Any, Any]]] = {}
        for row in parts:
            split.setdefault((row["model"], row["capability"]), []).append(row)
        tallies = (_tally(row, split.get((row["model"], row["capability"]), [])) for row in totals)
        return tuple(sorted(tallies, key=lambda one: (one.model, one.capability or "")))


def _counts(user: str, calls: Iterable[Call]) -> list[dict[str, Any]]:
    """The rows that new calls add to, in one order everywhere: no two writers wait in a ring."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in calls:
        day = one.at.astimezone(UTC).date()
        error = "" if one.ok else one.error or ""
        key = (user, day, one.model, one.capability or "", one.ok, error)
        row = found.setdefault(key, {**dict(zip(_KEY, key, strict=True)), **_NOTHING})
        row["calls"] += 1
        row["timed"] += one.latency_ms is not None
        row["latency_ms"] += one.latency_ms or 0
        for name in ("input_tokens", "output_tokens"):
            if (told := getattr(one, name)) is not None:
                row[name] = (row[name] or 0) + told
    return [found[key] for key in sorted(found)]


_NOTHING: Mapping[str, int | None] = {
    **dict.fromkeys(("calls", "timed", "latency_ms"), 0),
    **dict.fromkeys(("input_tokens", "output_tokens")),
}


def _plus(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of those of the two that are known."""
    return func.coalesce(old + new, old, new)


def _sums() -> tuple[ColumnElement[Any], ...]:
    return tuple(func.sum(_COUNT[name]).label(name) for name in _SUMS)


def _failed() -> ColumnElement[Any]:
    failures = func.sum(_COUNT.calls).filter(_COUNT.ok == false())
    return func.coalesce(failures, 0).label("failed")


def _whole(number: Any) -> int | None:
    """PostgreSQL's sums are of type NUMERIC."""
    return None if number is None else int(number)


def _latency(row: Mapping[Any, Any]) -> int | None:
    timed = int(row["timed"])
    return int(row["latency_ms"]) // timed if timed else None


def _usage(row: Mapping[Any, Any]) -> Usage:
    return Usage(
        day=row["day"],
        model=row["model"],
        calls=int(row["calls"]),
        failed=int(row["failed"]),
        input_tokens=_whole(row["input_tokens"]),
        output_tokens=_whole(row["output_tokens"]),
        latency_ms=_latency(row),
    )


def _tally(row: Mapping[Any, Any], parts: Iterable[Mapping[Any, Any]]) -> Tally:
    good = sum(int(part["calls"]) for part in parts if part["ok"])
    return Tally(
        model=row["model"],
        capability=row["capability"] or None,
        ok=good,
        failures={part["error"]: int(part["calls"]) for part in parts if not part["ok"]},
        users=row["users"],
        latency_ms=_latency(row),
    )
