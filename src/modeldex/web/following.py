"""The catalog in force, followed: a newer one takes its place at once, a broken folder changes nothing."""

import logging
import threading
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ..domain.errors import ModeldexError
from ..domain.mistake import place
from .opened import Opened
from .problems import Problem


class Seen(NamedTuple):
    """What is in force, seen from outside."""

    hash: str
    """The catalog that the pointer names."""
    beside: object = None
    """Whatever else an opened catalog depends on, such as which keys there are."""


Look: TypeAlias = Callable[[], Seen | None]
"""Says what is in force without opening it; `None`: cannot be said."""
Open: TypeAlias = Callable[[], Opened]

_log = logging.getLogger("modeldex.web")


class Following:
    """The catalog from which all is answered. Reading it takes no lock and never waits."""

    def __init__(self, look: Look, open: Open) -> None:
        self._look, self._open = look, open
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._opened: Opened | None = None
        self.trouble = ""
        """Why the catalog in force could not be opened, in a word; empty while it could."""

    @property
    def ready(self) -> bool:
        """Whether there is anything to answer from."""
        return self._opened is not None

    @property
    def opened(self) -> Opened:
        """The catalog to answer from; raises `Problem` (503) before there was any."""
        if self._opened is None:
            raise Problem(503, "no catalog is loaded yet", headers={"retry-after": "1"})
        return self._opened

    def follow(self) -> bool:
        """Look what is in force and open it where it is another; whether anything changed.

        Blocks while it reads files: call it from a thread. Raises nothing: the last good catalog
        stays.
        """
        with self._lock:
            try:
                return self._follow()
            except Exception as error:  # noqa: BLE001 (whatever it is, the last good catalog stays)
                self._failed(error)
                return False

    def warm(self) -> None:
        """Work out what the first callers would wait for. A newer catalog is warm when it comes."""
        if self._opened is not None:
            try:
                self._opened.warm()
            except Exception as error:  # noqa: BLE001 (who asks for it later is told)
                self._failed(error)

    def _follow(self) -> bool:
        seen = self._look()
        if self._opened is not None:
            if seen is None:
                self._troubled("NoPointer")
                return False
            if seen == self._seen:
                self.trouble = ""
                return False
        opened = self._open()
        if self._opened is not None and seen is not None and opened.stamp.hash != seen.hash:
            self._troubled("Damaged")
            return False
        if self._opened is not None:
            opened.warm()
        self._opened, self._seen, self.trouble = opened, seen, ""
        return True

    def _failed(self, error: Exception) -> None:
        foreseen = isinstance(error, ModeldexError | OSError)
        self._troubled(type(error).__name__, "" if foreseen else place(error))

    def _troubled(self, why: str, where: str = "") -> None:
        if why != self.trouble:
            told = where or why
            _log.warning("the catalog in force cannot be opened (%s); the last one serves on", told)
        self.trouble = why
