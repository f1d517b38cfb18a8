"""A program's own names for models, each held to one model until somebody lets it move."""

from datetime import datetime

import msgspec

from .change import Change


class LockEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One name of a lock file."""

    name: str
    """What the program says: an alias, an id, anything that led to a model when it was locked."""
    model: str
    """The id it stands for."""
    catalog: str
    """The hash of the catalog by which that was decided."""
    at: datetime
    """When that catalog was published, aware UTC."""


class LockMove(msgspec.Struct, frozen=True, kw_only=True):
    """What an update of one entry would change, and why."""

    old: LockEntry
    new: LockEntry
    reasons: tuple[str, ...] = ()
    """Sentences without a full stop: how the name leads to the new model."""
    changes: tuple[Change, ...] = ()
    """What changed about the locked model since it was locked, oldest first."""

    @property
    def moves(self) -> bool:
        """Whether the name would stand for another model."""
        return self.old.model != self.new.model
