"""Pages that all machines reach: kept in a store, with a folder of this machine before it."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from ..domain.errors import StorageError
from . import durable
from .blobs import Blobs, is_name, packed, unpacked
from .object_store import ObjectStore

FOLDER = "people"
"""Where they stand: apart from the pages of the shared catalog, which are looked after by theirs."""
_AGAIN_S = 6 * 3600
"""A page that was sent is sent again after so long, so that it counts as young: less than the age
at which an unneeded one is removed."""
_REST_S = 5.0
"""So long a store that failed is left alone: nobody waits for it meanwhile."""
_REMEMBERED = 50_000
_ENDING = ".gz"

T = TypeVar("T")
_log = logging.getLogger("modeldex.storage")


class SharedPages:
    """As `Blobs`, and the same on every machine that has the store. Safe from any thread."""

    def __init__(
        self,
        near: Blobs,
        open_store: Callable[[], ObjectStore],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.near = near
        self._open_store = open_store
        self._store: ObjectStore | None = None
        self._seconds = seconds
        self._rests_until = float("-inf")
        self._sent: OrderedDict[str, float] = OrderedDict()
        self._unsent = near.folder / "unsent"
        """A folder of empty files: the names of the pages that the store lacks."""

    def get(self, name: str) -> bytes | None:
        """The body of that hash; `None` when it is missing or damaged everywhere.

        Raises `StorageError` when it is not here and the store cannot be asked.
        """
        if not is_name(name) or (body := self.near.get(name)) is not None:
            return body if is_name(name) else None
        stored = self._asked(lambda store: store.get(_path(name)))
        body = unpacked(stored.body, name) if stored else None
        if body is not None:
            with suppress(StorageError):  # it is read from afar the next time too
                self.near.put(body)
        return body

    def put(self, body: bytes) -> str:
        """Keep a body here and in the store, and return its SHA-256, hexadecimal.

        While the store is away it is kept here, and sent by `catch_up`. Raises `StorageError`
        when it cannot be kept here.
        """
        name, now = self.near.put(body), self._seconds()
        sent_at = self._sent.get(name)
        if sent_at is not None and now - sent_at < _AGAIN_S:
            return name
        try:
            self._send(name, body)
        except StorageError:
            durable.private_folder(self._unsent)
            with durable.writing_to(self._unsent):
                (self._unsent / name).touch()
        return name

    def catch_up(self) -> int:
        """Send what the store lacks; how many pages. Raises `StorageError` while it is away."""
        sent = 0
        for marker in sorted(self._unsent.glob("*")):
            if (body := self.near.get(marker.name)) is not None:
                self._send(marker.name, body)
                sent += 1
            marker.unlink(missing_ok=True)
        return sent

    def older(self, than: datetime) -> list[str]:
        """Names of the pages in the store that were sent last before that moment, by its clock."""
        found = self._asked(lambda store: store.found(FOLDER))
        names = (one.path.rpartition("/")[2] for one in found if one.changed < than)
        return [name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)]

    def remove(self, names: Collection[str]) -> None:
        """Remove pages from the store; raises `StorageError`."""
        self._asked(lambda store: store.remove([_path(name) for name in names]))
        for name in names:
            self._sent.pop(name, None)

    def unsent(self) -> frozenset[str]:
        """Names of the pages that the store lacks."""
        return frozenset(marker.name for marker in self._unsent.glob("*"))

    def _send(self, name: str, body: bytes) -> None:
        self._asked(lambda store: store.put(_path(name), packed(body)))
        self._sent[name] = self._seconds()
        while len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)

    def _asked(self, work: Callable[[ObjectStore], T]) -> T:
        """What the store says, unless it failed a moment ago; raises `StorageError`."""
        if self._seconds() < self._rests_until:
            raise StorageError("the store of people's lists failed a moment ago: try again")
        try:
            if self._store is None:
                self._store = self._open_store()
            return work(self._store)
        except StorageError as error:
            self._rests_until = self._seconds() + _REST_S
            _log.warning("the store of people's lists cannot be asked: %s", error)
            raise


def _path(name: str) -> str:
    return f"{FOLDER}/{name[:2]}/{name}{_ENDING}"
