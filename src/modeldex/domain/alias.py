"""A short name for a model: what it leads to, since when, and until when."""

from datetime import datetime

import msgspec


class AliasSpan(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One stretch of time in which an alias led to one model."""

    alias: str
    """Lower-case letters, digits and `-`."""
    id: str
    """The model's id, `provider/native-id`."""
    since: datetime
    """When the alias was given, aware UTC."""
    until: datetime | None = None
    """When it was taken away, aware UTC; `None` while it leads there."""
