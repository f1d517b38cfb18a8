import base64
import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from modeldex.credentials.identity_tokens import Expected, knows, read_keys, verified
from modeldex.domain.identity import Unproven, Vouched

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
ASKED = Expected("https://id.example.com", "us", "nonce")
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example.com",
    "aud": "us",
    "sub": "ada-1",
    "nonce": "nonce",
    "iat": AT,
    "exp": AT + 300,
}


def published(*keys: dict[str, Any]) -> tuple[Any, ...]:
    return read_keys(json.dumps({"keys": keys, "more": 1}).encode())


def public(key: Any = KEY, **said: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": "one", **said}


KEYS = published(public())


def token(claims: Any = CLAIMS, key: Any = KEY, **header: Any) -> str:
    said = {"alg": "ES256", "kid": "one", **header}
    said = {name: value for name, value in said.items() if value is not None}
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    registry = jws.JWSRegistry(strict_check_header=False)
    return jws.serialize_compact(said, body, key, registry=registry)


def refused(text: str, keys: tuple[Any, ...] = KEYS) -> str:
    with pytest.raises(Unproven) as met:
        verified(text, keys, ASKED, NOW)
    assert met.value.__cause__ is None
    return met.value.reason


def test_a_token_says_for_whom_it_vouches() -> None:
    said = {"email": "ada@example.com", "email_verified": True, "name": "Ada", "groups": ["a", 7]}
    assert verified(token(CLAIMS | said), KEYS, ASKED, NOW) == Vouched(
        issuer="https://id.example.com",
        subject="ada-1",
        email="ada@example.com",
        name="Ada",
        groups=frozenset({"a"}),
    )


@pytest.mark.parametrize("verified_email", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_none(verified_email: object) -> None:
    said = CLAIMS | {"email": "ada@example.com", "email_verified": verified_email}
    assert verified(token(said), KEYS, ASKED, NOW).email is None


def test_groups_are_read_where_the_provider_lists_them() -> None:
    asked = ASKED._replace(groups_claim="roles")
    found = verified(token(CLAIMS | {"groups": ["a"], "roles": "b"}), KEYS, asked, NOW)
    assert found.groups == {"b"}


@pytest.mark.parametrize("end", [math.nan, -math.inf])
def test_an_end_that_is_no_number_is_none(end: float) -> None:
    assert refused(token(json.dumps(CLAIMS | {"exp": end}).encode()))


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b"[" * 50_000, b'{"iss": 1}'])
def test_claims_that_cannot_be_read_are_refused(body: bytes) -> None:
    assert refused(token(body))


@given(st.text())
def test_what_is_no_token_is_refused(text: str) -> None:
    assert refused(text)


@given(st.dictionaries(st.sampled_from(list(CLAIMS)), st.none() | st.integers() | st.text()))
def test_a_token_vouches_only_where_all_claims_hold(said: dict[str, Any]) -> None:
    harmless = {name for name, value in said.items() if value == CLAIMS[name]}
    try:
        verified(token(CLAIMS | said), KEYS, ASKED, NOW)
    except Unproven:
        return
    assert set(said) - harmless <= {"sub", "iat", "exp"}


def test_without_a_name_the_one_key_is_taken() -> None:
    assert verified(token(kid=None), KEYS, ASKED, NOW)


def test_without_a_name_one_of_two_keys_is_not_guessed() -> None:
    both = published(public(), public(OTHER, kid="two"))
    assert refused(token(kid=None), both) == "a key that the provider does not publish"


def test_a_name_that_two_keys_have_is_nobody_s() -> None:
    assert not knows(published(public(), public(OTHER)), token())


@pytest.mark.parametrize(
    "said",
    [{"alg": "RS256"}, {"use": "enc"}, {"key_ops": ["sign"]}, {"d": "AAAA"}, {"crv": "P-384"}],
)
def test_a_key_for_something_else_is_passed_over(said: dict[str, Any]) -> None:
    assert not knows(published(public(**said)), token())


@pytest.mark.parametrize("broken", [{"x": "AAAA"}, {"x": "!"}, {"x": None}, {"y": 7}])
def test_a_key_that_is_broken_verifies_nothing(broken: dict[str, Any]) -> None:
    assert refused(token(), published(public(**broken)))


@pytest.mark.parametrize("size", [64, 2048])
def test_keys_of_rsa_are_neither_short_nor_endless(size: int) -> None:
    modulus = base64.urlsafe_b64encode(b"\xff" * size).decode()
    assert not published({"kty": "RSA", "kid": "one", "n": modulus, "e": "AQAB"})


def test_a_key_of_rsa_with_an_endless_exponent_is_passed_over() -> None:
    good = RSAKey.generate_key(2048).as_dict(private=False)
    assert published(good)
    assert not published({**good, "e": "_" * 100})


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"\xff"])
def test_what_is_no_list_of_keys_is_refused(document: bytes) -> None:
    with pytest.raises(Unproven):
        read_keys(document)


def test_the_words_are_the_same_whatever_is_wrong() -> None:
    said = set()
    for wrong in (token(CLAIMS | {"iss": "x"}), token(key=OTHER), "x"):
        with pytest.raises(Unproven) as met:
            verified(wrong, KEYS, ASKED, NOW)
        said.add(str(met.value))
    assert len(said) == 1
