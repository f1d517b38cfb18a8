"""From this machine's folders to what an administrator is told of it."""

import os
from collections.abc import Mapping

from .. import wiring
from ..domain.errors import StorageError
from ..storage.state import Attempt, State
from .operating import Operating, StoreStatus


def operating() -> Operating:
    """What stands in the folders and in the store; nothing is opened before it is asked for."""
    return Operating(attempts=_attempts, store=_store, address=lambda: wiring.folders().store)


def _attempts() -> Mapping[str, Attempt]:
    return State(wiring.folders().state).attempts()


def _store() -> StoreStatus | None:
    from ..service.shared import shared

    places = wiring.folders()
    store = shared(places, wiring.configuration().store, os.environ, wiring.clock)
    if store is None:
        return None
    try:
        pointer = store.snapshots.current()
    except StorageError:
        return StoreStatus(address=store.address, reachable=False)
    if pointer is None:
        return StoreStatus(address=store.address, reachable=True)
    version = pointer.version
    return StoreStatus(
        address=store.address,
        reachable=True,
        catalog=version.hash,
        sequence=version.sequence,
        published_at=version.published_at,
    )
