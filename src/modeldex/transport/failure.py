"""What the HTTP client's exceptions come to, in words that carry no address, header or body."""

import socket
import ssl
from collections.abc import Iterator

import httpcore2
import httpx2

from ..domain.outcome import THE_PROXY, Outcome, Verdict
from .limits import Limits
from .resolving import NotFound, NotFoundInTime, NotReached, ProxyNotReached
from .retry import WaitedOut

EXPECTED = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError)
"""All that sending a request and reading its answer raise; anything else is our own mistake."""


def verdict_of(error: Exception, limits: Limits) -> Verdict:
    """The verdict on a connection whose request raised `error`, one of `EXPECTED`."""
    causes = list(_causes(error))
    if any(isinstance(cause, ProxyNotReached) for cause in causes):
        return _of_the_proxy(causes, limits)
    if any(isinstance(cause, NotFoundInTime) for cause in causes):
        return WaitedOut(Outcome.DNS, "its host name was not looked up in time")
    if any(isinstance(cause, NotFound | socket.gaierror) for cause in causes):
        return Verdict(Outcome.DNS, "its host name could not be looked up")
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        return Verdict(Outcome.TLS, _tls(tls))
    if isinstance(error, httpx2.ConnectTimeout):
        return WaitedOut(Outcome.UNREACHABLE, f"no connection within {limits.connect_s:g} s")
    if isinstance(error, httpx2.TimeoutException):
        return Verdict(Outcome.TIMEOUT, f"no answer within {limits.read_s:g} s")
    return Verdict(Outcome.UNREACHABLE, _unreachable(error, causes))


def _of_the_proxy(causes: list[BaseException], limits: Limits) -> Verdict:
    if any(isinstance(cause, NotFoundInTime) for cause in causes):
        return WaitedOut(Outcome.DNS, f"{THE_PROXY} was not looked up in time")
    if any(isinstance(cause, NotFound) for cause in causes):
        return Verdict(Outcome.DNS, f"{THE_PROXY} has a host name that was not found")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Verdict(Outcome.UNREACHABLE, f"{THE_PROXY} refused the connection")
    if any(isinstance(cause, httpcore2.ConnectTimeout) for cause in causes):
        return WaitedOut(
            Outcome.UNREACHABLE, f"{THE_PROXY} gave no connection within {limits.connect_s:g} s"
        )
    return Verdict(Outcome.UNREACHABLE, f"{THE_PROXY} could not be connected to")


def _unreachable(error: Exception, causes: list[BaseException]) -> str:
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "it refused the connection"
    if isinstance(error, httpx2.ProxyError):
        return f"{THE_PROXY} refused to reach it"
    if isinstance(error, httpx2.ConnectError):
        return "no connection could be made"
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return "its address cannot be used"
    return "the connection broke off"


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid for it"
    return "no secure connection could be agreed on"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and the members of groups among them."""
    waiting = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [
            one.__cause__,
            one.__context__,
            one.why if isinstance(one, NotReached) else None,
        ]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
