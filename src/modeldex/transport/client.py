"""One shared HTTP client that puts asks to connections and brings back answers or verdicts.

Proxies are taken from the usual variables (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`),
and certificates from `SSL_CERT_FILE` and `SSL_CERT_DIR`. This machine is never asked through a
proxy, for a key may go to it in the clear. A `.netrc` is never read.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx2

from .._version import __version__
from ..domain.connection import Connection
from ..domain.errors import BadConfig
from ..domain.listing import Answer, Ask
from ..domain.outcome import Outcome, Verdict
from . import quiet
from .address import url as address
from .auth import credential, mentions
from .body import ACCEPTED, read_body
from .failure import EXPECTED, verdict_of
from .guard import origin, vet_headers
from .limits import Limits
from .retry import http_date, retried, retry_after_s

_PLAIN_HOST = re.compile(r"[a-z0-9._:-]{1,80}")
_DIRECT = ("all://localhost", "all://127.0.0.0/8", "all://[::1]/128")


@asynccontextmanager
async def open_transport(
    limits: Limits, clock: Callable[[], datetime] | None = None
) -> AsyncIterator["Transport"]:
    """The transport of one refresh.

    `clock` dates an answer that asks to be left alone until a date and carries no date itself;
    without it such a wish is passed over.
    Raises `BadConfig` when the environment names a proxy or certificates that cannot be used.
    """
    quiet.install()
    async with _client(limits) as client:
        yield Transport(client, limits, clock)


class Transport:
    """Sends requests; knows addresses and keys, and nothing of what the answers mean."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        limits: Limits,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._client = client
        self._limits = limits
        self._clock = clock
        self._slots: defaultdict[tuple[str, str], asyncio.Semaphore] = defaultdict(
            partial(asyncio.Semaphore, limits.per_host)
        )

    async def fetch(
        self, connection: Connection, ask: Ask, *, ends_at: float | None = None
    ) -> Answer:
        """The answer to one ask, whatever its status, after retries.

        `ends_at` (on the loop's clock, which is `time.monotonic`) is when the connection's
        attempt ends: no wait goes beyond it, nor beyond `Limits.attempt_s` from now.
        Raises `Verdict` for all that is no answer inside the caps.
        """
        request = _request(self._client, connection, ask)
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.attempt_s
        ends = ends if ends_at is None else min(ends, ends_at)
        try:
            async with asyncio.timeout_at(ends):
                with quiet.quietly():
                    return await retried(
                        partial(self._once, connection, request),
                        attempts=_attempts(connection, self._limits),
                        left_s=lambda: ends - loop.time(),
                    )
        except TimeoutError:
            pass
        raise Verdict(Outcome.TIMEOUT, f"no whole answer within {self._limits.attempt_s:g} s")

    async def _once(self, connection: Connection, request: httpx2.Request) -> Answer:
        async with self._slots[connection.provider.id, request.url.host]:
            try:
                return await self._exchange(connection, request)
            except Verdict as met:
                verdict = met.with_traceback(None)
            except EXPECTED as error:
                verdict = verdict_of(error, self._limits)
        # Raised out here so that no traceback leads back to the request, its headers or a body.
        raise verdict

    async def _exchange(self, connection: Connection, request: httpx2.Request) -> Answer:
        response = await self._client.send(request, stream=True)
        try:
            _refuse_redirect(connection, response)
            return Answer(
                status=response.status_code,
                body=await read_body(response, self._limits),
                content_type=_content_type(response),
                retry_after_s=self._wish(response),
            )
        finally:
            await response.aclose()

    def _wish(self, response: httpx2.Response) -> float | None:
        """Seconds to wait; the provider's dates are read by the provider's own clock."""
        dated = http_date(response.headers.get("date", ""))
        now = dated or (self._clock() if self._clock else None)
        return retry_after_s(response.headers.get("retry-after"), now)


def _client(limits: Limits) -> httpx2.AsyncClient:
    try:
        return httpx2.AsyncClient(
            headers={
                "accept": "application/json",
                "accept-encoding": ACCEPTED,
                "user-agent": f"modeldex/{__version__}",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            limits=httpx2.Limits(
                max_connections=limits.in_flight, max_keepalive_connections=limits.in_flight
            ),
            mounts=dict.fromkeys(_DIRECT),
            timeout=httpx2.Timeout(
                connect=limits.connect_s,
                read=limits.read_s,
                write=limits.read_s,
                pool=limits.attempt_s,
            ),
        )
    except (ImportError, ValueError, OSError, httpx2.InvalidURL):
        pass
    # Not chained: the proxy's address may hold a password.
    raise BadConfig(
        "the proxy or the certificates named in the environment cannot be used;"
        " check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
    )


def _request(client: httpx2.AsyncClient, connection: Connection, ask: Ask) -> httpx2.Request:
    url = address(connection, ask)
    _refuse_ambiguous(url)
    headers = httpx2.Headers()
    for said in (connection.headers, ask.headers):
        vet_headers(said)
        headers.update(said)
    headers.update(credential(connection, ask, url))
    if ask.json is None:
        return client.build_request("GET", url, headers=headers)
    headers["content-type"] = "application/json"
    return client.build_request("POST", url, headers=headers, content=ask.json)


def _refuse_ambiguous(url: str) -> None:
    """Two parsers that disagree on the host would send a key astray."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        parsed = httpx2.URL()
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if (parsed.scheme, parsed.raw_host.decode("ascii"), port) != origin(url):
        raise Verdict(Outcome.UNREACHABLE, "its address names no host")


def _refuse_redirect(connection: Connection, response: httpx2.Response) -> None:
    if 300 <= response.status_code < 400:
        host = _host(response.headers.get("location"))
        if mentions(connection.secret, host):
            host = "another host"
        raise Verdict(Outcome.REDIRECTED, f"it redirects to {host}")


def _host(location: str | None) -> str:
    try:
        host = urlsplit(location or "").hostname
    except ValueError:
        host = None
    if host is None:
        return "another address"
    return host if _PLAIN_HOST.fullmatch(host) else "another host"


def _content_type(response: httpx2.Response) -> str:
    said: str = response.headers.get("content-type", "")
    return said.partition(";")[0].strip().lower()[:100]


def _attempts(connection: Connection, limits: Limits) -> int:
    """A server on this machine is there or is not: asking twice only costs time."""
    return 1 if connection.provider.local else limits.attempts
