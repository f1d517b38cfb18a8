import threading

import pytest

from modeldex.domain.account import Role
from modeldex.domain.errors import UserMistake
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import kept, people, sealed, user


def test_a_person_is_found_as_added(accounts: Accounts) -> None:
    ann = user(role=Role.ADMIN)
    accounts.people.add(ann, "a hash")
    assert accounts.people.get("ann") == ann
    assert accounts.people.password_hash("ann") == "a hash"


def test_nobody_is_there_at_first(accounts: Accounts) -> None:
    assert accounts.people.count() == 0
    assert accounts.people.all() == ()
    assert accounts.people.get("ann") is None
    assert accounts.people.by_name("Ann") is None


@pytest.mark.parametrize(("name", "said"), [("Ann", "aNN"), ("Straße", "STRASSE"), ("ｱnn", "アNN")])
def test_a_name_is_found_whatever_its_case(accounts: Accounts, name: str, said: str) -> None:
    ann = user(name=name)
    accounts.people.add(ann, None)
    assert accounts.people.by_name(said) == (ann, None)


def test_a_name_is_taken_whatever_its_case(accounts: Accounts) -> None:
    accounts.people.add(user("ann", name="Ann"), None)
    with pytest.raises(UserMistake, match="taken"):
        accounts.people.add(user("bob", name="aNN"), None)
    assert accounts.people.count() == 1


def test_of_two_who_want_a_name_at_once_one_gets_it(accounts: Accounts) -> None:
    refused = []

    def add(number: int) -> None:
        try:
            accounts.people.add(user(f"u{number}", name="Ann"), None)
        except UserMistake as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (accounts.people.count(), len(refused)) == (1, 3)


def test_everybody_is_listed_by_name(accounts: Accounts) -> None:
    people(accounts, "cid", "ann", "bob")
    assert [one.id for one in accounts.people.all()] == ["ann", "bob", "cid"]


def test_a_password_is_replaced(accounts: Accounts) -> None:
    accounts.people.add(user(), "old")
    assert accounts.people.set_password("ann", "new")
    assert accounts.people.password_hash("ann") == "new"


def test_a_role_is_given(accounts: Accounts) -> None:
    people(accounts, "ann")
    assert accounts.people.set_role("ann", Role.ADMIN)
    assert accounts.people.get("ann") == user(role=Role.ADMIN)


def test_a_person_is_shut_out_and_let_in_again(accounts: Accounts) -> None:
    people(accounts, "ann")
    assert accounts.people.disable("ann", NOW)
    assert accounts.people.get("ann") == user(disabled_at=NOW)
    assert accounts.people.disable("ann", None)
    assert accounts.people.get("ann") == user()


def test_what_is_done_to_nobody_is_said_not_to_be_done(accounts: Accounts) -> None:
    assert not accounts.people.set_password("ann", "new")
    assert not accounts.people.set_role("ann", Role.ADMIN)
    assert not accounts.people.disable("ann", NOW)
    assert not accounts.people.remove("ann")


def test_a_person_goes_with_all_that_is_theirs(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")
    accounts.connections.add(kept(), sealed())
    accounts.favourites.add("ann", "acme/one")
    assert accounts.people.remove("ann")
    assert accounts.connections.of("ann") == ()
    assert accounts.favourites.of("ann") == ()
    assert [one.id for one in accounts.people.all()] == ["bob"]
