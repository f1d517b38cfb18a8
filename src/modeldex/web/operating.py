"""Where an administrator looks how the machine stands: what was tried of late, and the store."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from ..storage.state import Attempt


class StoreStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The store where catalogs are published for others too."""

    address: str
    """Holds no credential."""
    reachable: bool | None
    """null: it did not answer in time."""
    catalog: str | None = None
    """The hash of the catalog in force there; null while nothing was published, or none is known."""
    sequence: int | None = None
    published_at: datetime | None = None


class Operating(NamedTuple):
    """All may block, and raise `StorageError` and `BadConfig`."""

    attempts: Callable[[], Mapping[str, Attempt]]
    """The last attempt at each of this installation's own connections, by the connection's id."""
    store: Callable[[], StoreStatus | None]
    """`None` where there is no store beside this machine's folder."""
    address: Callable[[], str | None]
    """The store's address, without asking it."""
