"""What a refresh works with, and what its caller wants of it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ..domain.hold import Plausibility
from ..domain.memory import Thresholds
from ..domain.report import ProviderReport
from ..domain.shortlist import Measured
from ..storage.blobs import Blobs
from ..storage.state import State
from ..transport.client import Transport
from ..transport.limits import Limits
from .assembling import Knows
from .connecting import Configured
from .library import Library
from .listing import Shown
from .shared import Shared

Progress = Callable[[ProviderReport], None]


class Workshop(NamedTuple):
    """The concrete parts that a refresh works with; `wiring` chooses them."""

    configured: tuple[Configured, ...]
    """Every enabled connection, asked now or not."""
    catalogs: Path
    blobs: Blobs
    state: State
    knows: Callable[[], Knows]
    misread: Callable[[], Collection[str]]
    """What of the user's override files cannot be read, and is left out: a sentence each."""
    library: Library
    open_transport: Callable[[Limits], AbstractAsyncContextManager[Transport]]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    """A random number from 0 to below 1, for the spacing of later tries."""
    limits: Limits
    ttl: timedelta
    every: timedelta = timedelta(hours=6)
    """The interval of the schedule."""
    thresholds: Thresholds = Thresholds()
    plausibility: Plausibility = Plausibility()
    bound: Callable[[], Collection[str]] = frozenset
    """The ids that programs have bound; raises `StorageError`."""
    local_ports: frozenset[int] | None = None
    """Ports of this machine on which servers are looked for: none stand for the rows' own, `None`
    has nobody looked for."""
    shared: Shared | None = None
    """Where the catalog is published for others too; `None`: only here."""
    fence: Callable[[], None] = lambda: None
    """Raises `StorageError` when what was asked must not be published: another machine refreshes
    now. May block."""
    shows: Callable[[Shown], Shown] = lambda found: found
    """What of a list goes into the catalog."""
    measured: Callable[[], Mapping[str, Measured]] = dict
    """Model id → what calls showed of its reliability and latency; raises `StorageError`."""


class Wish(NamedTuple):
    """What the caller wants of a refresh."""

    only: frozenset[str] = frozenset()
    """Provider ids to ask; empty asks all that are due."""
    force: bool = False
    """Ask also those whose list is fresh or that are parked after failures."""
    offline: bool = False
    """Ask nobody; publish what is stored and packaged."""
    due: bool = False
    """Ask only what the schedule has fall due, and publish nothing when that is nobody."""
    local: bool = True
    """Look for servers on this machine."""
    accept: frozenset[str] = frozenset()
    """Provider ids whose list is taken although it looks wrong."""
