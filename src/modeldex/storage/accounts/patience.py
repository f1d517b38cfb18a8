"""How long whoever asks the accounts waits for them: in all, and not for each statement anew."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Patience:
    """Seconds for which one request waits, however many statements it makes and on however many
    threads: what they wait for at the same time counts once. Safe from any thread."""

    def __init__(self, seconds: float, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._left, self._clock_s = seconds, clock_s
        self._waiting, self._since = 0, 0.0
        self.lost = ""
        """What was met when it was lost; empty: nothing yet."""
        self._lock = threading.Lock()

    @property
    def left_s(self) -> float:
        """Seconds that are left; zero: nothing is waited for any more."""
        with self._lock:
            spent = self._clock_s() - self._since if self._waiting else 0.0
            return max(0.0, self._left - spent)

    def lose(self, why: str) -> None:
        """Wait for nothing more: the accounts were just found to be away."""
        with self._lock:
            self._left, self.lost = 0.0, why

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What passes within this is spent."""
        with self._lock:
            if not self._waiting:
                self._since = self._clock_s()
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                if not self._waiting:
                    self._left -= self._clock_s() - self._since


_now: ContextVar[Patience | None] = ContextVar("modeldex_patience", default=None)


def current() -> Patience | None:
    """The patience of whoever asks; `None`: each statement is waited for as long as it may take."""
    return _now.get()


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[Patience]:
    """All that is asked within this, on threads that it begins too, waits so long together."""
    found = Patience(seconds)
    before = _now.set(found)
    try:
        yield found
    finally:
        _now.reset(before)


@contextmanager
def at_leisure() -> Iterator[None]:
    """What is done within this is nobody's request: each statement may take its own time."""
    before = _now.set(None)
    try:
        yield
    finally:
        _now.reset(before)


def is_left() -> bool:
    """Whether whoever asks waits for the accounts still."""
    mine = _now.get()
    return mine is None or mine.left_s > 0


def lose(why: str) -> None:
    """Have whoever asks wait for the accounts no more, after what was just met."""
    if (mine := _now.get()) is not None:
        mine.lose(why)
