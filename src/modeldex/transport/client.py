"""One shared HTTP client that puts asks to connections and brings back answers or verdicts.

Proxies are taken from the usual variables (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`),
and certificates from `SSL_CERT_FILE` and `SSL_CERT_DIR`. This machine is never asked through a
proxy, for a key may go to it in the clear. A `.netrc` is never read. On behalf of users (with an
`AddressGuard`) no proxy is used, for it would look names up in our place.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

from ..domain.connection import Connection
from ..domain.listing import Answer, Ask
from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from . import quiet
from .address_guard import OUT_OF_REACH, AddressGuard
from .asking import keyed_request, public_request, token_request, unchanged, validator
from .auth import mentions, repeats
from .body import read_body
from .building import build
from .failure import EXPECTED, verdict_of
from .guard import Origin
from .limits import Limits
from .minting import MINTED, ready
from .resolving import Look, Vet, all_pass, system_look
from .retry import http_date, retried, retry_after_s
from .token_asks import TokenAsk

_NOT_REACHED = frozenset({Outcome.DNS, Outcome.UNREACHABLE})
_PLAIN_HOST = re.compile(r"[a-z0-9._:-]{1,80}")


@asynccontextmanager
async def open_transport(
    limits: Limits,
    clock: Callable[[], datetime] | None = None,
    *,
    look: Look = system_look,
    vet: Vet = all_pass,
    guard: AddressGuard | None = None,
) -> AsyncIterator["Transport"]:
    """The transport of one refresh.

    `clock` dates an answer that asks to be left alone until a date and carries no date itself;
    without it such a wish is passed over. `look` resolves host names, and `vet` may refuse the
    addresses found before anything is sent to them; what goes through a proxy is not vetted.
    `guard` is for what users wish: it takes the place of `vet`, goes through no proxy, and takes
    no credential that lies on this machine.
    Raises `BadConfig` when the environment names a proxy or certificates that cannot be used.
    """
    quiet.install()
    passes = guard.vet if guard else vet
    async with await asyncio.to_thread(build, limits, look, passes, guard is None) as client:
        yield Transport(client, limits, clock, guard)


class _Errand(NamedTuple):
    """One request and what belongs to it."""

    request: httpx2.Request
    owner: str
    """The provider whose share of requests in flight this takes; empty for nobody's."""
    secret: Secret | None
    attempts: int


class Transport:
    """Sends requests; knows addresses and keys, and nothing of what the answers mean."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        limits: Limits,
        clock: Callable[[], datetime] | None = None,
        guard: AddressGuard | None = None,
    ) -> None:
        self._guard = guard
        self._client = client
        self._limits = limits
        self._clock = clock
        self._ready: dict[str, Connection | Verdict] = {}
        self._readying: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
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
        if connection.auth in MINTED and ask.sends_key and not ask.public:
            connection = await self._made_ready(connection, ends_at)
        errand = _Errand(
            keyed_request(self._client, connection, ask),
            connection.provider.id,
            connection.secret,
            _attempts(connection, self._limits),
        )
        return await self._run(errand, ends_at)

    async def fetch_public(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        ends_at: float | None = None,
    ) -> Answer:
        """The document at an address that anybody may read; no credential is ever sent.

        `etag` and `last_modified` are those of the document in hand: while it is still the
        same, the status is 304 and the body empty. `ends_at` and `Verdict` are as for `fetch`;
        an address that is neither `https` nor this machine is refused.
        """
        request = public_request(self._client, url, etag, last_modified)
        return await self._run(_Errand(request, "", None, self._limits.attempts), ends_at)

    async def fetch_token(self, ask: TokenAsk, secret: Secret | None = None) -> Answer:
        """The answer to a request for a token, asked once, whatever its status.

        `secret` is what stands in the request. `Verdict` is as for `fetch`; an address that is
        neither `https` nor this machine is refused.
        """
        return await self._run(_Errand(token_request(self._client, ask), "", secret, 1), None)

    async def _made_ready(self, connection: Connection, ends_at: float | None) -> Connection:
        """The connection with what requests carry, made once for all that are asked of it."""
        async with self._readying[connection.id]:
            known = self._ready.get(connection.id)
            if known is None:
                known = await self._minted(connection, ends_at)
                self._ready[connection.id] = known
        if isinstance(known, Verdict):
            raise Verdict(known.outcome, known.message, retry_after_s=known.retry_after_s)
        return known

    async def _minted(self, connection: Connection, ends_at: float | None) -> Connection | Verdict:
        async def exchange(ask: TokenAsk) -> Answer:
            request = token_request(self._client, ask)
            errand = _Errand(request, connection.provider.id, None, self._limits.attempts)
            return await self._run(errand, ends_at)

        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.attempt_s if ends_at is None else ends_at
        try:
            async with asyncio.timeout_at(ends):
                now = self._clock() if self._clock else None
                return await ready(connection, exchange, now, on_machine=self._guard is None)
        except Verdict as met:
            return met.with_traceback(None)
        except TimeoutError:
            return Verdict(Outcome.TIMEOUT, "its credential could not be made ready in time")

    async def _run(self, errand: _Errand, ends_at: float | None) -> Answer:
        if self._guard:
            self._guard.vet_origin(_target(errand.request))
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.attempt_s
        ends = ends if ends_at is None else min(ends, ends_at)
        try:
            async with asyncio.timeout_at(ends):
                with quiet.quietly():
                    return await retried(
                        partial(self._once, errand),
                        attempts=errand.attempts,
                        left_s=lambda: ends - loop.time(),
                    )
        except TimeoutError:
            pass
        raise Verdict(Outcome.TIMEOUT, f"no whole answer within {self._limits.attempt_s:g} s")

    async def _once(self, errand: _Errand) -> Answer:
        async with self._slots[errand.owner, errand.request.url.host]:
            try:
                return await self._exchange(errand)
            except Verdict as met:
                verdict = met.with_traceback(None)
            except EXPECTED as error:
                verdict = verdict_of(error, self._limits)
                if self._guard and verdict.outcome in _NOT_REACHED:
                    verdict = type(verdict)(Outcome.UNREACHABLE, OUT_OF_REACH)
        # Raised out here so that no traceback leads back to the request, its headers or a body.
        raise verdict

    async def _exchange(self, errand: _Errand) -> Answer:
        response = await self._client.send(errand.request, stream=True)
        try:
            if not unchanged(errand.request, response):
                _refuse_redirect(errand.secret, response)
            body = await read_body(response, self._limits)
            if response.is_success and repeats(errand.secret, body):
                raise Verdict(Outcome.BAD_PAYLOAD, "its answer repeats the key, and is not kept")
            return Answer(
                status=response.status_code,
                body=body,
                content_type=_content_type(response),
                retry_after_s=self._wish(response),
                etag=validator(response, "etag"),
                last_modified=validator(response, "last-modified"),
            )
        finally:
            await response.aclose()

    def _wish(self, response: httpx2.Response) -> float | None:
        """Seconds to wait; the provider's dates are read by the provider's own clock."""
        dated = http_date(response.headers.get("date", ""))
        now = dated or (self._clock() if self._clock else None)
        return retry_after_s(response.headers.get("retry-after"), now)


def _target(request: httpx2.Request) -> Origin:
    """Where the client will connect to, in its own reading of the address."""
    url = request.url
    port = url.port or (443 if url.scheme == "https" else 80)
    return Origin(url.scheme, url.raw_host.decode("ascii"), port)


def _refuse_redirect(secret: Secret | None, response: httpx2.Response) -> None:
    if 300 <= response.status_code < 400:
        host = _host(response.headers.get("location"))
        if mentions(secret, host):
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
