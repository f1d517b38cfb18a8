"""What a sign-in with an identity provider begins with, so that no server has to remember it.

The browser keeps an id with an end and a seal; state, nonce and code verifier are all derived of it
with a key that no browser has. Source: https://www.rfc-editor.org/rfc/rfc7636
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import final

import msgspec

from ..domain.identity import Unproven
from .key_ring import Randomness

FOR = timedelta(minutes=10)
"""So long somebody may take at the provider."""
_ID_BYTES = 24
_COOKIE = re.compile(r"([A-Za-z0-9_-]{32})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in under way; shows nothing of itself."""

    id: str
    cookie: str
    """For the browser that began it, and for no other."""
    state: str
    """What has to come back from the provider beside the cookie."""
    nonce: str
    """What has to stand in the ID token."""
    verifier: str
    """What gets the token for the code; nobody but the provider is told."""
    ends_at: datetime
    """Aware UTC."""

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier before, by the method S256."""
        return _written(sha256(self.verifier.encode()).digest())

    def __repr__(self) -> str:
        return "Ticket(…)"


@final
class Tickets:
    """Issues and reads tickets with a key of their own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, now: datetime, randomness: Randomness = secrets.token_bytes) -> Ticket:
        """The ticket of a sign-in that begins now."""
        return self._ticket(_written(randomness(_ID_BYTES)), int((now + FOR).timestamp()))

    def read(self, cookie: str, state: str, now: datetime) -> Ticket:
        """The ticket of a browser that comes back; raises `Unproven` for one that is not ours, has
        ended, or belongs to another state."""
        met = _COOKIE.fullmatch(cookie)
        if met is None:
            raise Unproven("no cookie of a sign-in")
        ticket = self._ticket(met[1], int(met[2]))
        if not hmac.compare_digest(ticket.cookie, cookie):
            raise Unproven("a cookie that was not given here")
        if not now < ticket.ends_at <= now + FOR:
            raise Unproven("the sign-in took too long")
        if not hmac.compare_digest(ticket.state.encode(), state.encode("utf-8", "replace")):
            raise Unproven("the state of another sign-in")
        return ticket

    def _ticket(self, id: str, ends: int) -> Ticket:
        told = f"{id}.{ends}"
        return Ticket(
            id=id,
            cookie=f"{told}.{self._derived('cookie', told)}",
            state=self._derived("state", told),
            nonce=self._derived("nonce", told),
            verifier=self._derived("verifier", told),
            ends_at=_moment(ends),
        )

    def _derived(self, what: str, told: str) -> str:
        return _written(hmac.digest(self._key, f"{what} {told}".encode(), "sha256"))


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unproven("a cookie that was not given here") from None


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
