"""This machine's copy of the catalog that all share: taken over from the store when a newer one is there."""

import threading
from pathlib import Path

from ...domain.errors import StorageError
from ...storage.publishing import current
from ...storage.state import State
from ..shared import Shared

FIRST_S = 5.0
"""So long the first catalog of an empty folder is waited for; then the packaged one serves."""


class Replica:
    """One machine's folder beside the store. Every method may block."""

    def __init__(self, shared: Shared, state: State) -> None:
        self._shared, self._state = shared, state
        self._seen: tuple[str, str] | None = None
        """What names the store's pointer and the local catalog after the last look."""

    def look(self) -> bool:
        """Take over the store's catalog if it is another; whether it was. Raises `StorageError`.

        One that was made here on top of the store's stays: the next refresh sends it. Nothing is
        done while a refresh runs here, which begins with the store's catalog by itself.
        """
        pointer, here = self._shared.snapshots.current(), self._here()
        if pointer is None or (pointer.tag, here) == self._seen:
            return False
        with self._state.only_one_refresh(0) as alone:
            if not alone:
                return False
            self._shared.pull()
            now_here = self._here()
        self._seen = (pointer.tag, now_here)
        return now_here != here

    def first(self, wait_s: float = FIRST_S) -> None:
        """Take over the store's catalog where this folder has none; give up after `wait_s`."""
        if self._here():
            return
        looking = threading.Thread(target=self._try, name="modeldex-first", daemon=True)
        looking.start()
        looking.join(wait_s)

    def _try(self) -> None:
        try:
            self.look()
        except StorageError:
            return  # the packaged catalog serves; the next look says what is wrong

    def _here(self) -> str:
        path: Path | None = current(self._shared.catalogs)
        return path.stem if path else ""
