"""Sessions with their refresh tokens, and API tokens: hashes only, never a token."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from ...domain.errors import StorageError
from ...domain.session import ApiToken, Session
from .database import Database
from .rows import made
from .tables import api_token, person, refresh_token, session

_TOUCHED_EVERY = timedelta(minutes=1)
"""`ApiToken.last_used_at` is written no oftener, so that reading costs no write each time."""

_TOUCH_WAIT_MS = 50
"""So long a reader waits to have that written; the next one tries again."""


class Exchange(StrEnum):
    """What trying to exchange a refresh token came to."""

    DONE = "done"
    REUSED = "reused"
    """It had been exchanged before: one of the two who had it stole it. Its session is ended."""
    ENDED = "ended"
    """It or its session ran out or was ended, or its user is shut out."""
    UNKNOWN = "unknown"


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a refresh token, and whose it was."""

    exchange: Exchange
    user: str | None = None
    """`None` for a token that nobody was ever given, like the next."""
    session: str | None = None


class Tokens:
    """What users come back with; another user's sessions and tokens are not there for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, started: Session, hash: str, expires_at: datetime) -> None:
        """Begin a session with its first refresh token, by its hash. Raises `NotFound` when the
        user is gone."""
        row = {**msgspec.structs.asdict(started), "owner": started.user}
        del row["user"]
        with self._database.writing() as db:
            db.execute(session.insert().values(row))
            db.execute(_given(started.id, hash, min(expires_at, started.expires_at)))

    def rotate(self, hash: str, next_hash: str, now: datetime, expires_at: datetime) -> Rotation:
        """Exchange a refresh token for the next one of its session.

        One that was exchanged before ends the session. Of two who exchange the same token at
        once, one is the second.
        """
        wanted = (
            select(refresh_token, session.c.owner, session.c.ended_at)
            .add_columns(session.c.expires_at.label("ends_at"), person.c.disabled_at)
            .join(session, session.c.id == refresh_token.c.session)
            .join(person, person.c.id == session.c.owner)
            .where(refresh_token.c.hash == hash)
            .with_for_update(of=[refresh_token, session])
        )
        with self._database.writing() as db:
            row = db.execute(wanted).mappings().first()
            if row is None:
                return Rotation(exchange=Exchange.UNKNOWN)
            exchange, name = _exchange(row, now), row["session"]
            if exchange is Exchange.REUSED:
                db.execute(
                    update(session).where(_alive(now), session.c.id == name).values(_end(now))
                )
            elif exchange is Exchange.DONE:
                used = update(refresh_token).where(refresh_token.c.hash == hash)
                db.execute(used.values(used_at=now))
                db.execute(_given(name, next_hash, min(expires_at, row["ends_at"])))
                db.execute(update(session).where(session.c.id == name).values(used_at=now))
        return Rotation(exchange=exchange, user=row["owner"], session=name)

    def alive(self, user: str, session_id: str, now: datetime) -> bool:
        """Whether access tokens of a session still count: neither ended nor run out, and its user
        is not shut out."""
        wanted = (
            select(session.c.id)
            .join(person, person.c.id == session.c.owner)
            .where(session.c.id == session_id, session.c.owner == user)
            .where(_alive(now), person.c.disabled_at.is_(None))
        )
        with self._database.reading() as db:
            return db.scalar(wanted) is not None

    def sessions(self, user: str, now: datetime) -> tuple[Session, ...]:
        """The user's sessions that are alive, the one used last first."""
        columns = [session.c.owner.label("user"), *_plain(session, Session)]
        wanted = select(*columns).where(session.c.owner == user, _alive(now))
        with self._database.reading() as db:
            rows = db.execute(wanted.order_by(session.c.used_at.desc(), session.c.id)).mappings()
            return tuple(made(Session, row) for row in rows)

    def end(self, user: str, session_id: str, now: datetime) -> bool:
        """End a session of the user with all its tokens; whether it was alive."""
        own = (session.c.id == session_id, session.c.owner == user)
        with self._database.writing() as db:
            return (
                db.execute(update(session).where(*own, _alive(now)).values(_end(now))).rowcount > 0
            )

    def end_all(self, user: str, now: datetime, but: str | None = None) -> int:
        """End all sessions of a user, but perhaps the one they are in; how many were alive."""
        own = and_(session.c.owner == user, _alive(now))
        if but is not None:
            own = and_(own, session.c.id != but)
        with self._database.writing() as db:
            return db.execute(update(session).where(own).values(_end(now))).rowcount

    def sweep(self, before: datetime) -> int:
        """Forget the sessions that ended or ran out before a moment; how many there were."""
        over = or_(session.c.expires_at < before, session.c.ended_at < before)
        with self._database.writing() as db:
            return db.execute(delete(session).where(over)).rowcount

    def add_api(self, token: ApiToken, hash: str) -> None:
        """Keep an API token by its hash. Raises `NotFound` when the user is gone."""
        row = {**msgspec.structs.asdict(token), "owner": token.user, "hash": hash}
        del row["user"]
        row["scopes"] = None if token.scopes is None else " ".join(sorted(token.scopes))
        with self._database.writing() as db:
            db.execute(api_token.insert().values(row))

    def api(self, hash: str, now: datetime) -> ApiToken | None:
        """The API token of that hash; `None` for one that is unknown, was revoked or ran out, and
        for one whose user is shut out. It is noted as used, if the database takes writes."""
        runs = or_(api_token.c.expires_at.is_(None), api_token.c.expires_at > now)
        wanted = (
            _api()
            .join(person, person.c.id == api_token.c.owner)
            .where(api_token.c.hash == hash, runs, person.c.disabled_at.is_(None))
        )
        with self._database.reading() as db:
            row = db.execute(wanted).mappings().first()
        if row is None:
            return None
        found = _token(row)
        if found.last_used_at is None or now - found.last_used_at >= _TOUCHED_EVERY:
            with suppress(StorageError), self._database.writing(_TOUCH_WAIT_MS) as db:
                db.execute(
                    update(api_token).where(api_token.c.hash == hash).values(last_used_at=now)
                )
        return found

    def api_of(self, user: str) -> tuple[ApiToken, ...]:
        """The user's API tokens, the oldest first, those included that ran out."""
        wanted = _api().where(api_token.c.owner == user)
        with self._database.reading() as db:
            rows = db.execute(wanted.order_by(api_token.c.created_at, api_token.c.id)).mappings()
            return tuple(map(_token, rows))

    def revoke(self, user: str, id: str) -> bool:
        """Remove an API token of the user; whether there was one."""
        own = (api_token.c.id == id, api_token.c.owner == user)
        with self._database.writing() as db:
            return db.execute(delete(api_token).where(*own)).rowcount > 0

    def revoke_all(self, user: str) -> tuple[str, ...]:
        """Remove all API tokens of a user, those included that ran out; the ids there were."""
        gone = delete(api_token).where(api_token.c.owner == user).returning(api_token.c.id)
        with self._database.writing() as db:
            return tuple(sorted(db.scalars(gone)))


def _exchange(row: Mapping[Any, Any], now: datetime) -> Exchange:
    if row["used_at"] is not None:
        return Exchange.REUSED
    over = row["expires_at"] <= now or row["ends_at"] <= now
    if over or row["ended_at"] is not None or row["disabled_at"] is not None:
        return Exchange.ENDED
    return Exchange.DONE


def _given(session_id: str, hash: str, expires_at: datetime) -> Any:
    return refresh_token.insert().values(hash=hash, session=session_id, expires_at=expires_at)


def _alive(now: datetime) -> ColumnElement[bool]:
    return and_(session.c.ended_at.is_(None), session.c.expires_at > now)


def _end(now: datetime) -> dict[str, datetime]:
    return {"ended_at": now}


def _plain(table: Any, kind: type[msgspec.Struct]) -> list[Any]:
    return [table.c[name] for name in kind.__struct_fields__ if name != "user"]


def _api() -> Any:
    return select(api_token.c.owner.label("user"), *_plain(api_token, ApiToken))


def _token(row: Mapping[Any, Any]) -> ApiToken:
    scopes = None if row["scopes"] is None else frozenset(row["scopes"].split())
    return made(ApiToken, {**row, "scopes": scopes})
