"""Connections to PostgreSQL that wait for no answer for ever; needs psycopg."""

import time
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")

PATIENCE_S = 10.0
"""Seconds that one statement may take; those of this package take milliseconds."""
_CANCEL_S = 2.0


class Impatient(psycopg.Connection[Any]):
    """A connection that is given up when an answer does not come.

    A server that is frozen still acknowledges what it is sent, so neither TCP nor the server's
    `statement_timeout` notices; and poolers refuse that setting at the start of a connection.
    Source: https://www.pgbouncer.org/config.html#ignore_startup_parameters
    """

    patience_s: float | None = PATIENCE_S
    """Seconds for which an answer is waited for; `None`: for ever."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """What comes of an exchange with the server; raises `psycopg.OperationalError` in time."""
        bound = self.patience_s if timeout is None else timeout
        began = time.monotonic()
        try:
            return super().wait(gen, interval, bound)
        except psycopg.OperationalError:
            if bound is not None and time.monotonic() - began >= bound:
                with suppress(psycopg.Error):
                    self.cancel_safe(timeout=_CANCEL_S)
                self.close()
            raise
