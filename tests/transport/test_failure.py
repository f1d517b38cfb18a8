import socket
import ssl

import httpx2
import pytest

from modeldex.domain.outcome import Outcome
from modeldex.transport.failure import verdict_of
from modeldex.transport.limits import Limits
from modeldex.transport.resolving import NotFound, NotFoundInTime
from modeldex.transport.retry import WaitedOut

SECRET = "https://me:hunter2@api.acme.example/?key=hunter2"


def raised(error: Exception, cause: BaseException | None = None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx2.ConnectTimeout(SECRET), Outcome.UNREACHABLE),
        (httpx2.ReadTimeout(SECRET), Outcome.TIMEOUT),
        (httpx2.WriteTimeout(SECRET), Outcome.TIMEOUT),
        (httpx2.PoolTimeout(SECRET), Outcome.TIMEOUT),
        (httpx2.ConnectError(SECRET), Outcome.UNREACHABLE),
        (httpx2.ReadError(SECRET), Outcome.UNREACHABLE),
        (httpx2.RemoteProtocolError(SECRET), Outcome.UNREACHABLE),
        (httpx2.LocalProtocolError(SECRET), Outcome.UNREACHABLE),
        (httpx2.ProxyError(SECRET), Outcome.UNREACHABLE),
        (httpx2.UnsupportedProtocol(SECRET), Outcome.UNREACHABLE),
        (httpx2.InvalidURL(SECRET), Outcome.UNREACHABLE),
        (OSError(SECRET), Outcome.UNREACHABLE),
        (raised(httpx2.ConnectError(SECRET), socket.gaierror(-2, SECRET)), Outcome.DNS),
        (raised(httpx2.ConnectError(SECRET), NotFound(SECRET)), Outcome.DNS),
        (raised(httpx2.ConnectTimeout(SECRET), NotFoundInTime(SECRET)), Outcome.DNS),
        (raised(httpx2.ConnectError(SECRET), ssl.SSLCertVerificationError(SECRET)), Outcome.TLS),
        (raised(httpx2.ReadError(SECRET), ssl.SSLError(SECRET)), Outcome.TLS),
        (ssl.SSLError(SECRET), Outcome.TLS),
        (
            raised(httpx2.ConnectError(SECRET), ExceptionGroup("", [ssl.SSLError(SECRET)])),
            Outcome.TLS,
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.value,
)
def test_each_exception_has_its_word(error: Exception, expected: Outcome) -> None:
    verdict = verdict_of(error, Limits())
    assert verdict.outcome is expected
    assert "hunter2" not in verdict.message


def test_a_refused_connection_is_told_from_a_broken_one() -> None:
    error = raised(httpx2.ConnectError(""), ExceptionGroup("", [ConnectionRefusedError()]))
    assert verdict_of(error, Limits()).message == "it refused the connection"


@pytest.mark.parametrize("cause", [None, NotFoundInTime(SECRET)])
def test_a_connection_waited_for_in_vain_is_not_to_be_tried_again(cause: Exception | None) -> None:
    assert isinstance(verdict_of(raised(httpx2.ConnectTimeout(""), cause), Limits()), WaitedOut)


def test_a_name_not_looked_up_in_time_is_told_from_one_that_does_not_exist() -> None:
    error = raised(httpx2.ConnectTimeout(""), NotFoundInTime())
    assert verdict_of(error, Limits()).message == "its host name was not looked up in time"
