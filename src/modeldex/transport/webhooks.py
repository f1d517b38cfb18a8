"""Signed messages to receivers on the web, by the Standard Webhooks scheme.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import httpx2

from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from . import quiet
from .building import build
from .failure import EXPECTED, verdict_of
from .guard import is_loopback, origin
from .limits import Limits
from .resolving import Look, Vet, all_pass, system_look
from .retry import http_date, retry_after_s

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
"""Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme"""


class Posting(NamedTuple):
    """One message on its way."""

    id: str
    """The same each time the message is sent."""
    url: str
    body: bytes
    """JSON."""
    secret: Secret
    """`whsec_` and base64, or base64 alone."""
    now: datetime


class Taken(NamedTuple):
    """What the receiver answered."""

    status: int
    retry_after_s: float | None
    """Seconds that it asks to be left alone; `None` when it does not."""


class Poster:
    """Sends messages; follows no redirect and reads no answer beyond its head."""

    def __init__(self, client: httpx2.AsyncClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits

    async def post(self, posting: Posting, within_s: float) -> Taken:
        """Send a message, once; raises `Verdict` when nothing was sent or no answer came."""
        request = self._request(posting)
        try:
            async with asyncio.timeout(within_s):
                with quiet.quietly():
                    return await self._send(request, posting.now)
        except TimeoutError:
            verdict = Verdict(Outcome.TIMEOUT, f"no answer within {within_s:.1f} s")
        except EXPECTED as error:
            verdict = verdict_of(error, self._limits)
        # Raised out here so that no traceback leads back to the request and what signed it.
        raise verdict

    async def _send(self, request: httpx2.Request, now: datetime) -> Taken:
        response = await self._client.send(request, stream=True)
        try:
            moment = http_date(response.headers.get("date", "")) or now
            wish = retry_after_s(response.headers.get("retry-after"), moment)
            return Taken(response.status_code, wish)
        finally:
            await response.aclose()

    def _request(self, posting: Posting) -> httpx2.Request:
        target = origin(posting.url)
        if target.scheme != "https" and not is_loopback(target.host):
            raise Verdict(Outcome.TLS, "messages are only sent over https, or to this machine")
        return self._client.build_request(
            "POST", posting.url, headers=signed(posting), content=posting.body
        )


@asynccontextmanager
async def open_poster(
    limits: Limits, *, look: Look = system_look, vet: Vet = all_pass
) -> AsyncIterator[Poster]:
    """What sends messages; raises `BadConfig` as `open_transport` does."""
    quiet.install()
    async with await asyncio.to_thread(build, limits, look, vet) as client:
        yield Poster(client, limits)


def signed(posting: Posting) -> dict[str, str]:
    """The headers of a message: its id, the time, and both signed with the body.

    Raises `Verdict` when the secret is none.
    """
    seconds = str(int(posting.now.timestamp()))
    content = b".".join((posting.id.encode(), seconds.encode(), posting.body))
    signature = hmac.digest(_key(posting.secret), content, "sha256")
    return {
        "content-type": "application/json",
        "webhook-id": posting.id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }


def _key(secret: Secret) -> bytes:
    try:
        key = b64decode(secret.reveal().strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_BYTES:
        raise Verdict(
            Outcome.KEY_REJECTED,
            f"its secret is to be {_PREFIX} and {_KEY_BYTES[0]} to {_KEY_BYTES[-1]} bytes in base64:"
            " `openssl rand -base64 32` makes them",
        )
    return key
