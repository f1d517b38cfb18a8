"""Who was turned away, in the audit log: written on a thread of its own, and never more than so many."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from queue import Full, Queue
from typing import TYPE_CHECKING

from ..service.accounts.auditing import REFUSED, Action, Occasion, write
from .asking import Asking
from .limiting import Limiter
from .problems import Problem

if TYPE_CHECKING:
    from ..storage.accounts.opening import Accounts

_MOST_WAITING = 500
_CLOSED_WITHIN_S = 2.0

_log = logging.getLogger("modeldex.web")


class Denials:
    """Writes denials down. No answer waits for that, and who is turned away all the time fills no
    log: beyond the rules `denied` and `denied-all`, or while the database hangs, they are left out."""

    def __init__(
        self, accounts: "Accounts", limiter: Limiter, clock: Callable[[], datetime]
    ) -> None:
        self._accounts, self._limiter, self._clock = accounts, limiter, clock
        self._waiting: Queue[tuple[Occasion, str] | None] = Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lost = False

    def tell(self, problem: Problem, asking: Asking) -> None:
        """Have it written down where a problem is a denial; called on the event loop."""
        if not problem.denied:
            return
        spare = self._limiter.spare
        if not (spare("denied", asking.user or asking.client) and spare("denied-all", "")):
            return
        on = Occasion(self._clock(), asking.user or None, asking.client, asking.id)
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._write, name="modeldex-denials", daemon=True
            )
            self._thread.start()
        try:
            self._waiting.put_nowait((on, problem.denied))
        except Full:
            self._failed("Full")

    def close(self) -> None:
        """Write what waits, as far as that is quick; blocks."""
        if self._thread is not None:
            try:
                self._waiting.put(None, timeout=_CLOSED_WITHIN_S)
            except Full:
                return
            self._thread.join(_CLOSED_WITHIN_S)

    def _write(self) -> None:
        while (one := self._waiting.get()) is not None:
            on, lacking = one
            try:
                write(self._accounts, on, Action.DENIED, lacking, REFUSED)
            except Exception as error:  # noqa: BLE001 (the next one may be written again)
                self._failed(type(error).__name__)
            else:
                self._lost = False

    def _failed(self, why: str) -> None:
        if not self._lost:
            _log.warning("who is turned away cannot be written down (%s)", why)
        self._lost = True
