import pytest

from modeldex.domain.errors import NotFound
from modeldex.storage.accounts.opening import Accounts
from tests.storage.accounts.builders import people


def test_preferences_are_empty_at_first(accounts: Accounts) -> None:
    assert accounts.preferences.get("ann") == {}


def test_preferences_are_put_anew_as_a_whole(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.preferences.put("ann", {"theme": "dark", "columns": ["id", "price"]})
    accounts.preferences.put("ann", {"theme": None, "größe": 2})
    assert accounts.preferences.get("ann") == {"theme": None, "größe": 2}


def test_nobody_prefers_nothing(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.preferences.put("nobody", {})
