"""Short-lived proofs of a session: signed tokens that no server has to look up to find them genuine."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from ..domain.errors import AccessDenied
from .key_ring import KeyRing, Purpose

LONGEST_FOR = timedelta(minutes=15)
_LEEWAY_S = 30
_LONGEST = 2048
_ALGORITHM, _TYPE = "HS256", "at+jwt"
"""Source of the type: RFC 9068, section 2.1."""
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
REFUSED = "sign in again"


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token says."""

    user: str
    """`User.id`."""
    session: str
    """`Session.id`: when that is ended, all its tokens end."""
    id: str
    """Of this one token."""
    expires_at: datetime


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    alg: str
    typ: str
    kid: str


class _Claims(msgspec.Struct, forbid_unknown_fields=True):
    iss: str
    aud: str
    sub: str
    jti: str
    sid: str
    iat: int
    nbf: int
    exp: int


@final
class AccessTokens:
    """Issues and reads access tokens with the keys that a ring derives for them."""

    def __init__(self, ring: KeyRing, issuer: str = "modeldex") -> None:
        """`issuer` names the installation; tokens of another are refused."""
        self._issuer = issuer
        self._current = str(ring.current)
        self._keys: Mapping[str, OctKey] = {
            str(version): OctKey.import_key(ring.derived(version, Purpose.ACCESS_TOKENS))
            for version in ring.versions
        }
        self._registry = JWSRegistry(algorithms=[_ALGORITHM])

    def issue(self, user: str, session: str, id: str, now: datetime) -> str:
        """A token of at most a quarter of an hour for a session."""
        moment = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": user,
            "jti": id,
            "sid": session,
            "iat": moment,
            "nbf": moment,
            "exp": moment + int(LONGEST_FOR.total_seconds()),
        }
        header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": self._current}
        return jwt.encode(header, claims, self._keys[self._current], registry=self._registry)

    def read(self, token: str, now: datetime) -> AccessToken:
        """What a genuine token says that is good at `now`; raises `AccessDenied` for any other,
        always with the same words. Whether its session was ended is for the caller to look up."""
        try:
            claims = self._genuine(token)
        except (JoseError, ValueError, RecursionError):
            raise AccessDenied(REFUSED) from None
        if (claims.iss, claims.aud) != (self._issuer, self._issuer):
            raise AccessDenied(REFUSED)
        if not _is_good(claims, now.timestamp()):
            raise AccessDenied(REFUSED)
        return AccessToken(
            user=claims.sub,
            session=claims.sid,
            id=claims.jti,
            expires_at=datetime.fromtimestamp(claims.exp, UTC),
        )

    def _genuine(self, token: str) -> _Claims:
        """What one of our keys signed; the header is read whole before any library acts on it."""
        if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
            raise ValueError
        first = token.partition(".")[0]
        header = msgspec.json.decode(
            urlsafe_b64decode(first + "=" * (-len(first) % 4)), type=_Header
        )
        if (header.alg, header.typ) != (_ALGORITHM, _TYPE) or header.kid not in self._keys:
            raise ValueError
        read = jwt.decode(token, self._keys[header.kid], registry=self._registry)
        return msgspec.convert(read.claims, _Claims)


def _is_good(claims: _Claims, now: float) -> bool:
    return (
        max(claims.iat, claims.nbf) <= now + _LEEWAY_S
        and now - _LEEWAY_S < claims.exp
        and 0 < claims.exp - claims.iat <= LONGEST_FOR.total_seconds()
    )
