"""A message on its way to a receiver: kept until it has arrived, or was given up."""

from datetime import datetime
from enum import StrEnum

import msgspec


class DeliveryState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: sent as often as it may be, or the receiver wants nothing any more."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What one receiver is to get."""

    id: str
    """The same for the same event whenever it is sent, so that a receiver drops a second one."""
    channel: str
    """The name of the receiver in the configuration."""
    body: str
    at: datetime
    """When the event was noticed, aware UTC."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message and what became of it so far."""

    message: Message
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    """It is not sent before this; `None` once it is delivered or given up."""
    problem: str = ""
    """Why the last attempt failed; empty while none did."""
