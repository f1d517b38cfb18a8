"""Signing in with an identity provider, from the browser's first request to the tokens."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from modeldex.credentials.sign_in_tickets import Ticket, Tickets
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.vouching import Vouching
from modeldex.settings.oidc import CALLBACK
from modeldex.storage.accounts.patience import current
from modeldex.web.looks import CHANGING_S, WITHIN_S
from modeldex.web.oidc import given
from modeldex.web.opening_many import setup_code
from tests.conftest import NOW
from tests.storage.accounts.conftest import BOTH

from .identity import (
    CLIENT,
    KEYS,
    SECRET,
    IdentityProvider,
    begun,
    come_back,
    providing,
    serving_with,
    signed_in,
    there,
)
from .many import PASSWORD, Many

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def idp() -> Iterator[IdentityProvider]:
    with providing() as found:
        yield found


@pytest.fixture(autouse=True)
def good(idp: IdentityProvider) -> None:
    idp.reset()


@pytest.fixture(scope="module", params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, idp: IdentityProvider
) -> Iterator[Many]:
    database = ""
    if request.param != "sqlite":
        server = request.getfixturevalue("postgres")
        database = server.url(server.database(request.getfixturevalue("migrated")))
    home = tmp_path_factory.mktemp("oidc")
    with serving_with(home, idp, database, admin_group="operators") as found:
        yield found


def me(house: Many, access: str) -> str:
    with house.client(access) as client:
        answer = client.get("/api/v1/connections")
    assert answer.status_code == 200
    return answer.text


def test_somebody_signs_in_and_is_known_by_the_token(house: Many) -> None:
    answer = signed_in(house)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"user", "session", "access", "renewal", "expires_at"}
    assert me(house, answer.json()["access"])


def test_coming_back_waits_for_the_accounts_as_long_as_whatever_changes_something(
    house: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[float] = []
    spend = Vouching.spend

    def noticed(vouching: Vouching, on: Occasion, ticket: Ticket) -> None:
        patience = current()
        assert patience is not None
        left.append(patience.left_s)
        spend(vouching, on, ticket)

    monkeypatch.setattr(Vouching, "spend", noticed)
    assert signed_in(house).status_code == 200
    (seconds,) = left
    assert WITHIN_S < seconds <= CHANGING_S


def test_a_browser_comes_back_from_the_providers_site(house: Many) -> None:
    back = there(house)
    cookie = "; ".join(f"{name}={value}" for name, value in back.cookies.items())
    led = {"cookie": cookie, "sec-fetch-site": "cross-site"}
    with house.client(None, **led) as client:
        assert client.get(CALLBACK, params=back.query).status_code == 200


def test_the_session_is_renewed_as_any(house: Many) -> None:
    renewal = signed_in(house).json()["renewal"]
    with house.client() as client:
        assert client.post("/api/v1/session/renew", json={"renewal": renewal}).status_code == 201


def test_the_same_subject_is_the_same_person_whatever_their_address_is(
    house: Many, idp: IdentityProvider
) -> None:
    before = signed_in(house).json()["user"]
    idp.person["email"] = "lovelace@example.com"
    assert signed_in(house).json()["user"] == before


def test_another_subject_with_the_same_address_is_another_person(
    house: Many, idp: IdentityProvider
) -> None:
    before = signed_in(house).json()["user"]
    idp.person["sub"] = "not ada"
    assert signed_in(house).json()["user"] != before


def test_an_account_with_a_password_is_not_taken_over_by_its_address(
    house: Many, idp: IdentityProvider
) -> None:
    people, on = house.tenancy.people, Occasion(house.clock())
    grace = people.add(on, "grace@example.com", PASSWORD.format(name="grace@example.com"))
    idp.person = {"sub": "grace-1", "email": "GRACE@example.com", "email_verified": True}
    found = signed_in(house).json()["user"]
    assert found != grace.id
    assert house.tenancy.accounts.people.get(grace.id) == grace
    assert house.sign_in("grace@example.com").id == grace.id


def test_an_administrator_is_who_is_in_the_group_at_this_sign_in(
    house: Many, idp: IdentityProvider
) -> None:
    idp.person |= {"sub": "op", "groups": ["operators"]}
    first = signed_in(house).json()
    with house.client(first["access"]) as client:
        assert client.get("/api/v1/admin/users").status_code == 200
    idp.person["groups"] = []
    signed_in(house)
    with house.client(first["access"]) as client:
        assert client.get("/api/v1/admin/users").status_code == 403


def test_who_is_shut_out_here_is_not_let_in_there(house: Many, idp: IdentityProvider) -> None:
    idp.person["sub"] = "out"
    user = signed_in(house).json()["user"]
    house.tenancy.accounts.people.disable(user, house.clock())
    answer = signed_in(house)
    assert answer.status_code == 403
    house.tenancy.accounts.people.disable(user, None)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "ada@example.org"},
        {"email": "ada@sub.example.com"},
        {"email": "ada@example.com.evil.example"},
        {"email": "example.com"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
    ],
)
def test_nobody_of_another_domain_comes_in(
    house: Many, idp: IdentityProvider, person: dict[str, object]
) -> None:
    idp.claims = {"sub": "stranger", **person}
    before = house.tenancy.accounts.people.count()
    answer = signed_in(house)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "you are not among those who may sign in here"
    assert house.tenancy.accounts.people.count() == before


@pytest.mark.parametrize("alg", KEYS)
def test_a_token_of_each_algorithm_is_taken(house: Many, idp: IdentityProvider, alg: str) -> None:
    house.clock.now += timedelta(minutes=2)
    idp.rotate(f"key for {alg}", alg)
    assert signed_in(house).status_code == 200


def test_a_secret_stands_in_the_form_where_the_provider_wants_it_there(
    house: Many, idp: IdentityProvider
) -> None:
    idp.says = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    house.clock.now += timedelta(hours=2)
    assert signed_in(house).status_code == 200


def test_the_provider_is_told_what_it_has_to_know_and_no_more(
    house: Many, idp: IdentityProvider
) -> None:
    location, _ = begun(house)
    assert location.startswith(f"{idp.url}/authorize?")
    said = {name: value for name, (value,) in parse_qs(urlsplit(location).query).items()}
    assert set(said) == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    assert said["client_id"] == CLIENT
    assert said["scope"] == "openid email profile"
    assert SECRET not in location


def test_the_cookie_is_for_this_sign_in_alone(house: Many) -> None:
    with house.client() as client:
        said = client.get("/api/v1/oidc/login").headers["set-cookie"]
    assert "; Max-Age=600; HttpOnly; SameSite=Lax" in said
    assert said.startswith("modeldex-sign-in=")


def test_over_https_the_cookie_is_for_https_and_this_host() -> None:
    ticket = Tickets(bytes(32)).issue(NOW)
    said = given(ticket, "https://models.example.com/api/v1/oidc/callback")[1].decode()
    assert said.startswith("__Host-modeldex-sign-in=")
    assert said.endswith("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure")


def test_the_cookie_is_taken_away_whatever_came_of_it(house: Many) -> None:
    back = there(house)
    for answer in (come_back(house, back), come_back(house, back)):
        assert "modeldex-sign-in=; Path=/; Max-Age=0" in answer.headers["set-cookie"]
        assert answer.headers["cache-control"].endswith("no-store")


def test_the_log_says_who_was_added_and_who_came_in(house: Many, idp: IdentityProvider) -> None:
    idp.person["sub"] = "logged"
    user = signed_in(house).json()["user"]
    entries = house.tenancy.accounts.audit.last(10, user=user)
    assert [(one.action, one.subject, one.result) for one in reversed(entries)] == [
        ("person.add", user, "done"),
        ("identity.add", user, "done"),
        ("session.start", user, "done"),
    ]
    assert house.tenancy.accounts.audit.verify().broken_at is None


def test_documents_of_the_provider_are_kept_for_an_hour(house: Many, idp: IdentityProvider) -> None:
    signed_in(house)
    idp.asked.clear()
    signed_in(house)
    house.clock.now += timedelta(minutes=61)
    signed_in(house)
    assert idp.asked["/.well-known/openid-configuration"] == 1
    assert idp.asked["/keys"] == 1


def test_a_password_still_lets_in_unless_it_is_switched_off(house: Many) -> None:
    on = Occasion(house.clock())
    house.tenancy.people.add(on, "with password", PASSWORD.format(name="with password"))
    assert house.sign_in("with password").access


def test_passwords_can_be_switched_off(
    tmp_path_factory: pytest.TempPathFactory, idp: IdentityProvider
) -> None:
    home = tmp_path_factory.mktemp("no-passwords")
    with serving_with(home, idp, admin_group="operators", passwords=False) as many:
        assert setup_code(many.house) is None
        with many.client() as client:
            said = {"name": "eve", "password": "four unrelated words of eve"}
            assert client.post("/api/v1/session", json=said).status_code == 403
            made = client.post("/api/v1/setup", json={**said, "code": "x"})
            assert made.status_code == 403
        idp.person["groups"] = ["operators"]
        access = signed_in(many).json()["access"]
        with many.client(access) as client:
            assert client.get("/api/v1/admin/users").status_code == 200


def test_where_no_provider_is_set_up_the_routes_say_so(many: Many) -> None:
    with many.client() as client:
        for path in ("/api/v1/oidc/login", "/api/v1/oidc/callback"):
            assert client.get(path).status_code == 404
