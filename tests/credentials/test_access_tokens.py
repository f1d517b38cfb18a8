import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.credentials.access_tokens import LONGEST_FOR, REFUSED, AccessToken, AccessTokens
from modeldex.credentials.key_ring import Purpose, derived
from modeldex.domain.errors import AccessDenied
from tests.credentials.rings import key, ring

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
TOKENS = AccessTokens(ring(2, 1))
GOOD = TOKENS.issue("anna", "session", "one", NOW)
HEADER: dict[str, Any] = {"alg": "HS256", "typ": "at+jwt", "kid": "2"}
CLAIMS: dict[str, Any] = {
    "iss": "modeldex",
    "aud": "modeldex",
    "sub": "anna",
    "jti": "one",
    "sid": "session",
    "iat": AT,
    "nbf": AT,
    "exp": AT + 900,
}
SIGNING = derived(key(2), Purpose.ACCESS_TOKENS)


def coded(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def signed(header: Any, claims: Any, with_key: bytes = SIGNING, how: str = "sha256") -> str:
    """A token of any header and claims, made without the library that reads it."""
    import hmac

    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)
    ]
    said = ".".join(map(coded, parts))
    return f"{said}.{coded(hmac.digest(with_key, said.encode(), how))}"


def refused(token: str, now: datetime = NOW) -> bool:
    with pytest.raises(AccessDenied) as met:
        TOKENS.read(token, now)
    return str(met.value) == REFUSED and met.value.__cause__ is None


def test_a_token_says_whose_session_it_is() -> None:
    assert TOKENS.read(GOOD, NOW) == AccessToken(
        user="anna", session="session", id="one", expires_at=NOW + timedelta(minutes=15)
    )


def test_the_tokens_of_this_test_are_read_when_nothing_is_wrong_with_them() -> None:
    assert TOKENS.read(signed(HEADER, CLAIMS), NOW).user == "anna"


def test_a_token_lasts_a_quarter_of_an_hour() -> None:
    assert timedelta(minutes=15) >= LONGEST_FOR
    assert TOKENS.read(GOOD, NOW + timedelta(minutes=15, seconds=29)).user == "anna"
    assert refused(GOOD, NOW + timedelta(minutes=16))


def test_a_clock_that_is_a_little_behind_does_no_harm() -> None:
    assert TOKENS.read(GOOD, NOW - timedelta(seconds=29)).user == "anna"
    assert refused(GOOD, NOW - timedelta(seconds=61))


def without(claim: str) -> dict[str, Any]:
    return {name: value for name, value in CLAIMS.items() if name != claim}


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_no_claim_may_be_missing(claim: str) -> None:
    assert refused(signed(HEADER, without(claim)))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("exp", AT + 901),
        ("exp", AT + 10 * 365 * 86400),
        ("exp", AT),
        ("exp", AT - 31),
        ("exp", float(AT + 900)),
        ("exp", str(AT + 900)),
        ("exp", True),
        ("exp", None),
        ("exp", -1),
        ("exp", 0),
        ("exp", 10**30),
        ("exp", 2**63),
        ("exp", [AT + 900]),
        ("nbf", AT + 61),
        ("nbf", AT + 31),
        ("nbf", 10**20),
        ("nbf", 1.5),
        ("nbf", "0"),
        ("iat", AT + 61),
        ("iat", AT - 86400),
        ("iat", -(10**20)),
        ("iat", float(AT)),
        ("iat", False),
        ("iss", "another"),
        ("iss", ["modeldex"]),
        ("iss", ""),
        ("aud", "another"),
        ("aud", ["modeldex"]),
        ("aud", None),
        ("sub", 7),
        ("sub", None),
        ("sub", ["anna"]),
        ("jti", 7),
        ("sid", None),
        ("role", "admin"),
        ("scope", "admin"),
    ],
)
def test_a_claim_that_is_not_ours_is_refused_even_when_signed(claim: str, value: Any) -> None:
    assert refused(signed(HEADER, {**CLAIMS, claim: value}))


@pytest.mark.parametrize("moment", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_a_moment_that_is_no_number_is_refused(moment: str) -> None:
    body = json.dumps({**CLAIMS, "exp": 0}).replace('"exp": 0', f'"exp": {moment}')
    assert refused(signed(HEADER, body.encode()))


@pytest.mark.parametrize(
    "changed",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS384"},
        {"alg": "HS512"},
        {"alg": "RS256"},
        {"alg": "ES256"},
        {"alg": "hs256"},
        {"alg": None},
        {"alg": ["HS256"]},
        {"typ": "JWT"},
        {"typ": "AT+JWT"},
        {"typ": "rt+jwt"},
        {"typ": None},
        {"kid": "3"},
        {"kid": 2},
        {"kid": None},
        {"kid": ""},
        {"kid": "../../../../dev/null"},
        {"kid": "2' UNION SELECT 'key"},
        {"kid": "02"},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
        {"crit": 7},
        {"b64": False},
        {"b64": False, "crit": ["b64"]},
        {"cty": "JWT"},
        {"zip": "DEF"},
    ],
)
def test_a_header_that_is_not_ours_is_refused_even_when_signed(changed: dict[str, Any]) -> None:
    assert refused(signed({**HEADER, **changed}, CLAIMS))


@pytest.mark.parametrize("left_out", sorted(HEADER))
def test_no_part_of_the_header_may_be_missing(left_out: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != left_out}
    assert refused(signed(header, CLAIMS))


@pytest.mark.parametrize("how", ["sha384", "sha512", "sha1", "md5"])
def test_a_longer_or_shorter_signature_is_refused(how: str) -> None:
    assert refused(signed({**HEADER, "alg": f"HS{how[3:]}"}, CLAIMS, how=how))
    assert refused(signed(HEADER, CLAIMS, how=how))


@pytest.mark.parametrize(
    "guess",
    [b"", b"secret", key(2), key(1), derived(key(1), Purpose.ACCESS_TOKENS)]
    + [derived(key(2), purpose) for purpose in Purpose if purpose is not Purpose.ACCESS_TOKENS],
    ids=lambda guess: None,
)
def test_no_other_key_signs(guess: bytes) -> None:
    assert refused(signed(HEADER, CLAIMS, guess))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"7", b'"x"', b"{", b"\xff\xfe", b"[" * 1200, b'{"iss":' * 190]
)
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert refused(signed(HEADER, body))
    assert refused(signed(body, CLAIMS))


def cut(at: slice) -> str:
    return ".".join(GOOD.split(".")[at])


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        cut(slice(0, 2)),
        cut(slice(0, 2)) + ".",
        cut(slice(1, 3)),
        GOOD + ".",
        "." + GOOD,
        GOOD + "." + GOOD,
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace(".", ". "),
        GOOD + "=",
        "é" + GOOD,
        "\ud800",
        "a" * 1_000_000,
        "a." * 500_000,
        "Bearer " + GOOD,
    ],
    ids=range(19),
)
def test_text_that_is_no_token_is_refused(token: str) -> None:
    assert refused(token)


def test_a_token_of_an_old_master_key_is_good_while_that_one_is_in_the_ring() -> None:
    old = AccessTokens(ring(1)).issue("anna", "session", "one", NOW)
    assert TOKENS.read(old, NOW).user == "anna"
    with pytest.raises(AccessDenied):
        AccessTokens(ring(3, 2)).read(old, NOW)


def test_new_tokens_are_signed_with_the_current_master_key() -> None:
    with pytest.raises(AccessDenied):
        AccessTokens(ring(1)).read(GOOD, NOW)
    assert AccessTokens(ring(2)).read(GOOD, NOW).user == "anna"


def test_a_token_of_another_installation_is_refused() -> None:
    theirs = AccessTokens(ring(2, 1), issuer="https://models.example").issue("anna", "f", "1", NOW)
    assert refused(theirs)
    assert refused(AccessTokens(ring(2, 1, of="elsewhere")).issue("anna", "f", "1", NOW))


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 5))
def test_no_flipped_bit_changes_what_a_token_says(at: int, bit: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    letter = alphabet.find(GOOD[at])
    changed = GOOD[:at] + (alphabet[letter ^ 1 << bit] if letter >= 0 else "_") + GOOD[at + 1 :]
    try:
        said = TOKENS.read(changed, NOW)
    except AccessDenied:
        return
    assert (at, said) == (len(GOOD) - 1, TOKENS.read(GOOD, NOW))


def test_a_token_that_is_too_long_is_refused_even_when_signed() -> None:
    assert TOKENS.read(signed(HEADER, {**CLAIMS, "sub": "a" * 1_000}), NOW)
    assert refused(signed(HEADER, {**CLAIMS, "sub": "a" * 2_000}))


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    assert refused(text)


def test_a_token_carries_nothing_but_names() -> None:
    body = GOOD.split(".")[1]
    assert set(json.loads(urlsafe_b64decode(body + "=="))) == set(CLAIMS)
