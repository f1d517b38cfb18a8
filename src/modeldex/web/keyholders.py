"""For which providers each user keeps a key, remembered for a moment."""

import threading
import time
from collections import OrderedDict

from ..domain.errors import StorageError
from ..storage.accounts.connections import Connections

_AGAIN_S = 1.0
_MOST = 20_000


class Keyholders:
    """Answers from memory for a second, and from what was known last while the database is away."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def providers(self, user: str) -> frozenset[str]:
        """Ids of the providers of the user's connections. May block; raises `StorageError` when
        nothing was known before."""
        now = time.monotonic()
        with self._lock:
            known = self._known.get(user)
        if known is not None and now - known[0] < _AGAIN_S:
            return known[1]
        try:
            found = frozenset(kept.provider for kept in self._connections.of(user))
        except StorageError:
            if known is None:
                raise
            return known[1]
        with self._lock:
            self._known[user] = (now, found)
            self._known.move_to_end(user)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found

    def forget(self, user: str) -> None:
        """Look anew: the user's connections have changed."""
        with self._lock:
            self._known.pop(user, None)
