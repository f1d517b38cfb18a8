import pytest

from modeldex.domain.errors import NotFound
from modeldex.storage.accounts.opening import Accounts
from tests.storage.accounts.builders import people


def test_favourites_are_marked_once(accounts: Accounts) -> None:
    people(accounts, "ann")
    assert accounts.favourites.add("ann", "acme/two")
    assert accounts.favourites.add("ann", "acme/one")
    assert not accounts.favourites.add("ann", "acme/two")
    assert accounts.favourites.of("ann") == ("acme/one", "acme/two")


def test_a_favourite_is_unmarked(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.favourites.add("ann", "acme/one")
    assert accounts.favourites.remove("ann", "acme/one")
    assert not accounts.favourites.remove("ann", "acme/one")
    assert accounts.favourites.of("ann") == ()


def test_nobody_marks_nothing(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.favourites.add("nobody", "acme/one")
