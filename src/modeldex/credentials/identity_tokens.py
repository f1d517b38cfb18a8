"""ID tokens of an identity provider: signed with one of its published keys, for us, and just now.

Source: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

import hmac
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from ..domain.identity import Unproven, Vouched

LEEWAY_S = 60
"""Seconds by which our clock and the provider's may differ."""
_OLDEST_S = 600
"""Seconds since which a token may have been made: it comes straight from the provider."""
_LONGEST = 64 * 1024
_MOST_KEYS = 100
_LONGEST_SUBJECT, _LONGEST_TEXT, _MOST_GROUPS = 255, 320, 1000
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KINDS: Mapping[str, tuple[str, str | None]] = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Algorithm → the type and curve of its keys. There is no other."""
_RSA_BITS = range(2048, 8193)
_LONGEST_EXPONENT = 5
_MEANINGFUL = frozenset({"crit", "zip", "b64"})
"""Header fields that would change what is signed; no ID token has them."""

Jwk = Mapping[str, Any]


class Expected(NamedTuple):
    """What a token has to say."""

    issuer: str
    client_id: str
    nonce: str
    groups_claim: str = "groups"


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class _Header(msgspec.Struct):
    alg: str
    typ: str | None = None
    kid: str | None = None


class _Claims(msgspec.Struct):
    iss: str
    sub: str
    aud: str | list[str]
    exp: int | float
    iat: int | float
    nonce: str
    azp: str | None = None
    nbf: int | float | None = None


class _Registry(JWSRegistry):
    """Knows the four algorithms and no other; headers may hold a certificate."""

    max_header_length = 16 * 1024

    @classmethod
    def get_alg(cls, name: str) -> Any:
        """As of the library; `EdDSA` is taken here with Ed25519 alone, so nobody need be warned."""
        if name not in _KINDS:
            raise UnsupportedAlgorithmError("not one of ours")
        return cls.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)


def read_keys(document: bytes) -> tuple[Jwk, ...]:
    """The published keys with which a token may be signed; raises `Unproven` for what is no list
    of keys. Secret keys, and those of other kinds, are passed over."""
    try:
        keys = msgspec.json.decode(document, type=_KeySet).keys
    except (msgspec.MsgspecError, RecursionError):
        raise Unproven("its keys are no list of keys") from None
    return tuple(key for key in keys[:_MOST_KEYS] if _signs(key))


def knows(keys: tuple[Jwk, ...], token: str) -> bool:
    """Whether the key that a token names is among these; raises `Unproven` for what is no token."""
    return _chosen(keys, _header(token)) is not None


def verified(token: str, keys: tuple[Jwk, ...], expected: Expected, now: datetime) -> Vouched:
    """For whom a token vouches at `now`; raises `Unproven` for every other token."""
    header = _header(token)
    key = _chosen(keys, header)
    if key is None:
        raise Unproven("a key that the provider does not publish")
    claims = _signed(token, header.alg, key)
    try:
        said = msgspec.convert(claims, _Claims)
    except msgspec.MsgspecError:
        raise Unproven("claims are missing or of another kind") from None
    _vet_parties(said, expected)
    _vet_times(said, now.timestamp())
    return _vouched(said, claims, expected.groups_claim)


def _signs(key: Jwk) -> bool:
    """Whether a key is public, of a kind we know, and meant for signatures."""
    if key.get("use", "sig") != "sig" or "d" in key or "k" in key:
        return False
    if "key_ops" in key and "verify" not in _texts(key["key_ops"]):
        return False
    kind = key.get("kty")
    if kind == "RSA":
        return _is_strong(key)
    return (kind, key.get("crv")) in _KINDS.values()


def _is_strong(key: Jwk) -> bool:
    try:
        modulus, exponent = (_raw(key[part]) for part in ("n", "e"))
    except (KeyError, TypeError, ValueError):
        return False
    bits = int.from_bytes(modulus, "big").bit_length()
    return bits in _RSA_BITS and 0 < len(exponent) <= _LONGEST_EXPONENT


def _header(token: str) -> _Header:
    """The header, read whole before any library acts on it."""
    if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
        raise Unproven("no signed token")
    try:
        said = msgspec.json.decode(_raw(token.partition(".")[0]), type=dict[str, Any])
        header = msgspec.convert(said, _Header)
    except (ValueError, RecursionError):
        raise Unproven("a header that cannot be read") from None
    if header.alg not in _KINDS:
        raise Unproven("an algorithm that is not taken")
    if not _MEANINGFUL.isdisjoint(said) or (header.typ or "JWT").upper() != "JWT":
        raise Unproven("a token of another type")
    return header


def _chosen(keys: tuple[Jwk, ...], header: _Header) -> Jwk | None:
    """The one key that a header names, or that alone is there for its algorithm."""
    kty, crv = _KINDS[header.alg]
    fitting = [
        key
        for key in keys
        if key.get("kty") == kty
        and key.get("alg", header.alg) == header.alg
        and (crv is None or key.get("crv") == crv)
        and (header.kid is None or key.get("kid") == header.kid)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _signed(token: str, alg: str, key: Jwk) -> dict[str, Any]:
    kinds: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    try:
        parts = {name: key[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in key}
        public = kinds[_KINDS[alg][0]].import_key(parts)
        read = jwt.decode(token, public, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise Unproven("a signature that is not the provider's") from None
    if read.header.get("alg") != alg:
        raise Unproven("a header that says two things")
    return read.claims


def _vet_parties(said: _Claims, expected: Expected) -> None:
    if said.iss != expected.issuer:
        raise Unproven("another issuer")
    audience = [said.aud] if isinstance(said.aud, str) else said.aud
    if expected.client_id not in audience:
        raise Unproven("it is for somebody else")
    if said.azp not in (None, expected.client_id) or (len(audience) > 1 and said.azp is None):
        raise Unproven("it was given to somebody else")
    if not hmac.compare_digest(said.nonce.encode(), expected.nonce.encode()):
        raise Unproven("the nonce of another sign-in")
    if not 0 < len(said.sub) <= _LONGEST_SUBJECT or not said.sub.isprintable():
        raise Unproven("it names nobody")


def _vet_times(said: _Claims, now: float) -> None:
    """Asked so that what is no number at all is refused."""
    if not said.exp > now - LEEWAY_S:
        raise Unproven("it has expired")
    if not (said.iat <= now + LEEWAY_S and (said.nbf is None or said.nbf <= now + LEEWAY_S)):
        raise Unproven("it is of the future")
    if not said.iat >= now - _OLDEST_S - LEEWAY_S:
        raise Unproven("it was made long ago")


def _vouched(said: _Claims, claims: Mapping[str, Any], groups_claim: str) -> Vouched:
    email = claims.get("email") if claims.get("email_verified") is True else None
    named = (claims.get("preferred_username"), claims.get("name"))
    return Vouched(
        issuer=said.iss,
        subject=said.sub,
        email=_text(email),
        name=next((found for one in named if (found := _text(one))), None),
        groups=frozenset(_texts(claims.get(groups_claim))[:_MOST_GROUPS]),
    )


def _text(said: object) -> str | None:
    fits = isinstance(said, str) and 0 < len(said) <= _LONGEST_TEXT and said.isprintable()
    return str(said) if fits else None


def _texts(said: object) -> list[str]:
    listed = said if isinstance(said, list) else [said]
    return [one for one in listed if isinstance(one, str)]


def _raw(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))
