"""Tokens made by somebody else: each is as good as none, to the last byte of the answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from modeldex.credentials.access_tokens import AccessTokens
from modeldex.credentials.key_ring import Purpose
from tests.conftest import NOW
from tests.credentials.rings import ring

from .many import Many, Person, serving_many

pytestmark = pytest.mark.once

SIGNING = ring(1).derived(1, Purpose.ACCESS_TOKENS)
MOMENT = int(NOW.timestamp())
HEADER = {"alg": "HS256", "typ": "at+jwt", "kid": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("defences"), ports=[1]) as many:
        many.first()
        many.join("ann")
        yield many


@pytest.fixture
def ann(home: Many) -> Person:
    return home.people["ann"]


@pytest.fixture
def hers(home: Many, ann: Person) -> Iterator[httpx2.Client]:
    with home.client(ann) as client:
        yield client


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(header: dict[str, Any], claims: dict[str, Any], key: bytes = SIGNING) -> str:
    """A token with these very parts, signed whatever they say."""
    said = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{said}.{b64(hmac.digest(key, said.encode(), hashlib.sha256))}"


def claims(who: Person, **more: Any) -> dict[str, Any]:
    usual = {"iss": "modeldex", "aud": "modeldex", "sub": who.id, "jti": "0" * 32}
    times = {"iat": MOMENT, "nbf": MOMENT, "exp": MOMENT + 900, "sid": who.session}
    return {name: value for name, value in {**usual, **times, **more}.items() if value is not ...}


HOSTILE_HEADERS: dict[str, dict[str, Any]] = {
    "alg none": {"alg": "none"},
    "alg None": {"alg": "nOnE"},
    "alg HS512": {"alg": "HS512"},
    "alg RS256": {"alg": "RS256"},
    "alg empty": {"alg": ""},
    "typ JWT": {"typ": "JWT"},
    "no typ": {"typ": None},
    "kid of a file": {"kid": "../../../../dev/null"},
    "kid of sql": {"kid": "1' OR '1'='1"},
    "kid of another version": {"kid": "2"},
    "kid a number": {"kid": 1},
    "jku": {"jku": "https://evil.example/keys"},
    "x5u": {"x5u": "https://evil.example/chain"},
    "jwk": {"jwk": {"kty": "oct", "k": "AA"}},
    "crit": {"crit": ["exp"]},
    "b64": {"b64": False, "crit": ["b64"]},
}
HOSTILE_CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": ...},
    "no iat": {"iat": ...},
    "no nbf": {"nbf": ...},
    "no sid": {"sid": ...},
    "no jti": {"jti": ...},
    "exp in ten years": {"exp": MOMENT + 10 * 365 * 86400},
    "exp over": {"exp": MOMENT - 60, "iat": MOMENT - 600, "nbf": MOMENT - 600},
    "nbf to come": {"nbf": MOMENT + 3600},
    "iat to come": {"iat": MOMENT + 600, "exp": MOMENT + 900},
    "exp a fraction": {"exp": MOMENT + 900.5},
    "exp below zero": {"exp": -1},
    "exp huge": {"exp": 2**70},
    "exp a word": {"exp": "tomorrow"},
    "exp infinite": {"exp": float("inf")},
    "exp true": {"exp": True},
    "another issuer": {"iss": "elsewhere"},
    "another audience": {"aud": "elsewhere"},
    "several audiences": {"aud": ["modeldex"]},
    "a role": {"role": "admin"},
    "nobody": {"sub": "0" * 32},
    "another session": {"sid": "0" * 32},
    "sub a list": {"sub": ["0"]},
}


def refused(home: Many, sent: str) -> bool:
    """Whether a token is answered as no token is, to the last byte."""

    def told(client: httpx2.Client) -> str:
        answer = client.get("/api/v1/connections")
        return f"{answer.status_code} {answer.text.replace(answer.json()['instance'], '')}"

    with home.client(sent) as hostile, home.client() as nobody:
        return told(hostile) == told(nobody)


def test_a_token_made_by_hand_as_the_service_makes_it_is_let_in(home: Many, ann: Person) -> None:
    assert not refused_quietly(home, token(HEADER, claims(ann)))


def refused_quietly(home: Many, sent: str) -> bool:
    with home.client(sent) as client:
        return client.get("/api/v1/connections").status_code != 200


@pytest.mark.parametrize("name", HOSTILE_HEADERS)
def test_a_token_with_a_hostile_header_is_no_token(home: Many, ann: Person, name: str) -> None:
    header = {
        key: value
        for key, value in {**HEADER, **HOSTILE_HEADERS[name]}.items()
        if value is not None
    }
    assert refused(home, token(header, claims(ann)))


@pytest.mark.parametrize("name", HOSTILE_CLAIMS)
def test_a_token_with_hostile_claims_is_no_token(home: Many, ann: Person, name: str) -> None:
    assert refused(home, token(HEADER, claims(ann, **HOSTILE_CLAIMS[name])))


@pytest.mark.parametrize(
    "key", [b"", b"\0" * 32, b"modeldex", ring(1, of="others").derived(1, Purpose.ACCESS_TOKENS)]
)
def test_a_token_that_another_key_signed_is_no_token(home: Many, ann: Person, key: bytes) -> None:
    assert refused(home, token(HEADER, claims(ann), key or b"\1"))


def test_a_token_of_another_installation_is_no_token(home: Many, ann: Person) -> None:
    other = AccessTokens(ring(1), issuer="elsewhere")
    assert refused(home, other.issue(ann.id, ann.session, "0" * 32, NOW))


@pytest.mark.parametrize("cut", ["", ".", "..", "a.b.c", "eyJ.eyJ.", "e30.e30.e30"])
def test_what_is_no_token_at_all_is_answered_alike(home: Many, cut: str) -> None:
    assert refused(home, cut or "x")


def test_a_token_without_its_signature_or_with_half_of_it_is_no_token(
    home: Many, ann: Person
) -> None:
    head, body, signature = token(HEADER, claims(ann)).split(".")
    for last in ("", signature[:-4], signature.swapcase(), f"{signature}A"):
        assert refused(home, f"{head}.{body}.{last}")


def test_a_token_of_a_megabyte_is_refused_before_it_is_read(home: Many) -> None:
    with home.client("a" * 1_000_000) as client:
        assert client.get("/v1/models").status_code == 431


def test_a_token_of_thirty_kilobytes_is_no_token(home: Many) -> None:
    assert refused(home, "a" * 30_000)
