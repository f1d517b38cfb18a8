"""Where views and listings are kept: what a database has to offer, and a stand-in in memory."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple, Protocol

from ...domain.account import KeptConnection, View
from ..listing import Bodies


class Connections(Protocol):
    """The connections that users keep; all methods may block and raise `StorageError`."""

    def get(self, user: str, id: str) -> KeptConnection | None:
        """One connection of a user; `None` when it is not there, or not theirs."""

    def of(self, user: str) -> Sequence[KeptConnection]:
        """All of a user's."""


class Views(Protocol):
    """What each connection showed last; all methods may block and raise `StorageError`."""

    def get(self, user: str, connection: str) -> View | None:
        """The view of a user's connection; `None` when it was never asked, or is not theirs."""

    def of(self, user: str) -> Mapping[str, View]:
        """The views of a user, by the id of their connection."""

    def put(self, shown: View, asked: KeptConnection | None = None) -> bool:
        """Replace the view of a connection, unless it is gone or no longer as it was `asked`;
        whether it was."""


class Listings(Protocol):
    """Headers of listings by name; all methods may block and raise `StorageError`."""

    def get(self, hash: str) -> bytes | None:
        """The header of that name; `None` when it is not there."""

    def put(self, hash: str, body: bytes) -> object:
        """Keep a header; the same name always stands for the same content."""


class Places(Protocol):
    """All four together."""

    @property
    def connections(self) -> Connections: ...
    @property
    def views(self) -> Views: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def bodies(self) -> Bodies: ...


class Together(NamedTuple):
    """Four parts put together: an accounts database's and a store of pages."""

    connections: Connections
    views: Views
    listings: Listings
    bodies: Bodies


class InMemory:
    """All four for one process that forgets: a single user, or a test."""

    def __init__(self) -> None:
        self.connections = ConnectionsInMemory()
        self.views = ViewsInMemory(self.connections)
        self.listings = ListingsInMemory()
        self.bodies = BodiesInMemory()


class ConnectionsInMemory:
    """`Connections`, and the ways to change them."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, KeptConnection]] = {}
        self._lock = threading.Lock()

    def get(self, user: str, id: str) -> KeptConnection | None:
        return self._kept.get(user, {}).get(id)

    def of(self, user: str) -> tuple[KeptConnection, ...]:
        with self._lock:
            return tuple(self._kept.get(user, {}).values())

    def put(self, kept: KeptConnection) -> None:
        with self._lock:
            self._kept.setdefault(kept.user, {})[kept.id] = kept

    def remove(self, user: str, id: str) -> None:
        with self._lock:
            self._kept.get(user, {}).pop(id, None)

    @contextmanager
    def as_it_is(self, id: str) -> Iterator[KeptConnection | None]:
        """One connection, which nobody changes within this; `None` when it is not there."""
        with self._lock:
            yield next((mine[id] for mine in self._kept.values() if id in mine), None)


class ViewsInMemory:
    """`Views` of the connections that are there."""

    def __init__(self, connections: ConnectionsInMemory) -> None:
        self._connections = connections
        self._views: dict[str, View] = {}

    def get(self, user: str, connection: str) -> View | None:
        there = self._connections.get(user, connection) is not None
        return self._views.get(connection) if there else None

    def of(self, user: str) -> dict[str, View]:
        mine = [kept.id for kept in self._connections.of(user)]
        return {name: view for name in mine if (view := self._views.get(name)) is not None}

    def put(self, shown: View, asked: KeptConnection | None = None) -> bool:
        with self._connections.as_it_is(shown.connection) as now:
            there = now is not None and (asked is None or now.changed_at == asked.changed_at)
            if there:
                self._views[shown.connection] = shown
        return there


class ListingsInMemory:
    """`Listings` for as long as the process lives."""

    def __init__(self) -> None:
        self._headers: dict[str, bytes] = {}

    def get(self, hash: str) -> bytes | None:
        return self._headers.get(hash)

    def put(self, hash: str, body: bytes) -> None:
        self._headers[hash] = body


class BodiesInMemory:
    """`Bodies` for as long as the process lives."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._bodies.get(name)

    def put(self, body: bytes) -> str:
        name = sha256(body).hexdigest()
        self._bodies[name] = body
        return name
