"""How each user stands: their connections and what these showed, remembered for a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ...domain.account import KeptConnection, View
from ...domain.errors import StorageError
from .places import Connections, Views

AGAIN_S = 1.0
"""Seconds for which nobody looks again: so long a change that another process made may not show."""
SLOW_S = 2.0
"""Seconds of a look after which the database counts as away."""
MOST_USERS = 2000
"""Users remembered; one with ten keys takes about 15 kB."""


class Standing(NamedTuple):
    """One user's connections at one moment."""

    connections: Sequence[KeptConnection]
    views: Mapping[str, View]
    """By the connection's id; those that were never asked have none."""
    mark: str
    """`mark_of` them."""

    @property
    def providers(self) -> frozenset[str]:
        """Ids of the providers for which there is a connection."""
        return frozenset(kept.provider for kept in self.connections)


class _Seen(NamedTuple):
    at: float | None
    """When that was; `None`: before something new came, so that it counts only while the database
    is away."""
    standing: Standing


class Standings:
    """The standings of all users; may be used from many threads. `forget` shows a change at once,
    and has nothing from before it come back; `doubt` shows at once what a list brought."""

    def __init__(
        self,
        connections: Connections,
        views: Views,
        edition: Callable[[], str] = str,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`edition` names the knowledge by which models are made; it may block."""
        self._connections, self._views = connections, views
        self._edition, self._clock_s = edition, clock_s
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._forgotten = 0
        self._looking: dict[int, float] = {}
        """Since when threads look that have not found anything yet."""
        self._away = False
        self._lock = threading.Lock()

    def fresh(self, user: str) -> Standing | None:
        """What was seen less than `AGAIN_S` ago; `None`: look. Never blocks."""
        seen = self._seen.get(user)
        return seen.standing if seen is not None and self._is_fresh(seen) else None

    def last(self, user: str) -> Standing | None:
        """What was seen last, however long ago; `None`: nothing is remembered. Never blocks."""
        seen = self._seen.get(user)
        return None if seen is None else seen.standing

    def of(self, user: str) -> Standing:
        """How a user stands; while the database is away, how they stood last. May block: but where
        something is remembered, one thread alone waits for a database that does not answer.

        Raises `StorageError` when nothing is remembered either.
        """
        before = self._seen.get(user)
        if before is not None and (self._is_fresh(before) or self._left_to_another()):
            return before.standing
        forgotten, now = self._forgotten, self._clock_s()
        try:
            standing = self._looked(user)
        except StorageError:
            # Not `before`: it may have been forgotten meanwhile.
            if (last := self.last(user)) is None:
                raise
            return last
        self._remember(user, _Seen(now, standing), forgotten)
        return standing

    def providers(self, user: str) -> frozenset[str]:
        """Ids of the providers of which a user keeps keys; as `of`."""
        return self.of(user).providers

    @property
    def turn(self) -> int:
        """Grows with every `forget` and `doubt`: who began to look before may have seen what was."""
        return self._forgotten

    def forget(self, user: str) -> None:
        """Look anew: this user, or somebody for them, has changed what they keep. What was seen
        before counts no more, not even while the database is away."""
        with self._lock:
            self._forgotten += 1
            self._seen.pop(user, None)

    def doubt(self, user: str) -> None:
        """Look anew: a connection of this user shows something new. What was seen before counts on
        while the database is away. What is being looked up is not kept."""
        with self._lock:
            self._forgotten += 1
            if (seen := self._seen.get(user)) is not None:
                self._seen[user] = seen._replace(at=None)

    def _is_fresh(self, seen: _Seen) -> bool:
        return seen.at is not None and 0 <= self._clock_s() - seen.at < AGAIN_S

    def _left_to_another(self) -> bool:
        """Whether the database is away and somebody is finding out already whether it is back."""
        late = self._clock_s() - SLOW_S
        with self._lock:
            self._away = self._away or any(began < late for began in self._looking.values())
            return self._away and bool(self._looking)

    def _looked(self, user: str) -> Standing:
        thread, now = threading.get_ident(), self._clock_s()
        with self._lock:
            self._looking[thread] = now
        away = True
        try:
            mine, views = self._connections.of(user), self._views.of(user)
            away = False
        finally:
            with self._lock:
                self._away = away
                del self._looking[thread]
        return Standing(mine, views, mark_of(mine, views, self._edition()))

    def _remember(self, user: str, seen: _Seen, forgotten: int) -> None:
        with self._lock:
            if forgotten != self._forgotten:
                return
            self._seen[user] = seen
            self._seen.move_to_end(user)
            if len(self._seen) > MOST_USERS:
                self._seen.popitem(last=False)


def mark_of(connections: Sequence[KeptConnection], views: Mapping[str, View], edition: str) -> str:
    """A name that differs with anything of which answers about these connections are made."""
    said = blake2b(edition.encode(), digest_size=16)
    for kept in connections:
        said.update(msgspec.json.encode((kept, views.get(kept.id))))
    return said.hexdigest()
