"""Connections to PostgreSQL that wait for no answer for ever; needs psycopg."""

import math
import time
from contextlib import nullcontext, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from .patience import current

T = TypeVar("T")

PATIENCE_S = 10.0
"""Seconds that one statement may take; those of this package take milliseconds."""
_CANCEL_S, _HURRIED_CANCEL_S = 2.0, 0.5
"""Seconds for ending a statement in the server; the latter are part of a request's patience."""
_SHORTEST_CONNECT_S = 2
"""Less is taken for so much.

Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT
"""


class Impatient(psycopg.Connection[Any]):
    """A connection that is given up when an answer does not come.

    A server that is frozen still acknowledges what it is sent, so neither TCP nor the server's
    `statement_timeout` notices; and poolers refuse that setting at the start of a connection.
    Source: https://www.pgbouncer.org/config.html#ignore_startup_parameters
    """

    patience_s: float | None = PATIENCE_S
    """Seconds for which an answer is waited for; `None`: for ever. Whoever asks may have less."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """What comes of an exchange with the server; raises `psycopg.OperationalError` in time."""
        bound, cancel_s = self._bound(timeout)
        if bound is not None and bound <= 0:
            gen.close()
            self.close()
            raise psycopg.OperationalError("whoever asks waits no more")
        began = time.monotonic()
        asking = current()
        try:
            with nullcontext() if asking is None else asking.waiting():
                return super().wait(gen, interval, bound)
        except psycopg.OperationalError:
            if bound is not None and time.monotonic() - began >= bound:
                with suppress(psycopg.Error):
                    self.cancel_safe(timeout=cancel_s)
                self.close()
            raise

    def _bound(self, timeout: float | None) -> tuple[float | None, float]:
        """Seconds for an answer, and for ending what did not answer."""
        bound, asking = self.patience_s if timeout is None else timeout, current()
        if bound is None or asking is None:
            return bound, _CANCEL_S
        return min(bound, asking.left_s - _HURRIED_CANCEL_S), _HURRIED_CANCEL_S


def connected(*address: Any, **said: Any) -> Impatient:
    """A new connection, as `psycopg.connect`, within the patience of whoever asks; raises
    `psycopg.OperationalError` in time."""
    asking = current()
    if asking is None:
        return Impatient.connect(*address, **said)
    if not asking.left_s:
        raise psycopg.OperationalError("whoever asks waits no more")
    said["connect_timeout"] = str(max(_SHORTEST_CONNECT_S, math.floor(asking.left_s)))
    with asking.waiting():
        return Impatient.connect(*address, **said)
