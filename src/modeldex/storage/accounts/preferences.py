"""What each user set for themselves."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import select

from .database import Database
from .tables import preference

_decoder = msgspec.json.Decoder(dict[str, Any])


class Preferences:
    """One JSON object per user; what is in it is decided above."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user: str) -> dict[str, Any]:
        """What the user set; empty when nothing was."""
        with self._database.reading() as db:
            body = db.scalar(select(preference.c.body).where(preference.c.owner == user))
        return {} if body is None else _decoder.decode(body)

    def put(self, user: str, wanted: Mapping[str, Any]) -> None:
        """Put all preferences anew. Raises `NotFound` when the user is gone."""
        insert = self._database.insert(preference)
        upsert = insert.on_conflict_do_update(
            index_elements=["owner"], set_={"body": insert.excluded.body}
        )
        with self._database.writing() as db:
            db.execute(upsert, {"owner": user, "body": msgspec.json.encode(wanted).decode()})
