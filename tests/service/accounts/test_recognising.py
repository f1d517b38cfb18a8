from datetime import timedelta

import pytest

from modeldex.credentials.access_tokens import AccessTokens
from modeldex.credentials.api_tokens import API, made
from modeldex.domain.account import Actor, Role
from modeldex.domain.errors import AccessDenied, NotFound, UserMistake
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.programs import MOST, add_token, revoke_token
from modeldex.service.accounts.single_user import USER, ensured, fresh
from tests.conftest import NOW
from tests.credentials.rings import ring
from tests.service.accounts.conftest import PASSWORD, Installation


def person(house: Installation, name: str = "anna", role: Role = Role.USER) -> Actor:
    user = house.people.add(Occasion(NOW), name, PASSWORD, role)
    return Actor(user=user.id, role=role, by="session")


def on(actor: Actor) -> Occasion:
    return Occasion(NOW, actor.user)


def is_let_in(house: Installation, token: str, after: timedelta = timedelta()) -> bool:
    try:
        house.recognising.actor(token, NOW + after)
    except AccessDenied:
        return False
    return True


def test_a_program_is_known_by_its_token(house: Installation) -> None:
    anna = person(house)
    _, text = add_token(house.accounts, on(anna), anna, "bot", frozenset({"read"}))
    actor = house.recognising.actor(text, NOW)
    assert (actor.user, actor.by, actor.scopes) == (anna.user, "token", {"read"})
    assert [actor.may(scope) for scope in ("read", "keys", "admin")] == [True, False, False]


def test_a_token_without_scopes_may_what_its_user_may(house: Installation) -> None:
    root = person(house, "root", Role.ADMIN)
    _, text = add_token(house.accounts, on(root), root, "all")
    assert house.recognising.actor(text, NOW).may("admin")
    person(house, "other", Role.ADMIN)
    house.people.set_role(Occasion(NOW), root.user, Role.USER)
    assert not house.recognising.actor(text, NOW).may("admin")


def test_a_token_ends_when_it_was_said_to(house: Installation) -> None:
    anna = person(house)
    ends = NOW + timedelta(hours=1)
    _, text = add_token(house.accounts, on(anna), anna, "bot", expires_at=ends)
    assert is_let_in(house, text)
    assert not is_let_in(house, text, timedelta(hours=1))


def test_a_token_taken_back_is_refused_at_once(house: Installation) -> None:
    anna = person(house)
    token, text = add_token(house.accounts, on(anna), anna, "bot")
    revoke_token(house.accounts, on(anna), anna, token.id)
    assert not is_let_in(house, text)
    with pytest.raises(NotFound):
        revoke_token(house.accounts, on(anna), anna, token.id)


def test_nobody_takes_back_another_persons_token(house: Installation) -> None:
    anna, ben = person(house), person(house, "ben")
    token, text = add_token(house.accounts, on(anna), anna, "bot")
    with pytest.raises(NotFound):
        revoke_token(house.accounts, on(ben), ben, token.id)
    assert is_let_in(house, text)


def test_a_token_of_who_is_shut_out_is_refused(house: Installation) -> None:
    person(house, "root", Role.ADMIN)
    anna = person(house)
    _, text = add_token(house.accounts, on(anna), anna, "bot")
    house.people.disable(Occasion(NOW), anna.user)
    assert not is_let_in(house, text)


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [
        ({"read"}, {"keys"}),
        ({"read"}, {"read", "refresh"}),
        ({"read"}, None),
        (None, {"admin"}),
    ],
)
def test_no_token_makes_a_mightier_one(
    house: Installation, scopes: set[str] | None, asked: set[str] | None
) -> None:
    anna = person(house)
    actor = Actor(
        user=anna.user,
        role=Role.USER,
        by="token",
        scopes=None if scopes is None else frozenset(scopes),
    )
    wanted = None if asked is None else frozenset(asked)
    with pytest.raises(AccessDenied, match="no more than"):
        add_token(house.accounts, on(anna), actor, "bot", wanted)


@pytest.mark.parametrize(("hours", "made"), [(1, True), (2, True), (2.001, False), (None, False)])
def test_a_token_that_ends_makes_none_that_lasts_longer(
    house: Installation, hours: float | None, made: bool
) -> None:
    anna = person(house)
    ends = NOW + timedelta(hours=2)
    _, text = add_token(house.accounts, on(anna), anna, "bot", expires_at=ends)
    program = house.recognising.actor(text, NOW)
    wanted = None if hours is None else NOW + timedelta(hours=hours)
    if made:
        assert add_token(house.accounts, on(anna), program, "another", expires_at=wanted)
        return
    with pytest.raises(AccessDenied, match="no longer than"):
        add_token(house.accounts, on(anna), program, "another", expires_at=wanted)


@pytest.mark.parametrize(
    ("name", "scopes", "hours"),
    [
        ("", None, 1),
        ("  ", None, 1),
        ("x" * 201, None, 1),
        ("bot", {"all"}, 1),
        ("bot", set(), 1),
        ("bot", None, 0),
        ("bot", None, -1),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    house: Installation, name: str, scopes: set[str] | None, hours: int
) -> None:
    anna = person(house)
    wanted = None if scopes is None else frozenset(scopes)
    with pytest.raises(UserMistake):
        add_token(house.accounts, on(anna), anna, name, wanted, NOW + timedelta(hours=hours))


def test_nobody_has_tokens_without_end(house: Installation) -> None:
    anna = person(house)
    for turn in range(MOST):
        add_token(house.accounts, on(anna), anna, f"bot {turn}")
    with pytest.raises(UserMistake, match="take one back"):
        add_token(house.accounts, on(anna), anna, "one more")


def test_tokens_are_written_down_by_their_id(house: Installation) -> None:
    anna = person(house)
    token, text = add_token(house.accounts, on(anna), anna, "bot")
    revoke_token(house.accounts, on(anna), anna, token.id)
    assert house.said()[1:] == [
        ("token.add", token.id, "done"),
        ("token.remove", token.id, "done"),
    ]
    assert text.encode() not in house.written()


@pytest.mark.parametrize("token", ["", "mdx_", made(API), "mdx_\ud800", "Bearer x", "a.b.c"])
def test_any_other_text_is_refused_in_the_same_words(house: Installation, token: str) -> None:
    with pytest.raises(AccessDenied, match=r"^sign in again$"):
        house.recognising.actor(token, NOW)


def test_a_genuine_token_of_no_session_is_refused(house: Installation) -> None:
    anna = person(house)
    assert not is_let_in(house, house.tokens.issue(anna.user, "no such session", "one", NOW))


def test_a_genuine_token_with_another_persons_session_is_refused(house: Installation) -> None:
    person(house)
    ben = person(house, "ben")
    hers = house.signing_in.sign_in(Occasion(NOW), "anna", PASSWORD)
    assert not is_let_in(house, house.tokens.issue(ben.user, hers.session, "one", NOW))


def test_a_token_of_another_master_key_is_refused(house: Installation) -> None:
    person(house)
    hers = house.signing_in.sign_in(Occasion(NOW), "anna", PASSWORD)
    forged = AccessTokens(ring(1, of="elsewhere")).issue(hers.user, hers.session, "one", NOW)
    assert not is_let_in(house, forged)


def test_a_session_can_be_told_from_the_token(house: Installation) -> None:
    person(house)
    hers = house.signing_in.sign_in(Occasion(NOW), "anna", PASSWORD)
    actor, session = house.recognising.of_session(hers.access, NOW)
    assert (actor.user, session) == (hers.user, hers.session)


def test_the_one_user_is_known_by_the_token_of_this_start() -> None:
    single, token = fresh()
    assert single.actor(token) == Actor(user=USER, role=Role.ADMIN, by="single")


@pytest.mark.parametrize("other", ["", "x", fresh(bytes)[1], "\ud800"])
def test_no_other_token_is_the_one_users(other: str) -> None:
    single, _ = fresh()
    with pytest.raises(AccessDenied):
        single.actor(other)


def test_each_start_has_a_token_of_its_own() -> None:
    assert fresh()[1] != fresh()[1]


def test_the_one_user_is_added_once(house: Installation) -> None:
    first = ensured(house.accounts.people, NOW)
    assert ensured(house.accounts.people, NOW + timedelta(days=1)) == first
    assert (first.id, first.role) == (USER, Role.ADMIN)
    assert house.accounts.people.count() == 1
