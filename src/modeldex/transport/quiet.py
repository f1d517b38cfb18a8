"""Keeps libraries' own log lines out of our requests: they show headers, addresses and what is signed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ours: ContextVar[bool] = ContextVar("modeldex_request", default=False)
_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
    "botocore.auth",
    "botocore.credentials",
    "botocore.endpoint",
    "botocore.hooks",
    "botocore.httpsession",
    "botocore.parsers",
    "botocore.utils",
    "urllib3.connectionpool",
)


class _NotOurs(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not _ours.get()


_NOT_OURS = _NotOurs()


def install(*more: str) -> None:
    """Make these loggers, and `more`, obey `quietly`; doing it twice is doing it once.

    Lines about requests of others in the same process pass as before.
    """
    for name in (*_LOGGERS, *more):
        logging.getLogger(name).addFilter(_NOT_OURS)


@contextmanager
def quietly() -> Iterator[None]:
    """Within this, these loggers say nothing."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)
