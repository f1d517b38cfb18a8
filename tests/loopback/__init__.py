"""A loopback provider: every provider's model list on 127.0.0.1, with its paging, keys and faults."""

from .bodies import Bodies
from .faults import FAULTS, Fault
from .hosting import running
from .seen import KeySeen, Seen
from .server import LoopbackProviders, canary

__all__ = [
    "FAULTS",
    "Bodies",
    "Fault",
    "KeySeen",
    "LoopbackProviders",
    "Seen",
    "canary",
    "running",
]
