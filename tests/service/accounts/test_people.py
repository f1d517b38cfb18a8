import threading
from datetime import timedelta

import pytest

from modeldex.credentials.api_tokens import SETUP, made
from modeldex.domain.account import Role, User
from modeldex.domain.errors import AccessDenied, BadPassword, NotFound, UserMistake
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.people import CODE_FOR
from tests.conftest import NOW
from tests.service.accounts.conftest import PASSWORD, Installation

ON = Occasion(NOW)


def code(house: Installation) -> str:
    found = house.people.setup_code(NOW)
    assert found is not None
    return found


def test_the_code_makes_the_first_administrator(house: Installation) -> None:
    root = house.people.first_admin(ON, code(house), "root", PASSWORD)
    assert root.role is Role.ADMIN
    assert house.signing_in.sign_in(ON, "root", PASSWORD).user == root.id
    assert house.said()[0] == ("person.add", root.id, "done")


def test_a_second_set_up_is_refused(house: Installation) -> None:
    one, other = code(house), code(house)
    house.people.first_admin(ON, one, "root", PASSWORD)
    for used in (one, other):
        with pytest.raises(AccessDenied):
            house.people.first_admin(ON, used, "evil", PASSWORD)
    assert house.people.setup_code(NOW) is None
    assert house.accounts.people.count() == 1


@pytest.mark.parametrize("guess", ["", "x", made(SETUP), "\ud800", "mds_" + "a" * 39])
def test_a_guess_is_refused(house: Installation, guess: str) -> None:
    code(house)
    with pytest.raises(AccessDenied):
        house.people.first_admin(ON, guess, "evil", PASSWORD)
    assert house.accounts.people.count() == 0


def test_a_code_is_good_for_half_an_hour(house: Installation) -> None:
    shown = code(house)
    with pytest.raises(AccessDenied):
        house.people.first_admin(Occasion(NOW + CODE_FOR), shown, "root", PASSWORD)
    in_time = Occasion(NOW + CODE_FOR - timedelta(seconds=1))
    assert house.people.first_admin(in_time, shown, "root", PASSWORD)


def test_any_replica_takes_the_code_that_another_printed(house: Installation) -> None:
    first, _ = code(house), code(house)
    assert house.people.first_admin(ON, first, "root", PASSWORD)


def test_a_code_survives_a_poor_password(house: Installation) -> None:
    shown = code(house)
    with pytest.raises(BadPassword):
        house.people.first_admin(ON, shown, "root", "password1")
    assert house.people.first_admin(ON, shown, "root", PASSWORD)


def test_of_many_who_set_up_at_once_one_is_the_first(house: Installation) -> None:
    shown, made_admins = code(house), list[User]()

    def set_up(name: str) -> None:
        try:
            made_admins.append(house.people.first_admin(ON, shown, name, PASSWORD))
        except AccessDenied:
            return

    tries = [threading.Thread(target=set_up, args=(f"root{at}",)) for at in range(8)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert len(made_admins) == house.accounts.people.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "\x1b[2J", "a\0b"])
def test_a_name_that_cannot_be_shown_is_refused(house: Installation, name: str) -> None:
    with pytest.raises(UserMistake):
        house.people.add(ON, name, PASSWORD)


def test_a_name_is_one_persons_whatever_its_case(house: Installation) -> None:
    house.people.add(ON, "Anna", PASSWORD)
    with pytest.raises(UserMistake, match="taken"):
        house.people.add(ON, "aNNA", PASSWORD)
    assert [action for action, _, _ in house.said()] == ["person.add"]


def test_who_has_no_password_does_not_sign_in_by_one(house: Installation) -> None:
    house.people.add(ON, "anna", None)
    with pytest.raises(AccessDenied):
        house.signing_in.sign_in(ON, "anna", "")


def test_the_last_administrator_stays(house: Installation) -> None:
    root = house.people.first_admin(ON, code(house), "root", PASSWORD)
    for deed in (
        lambda: house.people.disable(ON, root.id),
        lambda: house.people.set_role(ON, root.id, Role.USER),
    ):
        with pytest.raises(UserMistake, match="last administrator"):
            deed()
    assert house.accounts.people.get(root.id) == root


def test_one_of_two_administrators_may_go(house: Installation) -> None:
    root = house.people.first_admin(ON, code(house), "root", PASSWORD)
    house.people.add(ON, "other", PASSWORD, Role.ADMIN)
    house.people.disable(ON, root.id)
    kept = house.accounts.people.get(root.id)
    assert kept is not None
    assert kept.disabled_at == NOW


def test_nobody_is_not_found(house: Installation) -> None:
    house.people.first_admin(ON, code(house), "root", PASSWORD)
    for deed in (
        lambda: house.people.disable(ON, "nobody"),
        lambda: house.people.enable(ON, "nobody"),
        lambda: house.people.set_role(ON, "nobody", Role.ADMIN),
    ):
        with pytest.raises(NotFound):
            deed()
