"""A program and a model that it uses: such a model is never removed, and its program hears of its end."""

from datetime import datetime

import msgspec

from .catalog import How


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """One model of one program."""

    program: str
    said: str
    """The model's name as the program says it: an id, an alias, or anything else."""
    id: str
    """The id that the name led to when it was bound; the name itself when none was known."""
    how: How
    """How the name led there; `passed-through`: no model was known by it."""
    since: datetime
    """When it was bound, aware UTC."""

    @property
    def known(self) -> bool:
        """Whether the name led to a model when it was bound."""
        return self.how is not How.PASSED_THROUGH
