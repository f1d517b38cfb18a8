from collections.abc import Callable
from datetime import timedelta

import pytest

from modeldex.credentials.api_tokens import API, RENEWAL, made
from modeldex.credentials.passwords import Checked, Cost, Passwords
from modeldex.domain.account import Actor, Role
from modeldex.domain.errors import AccessDenied, BadPassword, NotFound, StorageError
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.programs import add_token
from modeldex.service.accounts.signing_in import AT_MOST_FOR, IDLE_FOR, SigningIn
from tests.conftest import NOW
from tests.service.accounts.conftest import PASSWORD, Installation

STRANGER = Occasion(NOW, None, "198.51.100.9", "request-9")
NEW = "five other unrelated words"


def at(later: timedelta) -> Occasion:
    return STRANGER._replace(now=NOW + later)


def is_let_in(house: Installation, token: str, after: timedelta = timedelta()) -> bool:
    try:
        house.recognising.actor(token, NOW + after)
    except AccessDenied:
        return False
    return True


def test_who_signs_in_is_known_by_the_token(house: Installation) -> None:
    anna = house.joined("anna")
    signed_in = house.signing_in.sign_in(STRANGER, "Anna", PASSWORD)
    actor = house.recognising.actor(signed_in.access, NOW)
    assert (actor.user, actor.role, actor.by, actor.scopes) == (
        anna.user,
        Role.USER,
        "session",
        None,
    )


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong words"), ("nobody", PASSWORD), ("anna", ""), ("", ""), ("anna' --", PASSWORD)],
)
def test_every_refusal_says_the_same(house: Installation, name: str, password: str) -> None:
    house.joined("anna")
    with pytest.raises(AccessDenied, match=r"^name and password do not match$"):
        house.signing_in.sign_in(STRANGER, name, password)


def test_who_is_shut_out_is_refused_in_the_same_words(house: Installation) -> None:
    house.people.add(Occasion(NOW), "root", PASSWORD, Role.ADMIN)
    anna = house.joined("anna")
    house.people.disable(Occasion(NOW), anna.user or "")
    with pytest.raises(AccessDenied, match=r"^name and password do not match$"):
        house.signing_in.sign_in(STRANGER, "anna", PASSWORD)


def test_a_refusal_is_written_down_without_what_was_typed(house: Installation) -> None:
    anna = house.joined("anna")
    for name in ("anna", "my-password-in-the-wrong-field"):
        with pytest.raises(AccessDenied):
            house.signing_in.sign_in(STRANGER, name, "wrong words")
    hashed = house.vault.fingerprint_for_audit("my-password-in-the-wrong-field")
    assert house.said()[1:] == [
        ("session.start", anna.user, "refused"),
        ("session.start", hashed, "refused"),
    ]


def test_a_session_is_renewed_without_a_password(house: Installation) -> None:
    house.joined("anna")
    first = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    second = house.signing_in.renew(at(timedelta(days=1)), first.renewal)
    assert second.session == first.session
    assert is_let_in(house, second.access, timedelta(days=1))
    assert house.signing_in.renew(at(timedelta(days=2)), second.renewal)


def test_a_renewal_that_comes_twice_ends_the_session(house: Installation) -> None:
    house.joined("anna")
    first = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    second = house.signing_in.renew(STRANGER, first.renewal)
    with pytest.raises(AccessDenied):
        house.signing_in.renew(STRANGER, first.renewal)
    assert not is_let_in(house, first.access)
    assert not is_let_in(house, second.access)
    with pytest.raises(AccessDenied):
        house.signing_in.renew(STRANGER, second.renewal)
    assert ("session.reuse", first.session, "refused") in house.said()


def test_one_session_ended_leaves_the_others(house: Installation) -> None:
    anna = house.joined("anna")
    one, other = (house.signing_in.sign_in(STRANGER, "anna", PASSWORD) for _ in range(2))
    house.signing_in.sign_out(anna, one.session)
    assert not is_let_in(house, one.access)
    assert is_let_in(house, other.access)
    with pytest.raises(AccessDenied):
        house.signing_in.renew(STRANGER, one.renewal)


def test_nobody_ends_another_persons_session(house: Installation) -> None:
    house.joined("anna")
    hers = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    with pytest.raises(NotFound):
        house.signing_in.sign_out(house.joined("ben"), hers.session)
    assert is_let_in(house, hers.access)


def test_a_session_that_rests_too_long_ends(house: Installation) -> None:
    house.joined("anna")
    first = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    with pytest.raises(AccessDenied):
        house.signing_in.renew(at(IDLE_FOR), first.renewal)


def test_no_session_lasts_for_ever(house: Installation) -> None:
    house.joined("anna")
    renewal, day = house.signing_in.sign_in(STRANGER, "anna", PASSWORD).renewal, IDLE_FOR / 2
    while day < AT_MOST_FOR:
        renewal = house.signing_in.renew(at(day), renewal).renewal
        day += IDLE_FOR / 2
    with pytest.raises(AccessDenied):
        house.signing_in.renew(at(AT_MOST_FOR), renewal)


def test_another_password_ends_every_session_but_this_one(house: Installation) -> None:
    anna = house.joined("anna")
    this, other = (house.signing_in.sign_in(STRANGER, "anna", PASSWORD) for _ in range(2))
    house.signing_in.change_password(anna, PASSWORD, NEW, this.session)
    assert is_let_in(house, this.access)
    assert not is_let_in(house, other.access)
    assert house.signing_in.sign_in(STRANGER, "anna", NEW)
    with pytest.raises(AccessDenied):
        house.signing_in.sign_in(STRANGER, "anna", PASSWORD)


def test_another_password_takes_every_programs_token_back(house: Installation) -> None:
    anna, ben = house.joined("anna"), house.joined("ben")
    of = {one: Actor(user=one.user or "", role=Role.USER, by="session") for one in (anna, ben)}
    token, text = add_token(house.accounts, anna, of[anna], "bot")
    _, other = add_token(house.accounts, ben, of[ben], "bot")
    with pytest.raises(AccessDenied):
        house.signing_in.change_password(anna, "wrong words", NEW)
    assert is_let_in(house, text)
    house.signing_in.change_password(anna, PASSWORD, NEW)
    assert (is_let_in(house, text), is_let_in(house, other)) == (False, True)
    assert ("token.remove", token.id, "done") in house.said()


def test_a_password_is_changed_by_who_knows_it(house: Installation) -> None:
    anna = house.joined("anna")
    with pytest.raises(AccessDenied, match="old password"):
        house.signing_in.change_password(anna, "wrong words", NEW)
    with pytest.raises(BadPassword):
        house.signing_in.change_password(anna, PASSWORD, "password1")
    with pytest.raises(AccessDenied):
        house.signing_in.change_password(STRANGER, PASSWORD, NEW)
    assert house.signing_in.sign_in(STRANGER, "anna", PASSWORD)


def test_who_is_shut_out_is_out_at_once(house: Installation) -> None:
    house.people.add(Occasion(NOW), "root", PASSWORD, Role.ADMIN)
    anna = house.joined("anna")
    signed_in = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    house.people.disable(Occasion(NOW), anna.user or "")
    assert not is_let_in(house, signed_in.access)
    house.people.enable(Occasion(NOW), anna.user or "")
    assert not is_let_in(house, signed_in.access)
    with pytest.raises(AccessDenied):
        house.signing_in.renew(STRANGER, signed_in.renewal)


def test_another_role_counts_from_the_next_request(house: Installation) -> None:
    house.people.add(Occasion(NOW), "root", PASSWORD, Role.ADMIN)
    anna = house.joined("anna")
    signed_in = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    house.people.set_role(Occasion(NOW), anna.user or "", Role.ADMIN)
    assert house.recognising.actor(signed_in.access, NOW).may("admin")


class Raced:
    """Checks a password while, elsewhere, it is being changed."""

    def __init__(self, changed: Callable[[str], object]) -> None:
        self._passwords = Passwords(Cost(memory_kib=16, passes=1))
        self._changed = changed

    def check(self, password: str, kept: str | None) -> Checked:
        checked = self._passwords.check(password, kept)
        self._changed(self._passwords.hashed(NEW))
        return checked


def test_a_password_changed_meanwhile_is_not_changed_back(house: Installation) -> None:
    anna = house.joined("anna")
    raced = Raced(lambda fresh: house.accounts.people.set_password(anna.user or "", fresh))
    signing_in = SigningIn(house.accounts, raced, house.tokens, house.vault)  # type: ignore[arg-type]
    with pytest.raises(AccessDenied):
        signing_in.sign_in(STRANGER, "anna", PASSWORD)
    assert house.signing_in.sign_in(STRANGER, "anna", NEW)


def test_a_hash_made_with_less_work_is_renewed_on_the_way_in(house: Installation) -> None:
    anna = house.joined("anna")
    dearer = Passwords(Cost(memory_kib=16, passes=1))
    signing_in = SigningIn(house.accounts, dearer, house.tokens, house.vault)
    signing_in.sign_in(STRANGER, "anna", PASSWORD)
    assert "m=16" in (house.accounts.people.password_hash(anna.user or "") or "")


@pytest.mark.parametrize("token", ["", "x", made(RENEWAL), made(API), "\ud800", "a" * 10_000])
def test_text_that_renews_nothing_is_refused(house: Installation, token: str) -> None:
    with pytest.raises(AccessDenied, match="sign in again"):
        house.signing_in.renew(STRANGER, token)
    assert not is_let_in(house, token)


class _NoLog:
    def write(self, **entry: object) -> None:
        raise StorageError("the log cannot be written")


def test_nobody_gets_in_unless_it_is_written_down(house: Installation) -> None:
    anna = house.joined("anna")
    house.accounts.audit = _NoLog()  # type: ignore[assignment]
    with pytest.raises(StorageError):
        house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    assert not house.accounts.tokens.sessions(anna.user or "", NOW)


def test_what_signing_in_gives_shows_no_token(house: Installation) -> None:
    house.joined("anna")
    signed_in = house.signing_in.sign_in(STRANGER, "anna", PASSWORD)
    said = repr(signed_in) + str(signed_in)
    assert signed_in.access not in said
    assert signed_in.renewal not in said


def test_no_token_and_no_password_is_kept(house: Installation) -> None:
    house.joined("anna")
    signed_in = house.signing_in.sign_in(STRANGER, "anna", PASSWORD, "a browser")
    files = house.written()
    assert b"a browser" in files
    for secret in (PASSWORD, signed_in.renewal, signed_in.access.split(".")[2]):
        assert secret.encode() not in files
