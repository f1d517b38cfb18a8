"""The reported calls as observations need them: user by user, so that none counts for all."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from ...domain.observation import Told
from .database import Database
from .tables import call, call_count

_COUNT = call_count.c


class Observed:
    """Reads what `Calls` writes. `user`: only their calls; `None` has everybody's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self, since: date, user: str | None = None) -> Iterator[Told]:
        """Calls that made use of a capability, from that day on (UTC)."""
        keys = (_COUNT.day, _COUNT.owner, _COUNT.model, _COUNT.capability, _COUNT.ok, _COUNT.error)
        wanted = select(*keys, _COUNT.calls).where(
            _COUNT.day >= since, _COUNT.capability != "", _of(_COUNT.owner, user)
        )
        with self._database.reading() as db:
            rows = db.execute(wanted).all()
        for day, owner, model, capability, ok, error, calls in rows:
            yield Told(
                day=day,
                user=owner,
                model=model,
                capability=capability,
                ok=ok,
                error=error,
                calls=int(calls),
            )

    def answers(
        self, since: date, user: str | None = None
    ) -> Iterator[tuple[str, str, bool, str, int]]:
        """Model, user, whether the calls went well, the word of their error, and how many they
        are, whatever they made use of."""
        keys = (_COUNT.model, _COUNT.owner, _COUNT.ok, _COUNT.error)
        wanted = (
            select(*keys, func.sum(_COUNT.calls))
            .where(_COUNT.day >= since, _of(_COUNT.owner, user))
            .group_by(*keys)
        )
        with self._database.reading() as db:
            rows = db.execute(wanted).all()
        for model, owner, ok, error, calls in rows:
            yield model, owner, ok, error, int(calls)

    def waits(
        self, since: datetime, least: int, user: str | None = None
    ) -> Iterator[tuple[str, str, float]]:
        """Model, user, and the median seconds to the first token of their single calls since then
        that told it, where there are at least `least`."""
        both = (call.c.model, call.c.owner)
        order = func.row_number().over(partition_by=both, order_by=(call.c.latency_ms, call.c.id))
        many = func.count().over(partition_by=both)
        timed = (
            select(*both, call.c.latency_ms, order.label("place"), many.label("many"))
            .where(call.c.at >= since, call.c.latency_ms.is_not(None), _of(call.c.owner, user))
            .subquery()
        ).c
        twice = timed.place * 2
        middle = select(timed.model, timed.owner, func.avg(timed.latency_ms)).where(
            timed.many >= least, twice >= timed.many, twice <= timed.many + 2
        )
        with self._database.reading() as db:
            rows = db.execute(middle.group_by(timed.model, timed.owner)).all()
        for model, owner, wait in rows:
            yield model, owner, float(wait) / 1000


def _of(owner: Any, user: str | None) -> ColumnElement[bool]:
    return true() if user is None else owner == user
