"""Calls that wait to be reported: taken at once, sent in the background, dropped rather than waited for."""

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import msgspec

from ..domain.account import Call
from ..domain.outcome import Verdict

Send: TypeAlias = Callable[[bytes], int]
"""Sends a body and says the status of the answer; raises `Verdict` when none came."""

PATH = "/api/v1/calls"
_AGAIN = frozenset({408, 425, 429})
"""Statuses below 500 after which the same batch may be taken later."""
_LOOK_S = 0.01
_log = logging.getLogger("modeldex.reporting")


class Pace(NamedTuple):
    """How much waits, and how it is sent."""

    room: int = 10_000
    """Calls that may wait; further ones are dropped."""
    batch: int = 500
    """Calls of one request."""
    every_s: float = 5.0
    """Seconds for which calls are gathered."""
    longest_s: float = 300.0
    """Seconds between two tries at most, while the service is away."""
    goodbye_s: float = 2.0
    """Seconds in which what still waits may be sent when the program ends."""


PACE = Pace()


class Queue:
    """Reports from any thread to one service. Nothing here raises, and `add` never waits."""

    def __init__(self, send: Send, pace: Pace = PACE) -> None:
        self._send, self._pace = send, pace
        self._waiting: deque[Call] = deque()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._starting = threading.Lock()
        self._closing = self._away = False
        self.sent = 0
        """Calls that the service took."""
        self.dropped = 0
        """Calls that were never sent: there was no room, or the service refused them."""
        atexit.register(self.close)

    @property
    def waiting(self) -> int:
        """Calls that are still to be sent."""
        return len(self._waiting)

    def add(self, call: Call) -> None:
        """Have a call reported some time; drops it when too many wait."""
        if len(self._waiting) >= self._pace.room or self._closing:
            self.dropped += 1
            return
        self._waiting.append(call)
        if len(self._waiting) >= self._pace.batch and not self._away:
            self._wake.set()
        self._begin()

    def flush(self, within_s: float) -> bool:
        """Send what waits now, and wait so long for it; whether nothing is left."""
        until = time.monotonic() + within_s
        self._wake.set()
        while self._waiting and time.monotonic() < until:
            time.sleep(_LOOK_S)
        return not self._waiting

    def close(self) -> None:
        """Take no more, and give what waits a last chance."""
        self._closing = True
        if self._running:
            self.flush(self._pace.goodbye_s)
        atexit.unregister(self.close)

    @property
    def _running(self) -> bool:
        here = self._process == os.getpid()
        return here and self._thread is not None and self._thread.is_alive()

    def _begin(self) -> None:
        """A thread does not outlive a fork: each process begins its own."""
        if self._running or not self._starting.acquire(blocking=False):
            return
        try:
            if not self._running:
                self._wake = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, name="modeldex-reporting", daemon=True
                )
                self._thread.start()
                self._process = os.getpid()
        finally:
            self._starting.release()

    def _run(self) -> None:
        pause = self._pace.every_s
        while True:
            self._wake.wait(pause)
            self._wake.clear()
            well = self._empty()
            self._away = not well
            pause = self._pace.every_s if well else min(pause * 2, self._pace.longest_s)

    def _empty(self) -> bool:
        """Send batch after batch; whether the service answers."""
        while batch := self._batch():
            try:
                status = self._send(encoded(batch))
            except Verdict as verdict:
                self._trouble(f"{verdict.outcome}: {verdict.message}")
                return False
            if status in _AGAIN or status >= 500:
                self._trouble(f"HTTP {status}")
                return False
            if status < 300:
                self.sent += len(batch)
            else:
                self.dropped += len(batch)
                _log.warning("%d reported calls were refused (HTTP %d)", len(batch), status)
            for _ in batch:
                self._waiting.popleft()
        return True

    def _batch(self) -> list[Call]:
        return [self._waiting[at] for at in range(min(self._pace.batch, len(self._waiting)))]

    def _trouble(self, why: str) -> None:
        _log.info("%d calls wait to be reported, %d dropped (%s)", self.waiting, self.dropped, why)


def encoded(calls: list[Call]) -> bytes:
    """A batch, without what is not known."""
    told = [
        {name: value for name, value in msgspec.structs.asdict(one).items() if value is not None}
        for one in calls
    ]
    return msgspec.json.encode({"calls": told})
