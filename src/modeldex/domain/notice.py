"""What a program is to be told about a model that it uses: once per event, whatever happens."""

from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec


class NoticeKind(StrEnum):
    """What has happened to a bound model."""

    RETIRES = "retires"
    """Its end is announced."""
    DISAPPEARED = "disappeared"
    """A complete list of its provider lacks it, or has it under another id."""
    DEARER = "dearer"
    """A price of it rose by more than the threshold."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one model, for one program that has bound it."""

    at: datetime
    """When it was noticed, aware UTC."""
    program: str
    model: str
    """The model's id."""
    said: str
    """The name under which the program bound it."""
    kind: NoticeKind
    event: str
    """What tells this event from others of its kind, such as the announced day."""
    sentence: str
    """What happened, without a full stop."""
    retires_on: date | None = None
    """The announced day; `None` when none is, or for another kind."""
    successor: str | None = None
    """The id that is announced to take its place; `None` when none is known."""

    @property
    def key(self) -> str:
        """A name for the notice, the same whenever the same event is met for the same program."""
        said = (self.program, self.model, self.kind, self.event)
        return blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()
