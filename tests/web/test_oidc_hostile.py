"""What a sign-in with an identity provider does not fall for: forged answers, and a provider gone wrong."""

import base64
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import RSAKey
from msgspec.structs import replace

from modeldex.web.limiting import RULES, Limiter

from .identity import (
    CALLBACK,
    PATIENT,
    SECRET,
    IdentityProvider,
    Signing,
    begun,
    come_back,
    providing,
    said,
    serving_with,
    signed_in,
    there,
    waits,
)
from .many import PASSWORD, Many

pytestmark = pytest.mark.once

WELCOME = {"ada@example.com", "crowd@example.com"}
LONG = timedelta(hours=2)
"""After which the provider's documents are asked for anew."""


@pytest.fixture(scope="module")
def idp() -> Iterator[IdentityProvider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, idp: IdentityProvider) -> Iterator[Many]:
    with serving_with(tmp_path_factory.mktemp("hostile"), idp) as found:
        yield found


@pytest.fixture(autouse=True)
def good(house: Many, idp: IdentityProvider) -> Iterator[None]:
    """A good provider that was asked lately, and after the test nobody who came in by mistake."""
    idp.reset()
    idp.clock = house.clock
    house.clock.now += timedelta(seconds=61)
    yield
    assert {one.name for one in house.tenancy.accounts.people.all()} <= WELCOME


def refused(answer: httpx2.Response, status: int = 401) -> bool:
    """Whether nothing was given away: no token, no word of the provider, no new cookie."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "location" not in answer.headers
    assert "WORDS" not in answer.text
    assert SECRET not in answer.text
    return "access" not in answer.json()


def coded(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_nothing_is_wrong_with_the_provider_of_these_tests(house: Many) -> None:
    assert signed_in(house).status_code == 200


@pytest.mark.parametrize("state", ["", "wrong", "ä", None])
def test_a_wrong_state_is_refused(house: Many, idp: IdentityProvider, state: str | None) -> None:
    idp.asked.clear()
    assert refused(come_back(house, there(house), state=state))
    assert not idp.asked["/token"]


def test_the_state_of_another_browser_is_refused(house: Many) -> None:
    mine, theirs = there(house), there(house)
    assert refused(come_back(house, mine._replace(query=theirs.query)))


def test_a_state_without_its_cookie_is_refused(house: Many) -> None:
    assert refused(come_back(house, there(house)._replace(cookies={})))


@pytest.mark.parametrize("cookie", ["x", "a.1.b", f"{'a' * 32}.99999999999.{'b' * 43}", "%00"])
def test_a_cookie_that_was_not_given_here_is_refused(house: Many, cookie: str) -> None:
    back = there(house)
    assert refused(come_back(house, back._replace(cookies={"modeldex-sign-in": cookie})))


def test_two_cookies_are_refused(house: Many) -> None:
    back = there(house)
    (cookie,) = back.cookies.values()
    twice = {"modeldex-sign-in": f"{cookie}; modeldex-sign-in={cookie}"}
    assert refused(come_back(house, back._replace(cookies=twice)))


def test_a_state_counts_once(house: Many, idp: IdentityProvider) -> None:
    back = there(house)
    assert come_back(house, back).status_code == 200
    idp.asked.clear()
    assert refused(come_back(house, back))
    assert not idp.asked["/token"]


def test_a_code_counts_once_in_whatever_sign_in(house: Many) -> None:
    used, fresh = there(house), there(house)
    assert come_back(house, used).status_code == 200
    assert refused(come_back(house, fresh, code=used.query["code"]))


def test_the_code_of_another_sign_in_is_refused(house: Many) -> None:
    stolen, mine = there(house), there(house)
    assert refused(come_back(house, mine, code=stolen.query["code"]))


def test_a_sign_in_that_took_too_long_is_refused(house: Many) -> None:
    back = there(house)
    house.clock.now += timedelta(minutes=10, seconds=1)
    assert refused(come_back(house, back))


@pytest.mark.parametrize("code", [None, ""])
def test_who_was_not_let_in_there_is_told_no_word_of_it(house: Many, code: str | None) -> None:
    answer = come_back(
        house, there(house), code=code, error="access_denied", error_description="WORDS"
    )
    assert refused(answer)


def test_a_parameter_that_comes_twice_is_refused(house: Many) -> None:
    back = there(house)
    (cookie,) = back.cookies.values()
    pairs = [*back.query.items(), ("state", back.query["state"])]
    with house.client(None, cookie=f"modeldex-sign-in={cookie}") as client:
        assert refused(client.get(CALLBACK, params=pairs))


def test_an_answer_of_another_provider_is_refused(house: Many) -> None:
    assert refused(come_back(house, there(house), iss="https://id.evil.example"))


def test_an_answer_of_nobody_is_refused_where_the_provider_says_who_it_is(
    house: Many, idp: IdentityProvider
) -> None:
    house.clock.now += LONG
    idp.says = {"authorization_response_iss_parameter_supported": True}
    assert refused(come_back(house, there(house)))
    assert come_back(house, there(house), iss=idp.url).status_code == 200
    house.clock.now += LONG


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.evil.example"},
    "the issuer with a slash": {"iss": "SLASH"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another-client"},
    "other audiences": {"aud": ["another-client", "and-another"]},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "two audiences and nobody it was given to": {"aud": ["modeldex-of-acme", "another"]},
    "given to another": {"aud": ["modeldex-of-acme", "another"], "azp": "another"},
    "given to another alone": {"azp": "another"},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": -61},
    "never expiring": {"exp": None},
    "a text for an end": {"exp": "tomorrow"},
    "a yes for an end": {"exp": True},
    "made in the future": {"iat": 61},
    "made long ago": {"iat": -661},
    "made at no time": {"iat": None},
    "not good yet": {"nbf": 61},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "a long subject": {"sub": "x" * 256},
    "a subject of two lines": {"sub": "a\nb"},
    "a number for a subject": {"sub": 7},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_token_that_says_something_else_is_refused(
    house: Many, idp: IdentityProvider, claims: dict[str, Any]
) -> None:
    moment = int(house.clock().timestamp())
    idp.claims = {
        name: moment + value if type(value) is int and name != "sub" else value
        for name, value in claims.items()
    }
    if claims.get("iss") == "SLASH":
        idp.claims["iss"] = f"{idp.url}/"
    assert refused(signed_in(house))


def test_a_minute_of_difference_between_clocks_does_no_harm(
    house: Many, idp: IdentityProvider
) -> None:
    moment = int(house.clock().timestamp())
    for claims in ({"exp": moment - 59}, {"iat": moment + 60}, {"nbf": moment + 60}):
        idp.claims = claims
        assert signed_in(house).status_code == 200


def test_a_token_for_several_that_was_given_to_us_is_taken(
    house: Many, idp: IdentityProvider
) -> None:
    idp.claims = {"aud": ["another", "modeldex-of-acme"], "azp": "modeldex-of-acme"}
    assert signed_in(house).status_code == 200


def unsigned(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return f"{coded({'alg': 'none', 'kid': idp.signs_with})}.{coded(claims)}."


def unsigned_with_something(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return unsigned(idp, claims) + coded(b"x")


def with_the_public_key(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    """HS256 with what everybody knows as the secret."""
    public = idp.keys[idp.signs_with].key.public_key
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = f"{coded({'alg': 'HS256', 'kid': idp.signs_with})}.{coded(claims)}"
    return f"{head}.{coded(hmac.digest(pem, head.encode(), 'sha256'))}"


def by_a_stranger(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    """The right name of a key, and another key."""
    honest = idp.keys[idp.signs_with]
    idp.keys[idp.signs_with] = Signing("RS256", RSAKey.generate_key(2048))
    forged = idp.signed(claims)
    idp.keys[idp.signs_with] = honest
    return forged


def with_a_key_of_its_own(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    """The key that it was signed with stands in the token."""
    honest, name = idp.keys[idp.signs_with], idp.signs_with
    other = Signing("RS256", RSAKey.generate_key(2048))
    idp.keys[name] = other
    forged = idp.signed(claims, kid=None, jwk=other.public(name), jku=f"{idp.url}/keys")
    idp.keys[name] = honest
    return forged


def changed(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    head, body, tail = idp.signed(claims).split(".")
    other = coded({**claims, "sub": "somebody else"})
    assert body != other
    return f"{head}.{other}.{tail}"


def for_an_api(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return idp.signed(claims, typ="at+jwt")


def critical(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    head, body, tail = idp.signed(claims).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    return f"{coded({**header, 'crit': ['b64'], 'b64': False})}.{body}.{tail}"


def unknown(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return idp.signed(claims, kid="never published")


def no_token(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return "not.a token.at all"


def huge(idp: IdentityProvider, claims: dict[str, Any]) -> str:
    return idp.signed({**claims, "picture": "x" * 100_000})


FORGERIES = (
    *(unsigned, unsigned_with_something, with_the_public_key, by_a_stranger, huge, no_token),
    *(with_a_key_of_its_own, changed, for_an_api, critical, unknown),
)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.__name__)
def test_a_forged_token_is_refused(
    house: Many,
    idp: IdentityProvider,
    forgery: Callable[[IdentityProvider, dict[str, Any]], str],
) -> None:
    idp.token = lambda claims: forgery(idp, claims)
    assert refused(signed_in(house))


def test_an_unknown_key_is_looked_for_once_a_minute(house: Many, idp: IdentityProvider) -> None:
    assert signed_in(house).status_code == 200
    idp.token = lambda claims: unknown(idp, claims)
    idp.asked.clear()
    for _ in range(3):
        assert refused(signed_in(house))
    assert idp.asked["/keys"] == 1
    house.clock.now += timedelta(seconds=60)
    assert refused(signed_in(house))
    assert idp.asked["/keys"] == 2


def test_a_key_that_came_in_the_meantime_is_found(house: Many, idp: IdentityProvider) -> None:
    assert signed_in(house).status_code == 200
    idp.rotate("the next")
    assert signed_in(house).status_code == 200


def test_a_key_that_is_published_no_more_counts_an_hour_at_most(
    house: Many, idp: IdentityProvider
) -> None:
    assert signed_in(house).status_code == 200
    old, name = idp.keys[idp.signs_with], idp.signs_with
    idp.rotate("another")
    fresh = dict(idp.keys)
    house.clock.now += timedelta(minutes=61)

    def by_the_old_one(claims: dict[str, Any]) -> str:
        idp.keys, idp.signs_with = {name: old}, name
        forged = idp.signed(claims)
        idp.keys, idp.signs_with = fresh, "another"
        return forged

    idp.token = by_the_old_one
    assert refused(signed_in(house))


def weak() -> dict[str, Any]:
    return {"keys": [{"kty": "RSA", "kid": "first", "n": coded(b"\xff" * 64), "e": "AQAB"}]}


@pytest.mark.parametrize(
    "keys", [{"keys": []}, {"keys": [{"kty": "oct", "kid": "first", "k": "AAAA"}]}, weak()]
)
def test_without_a_key_that_will_do_nobody_comes_in(
    house: Many, idp: IdentityProvider, keys: dict[str, Any]
) -> None:
    house.clock.now += LONG
    idp.answers["/keys"] = lambda: said(keys)
    assert refused(signed_in(house))
    house.clock.now += LONG


ERRORS = {
    "of the code": ((400, {}, b'{"error":"invalid_grant","error_description":"WORDS"}'), 401),
    "of the client": ((401, {}, b'{"error":"invalid_client","error_description":"WORDS"}'), 503),
    "of its own": ((500, {}, b"WORDS"), 503),
    "of no kind": ((200, {}, b"WORDS"), 503),
    "nested": ((200, {}, b'{"a":' * 100_000), 503),
    "without an ID token": ((200, {}, b'{"access_token":"WORDS"}'), 503),
    "elsewhere": ((302, {"location": "http://127.0.0.1:9/WORDS"}, b""), 503),
    "elsewhere with the form": ((307, {"location": "http://127.0.0.1:9/WORDS"}, b""), 503),
    "huge": ((200, {}, b'{"id_token":"' + b"x" * 2_000_000 + b'"}'), 503),
}


@pytest.mark.parametrize(("answer", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_of_the_token_address_is_told_without_its_words(
    house: Many, idp: IdentityProvider, answer: Any, status: int
) -> None:
    idp.answers["/token"] = lambda: answer
    assert refused(signed_in(house), status)


def test_a_token_address_that_hangs_is_given_up(house: Many, idp: IdentityProvider) -> None:
    idp.slow["/token"] = 6.0
    waits(house, replace(PATIENT, read_s=1.0))
    try:
        assert refused(signed_in(house), 503)
    finally:
        waits(house, PATIENT)


def test_a_provider_that_repeats_the_secret_is_not_listened_to(
    house: Many, idp: IdentityProvider
) -> None:
    idp.answers["/token"] = lambda: said({"id_token": SECRET})
    assert refused(signed_in(house), 503)


DESCRIBED = {
    "another issuer": {"issuer": "https://id.evil.example"},
    "the issuer with a slash": {"issuer": "SLASH"},
    "no issuer": {"issuer": None},
    "a token address in the clear": {"token_endpoint": "http://id.example.com/token"},
    "keys in the clear": {"jwks_uri": "http://id.example.com/keys"},
    "another scheme": {"authorization_endpoint": "javascript:alert(1)"},
    "a line break": {"authorization_endpoint": "https://id.example.com/a\r\nset-cookie: a=b"},
    "a user": {"authorization_endpoint": "https://id.example.com@evil.example/"},
    "a fragment": {"authorization_endpoint": "https://id.example.com/#a"},
    "no address": {"token_endpoint": ""},
}


@pytest.mark.parametrize("says", DESCRIBED.values(), ids=DESCRIBED)
def test_a_provider_that_describes_something_else_is_not_used(
    house: Many, idp: IdentityProvider, says: dict[str, Any]
) -> None:
    house.clock.now += LONG
    idp.says = {"issuer": f"{idp.url}/"} if says.get("issuer") == "SLASH" else says
    with house.client() as client:
        assert refused(client.get("/api/v1/oidc/login"), 503)
    house.clock.now += LONG


@pytest.mark.parametrize(
    "answer",
    [
        (302, {"location": "http://127.0.0.1:9/"}, b""),
        (404, {}, b"WORDS"),
        (200, {}, b"[" * 100_000),
        (200, {}, b" " * 2_000_000),
    ],
    ids=["elsewhere", "nowhere", "nested", "huge"],
)
def test_a_provider_that_cannot_be_read_is_left_alone_for_a_while(
    house: Many, idp: IdentityProvider, answer: Any
) -> None:
    house.clock.now += LONG
    path = "/.well-known/openid-configuration"
    idp.answers[path] = lambda: answer
    idp.asked.clear()
    with house.client() as client:
        for _ in range(3):
            assert refused(client.get("/api/v1/oidc/login"), 503)
    assert idp.asked[path] == 1


@pytest.mark.parametrize("name", ["next", "redirect_uri", "return_to", "url", "redirect"])
def test_no_request_says_where_it_leads(house: Many, idp: IdentityProvider, name: str) -> None:
    with house.client() as client:
        answer = client.get("/api/v1/oidc/login", params={name: "https://evil.example/"})
    assert answer.headers["location"].startswith(f"{idp.url}/authorize?")
    assert "evil.example" not in answer.headers["location"]


def test_a_name_that_is_not_ours_gets_no_redirect(house: Many) -> None:
    with house.client(None, host="evil.example") as client:
        assert client.get("/api/v1/oidc/login").status_code == 421


def test_a_forwarded_name_of_a_stranger_is_not_believed(house: Many) -> None:
    sent = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    with house.client(None, **sent) as client:
        location = client.get("/api/v1/oidc/login").headers["location"]
    assert "evil.example" not in location


def test_the_address_that_is_configured_is_the_one_that_is_named(
    tmp_path_factory: pytest.TempPathFactory, idp: IdentityProvider
) -> None:
    home = tmp_path_factory.mktemp("behind-a-proxy")
    uri = f"https://models.example.com{CALLBACK}"
    with serving_with(home, idp, redirect_uri=uri) as many:
        location, cookies = begun(many)
    assert "redirect_uri=https%3A%2F%2Fmodels.example.com%2F" in location
    assert list(cookies) in ([], ["__Host-modeldex-sign-in"])


def test_who_comes_with_a_dead_token_is_nobody_there_too(house: Many) -> None:
    with house.client("mdx_wrong") as client:
        assert client.get("/api/v1/oidc/login").status_code == 401


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_nobody_is_let_in_by_another_method(house: Many, method: str) -> None:
    with house.client() as client:
        assert client.request(method, CALLBACK).status_code == 401


def test_tries_are_counted(house: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = Limiter(house.clock, RULES)
    monkeypatch.setattr(house.house.limiter, "_rules", strict._rules)
    monkeypatch.setattr(house.house.limiter, "_window", strict._window)
    with house.client() as client:
        statuses = [client.get("/api/v1/oidc/login").status_code for _ in range(21)]
    assert statuses == [302] * 20 + [429]


def test_the_log_has_the_reason_and_no_secret(
    house: Many, idp: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    idp.claims = {"nonce": "another"}
    back = there(house)
    refused(come_back(house, back))
    ours = "".join(one.getMessage() for one in caplog.records if one.name.startswith("modeldex"))
    assert "the nonce of another sign-in" in ours
    (cookie,) = back.cookies.values()
    for one in (SECRET, cookie, back.query["code"], back.query["state"]):
        assert one not in ours
    assert "/token" not in caplog.text


def test_a_refusal_is_in_the_audit_log(house: Many, idp: IdentityProvider) -> None:
    idp.claims = {"nonce": "another"}
    refused(signed_in(house))
    (entry,) = house.tenancy.accounts.audit.last(1)
    assert (entry.action, entry.subject, entry.result) == (
        "session.start",
        "identity provider",
        "refused",
    )


def test_nothing_of_the_provider_s_secrets_is_kept(house: Many) -> None:
    assert signed_in(house).status_code == 200
    kept = {name: body for name, body in house.written().items() if name != "secret"}
    assert not [name for name, body in kept.items() if SECRET.encode() in body]


def test_a_password_tried_for_somebody_of_the_provider_is_refused(
    house: Many, idp: IdentityProvider
) -> None:
    assert signed_in(house).status_code == 200
    person = {"name": "ada@example.com", "password": PASSWORD.format(name="ada")}
    with house.client() as client:
        assert client.post("/api/v1/session", json=person).status_code == 401


def test_people_who_come_at_once_are_added_once(house: Many, idp: IdentityProvider) -> None:
    idp.person |= {"sub": "crowd", "email": "crowd@example.com"}
    backs = [there(house) for _ in range(4)]
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(partial(come_back, house), backs))
    assert len({one.json()["user"] for one in answers}) == 1
    assert len({one.json()["session"] for one in answers}) == 4
