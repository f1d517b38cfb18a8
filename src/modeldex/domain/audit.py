"""Who did what in a shared installation, in an order that nobody can change unnoticed."""

from datetime import datetime

import msgspec


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One deed; it holds no secret, and no control character of whoever sent it."""

    number: int
    """From 1, without gaps."""
    at: datetime
    user: str | None
    """`User.id`; `None`: nobody who is known."""
    action: str
    subject: str
    """What it was done to; may be empty."""
    result: str
    where: str
    """The address it came from; empty when it came from this machine itself."""
    request_id: str
    hash: str
    """SHA-256 over this entry and the hash of the one before it, hexadecimal."""


class AuditCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What reading the whole log again came to."""

    entries: int
    """How many stand in an unbroken chain, from the first."""
    hash: str
    """Of the last of them; who keeps a copy elsewhere would notice a log made anew."""
    broken_at: int | None = None
    """The number of the first entry that is missing, changed or too many; `None`: none is."""
