import pytest

from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import HOUR, kept, people, view


def test_a_listing_is_found_by_its_hash(accounts: Accounts) -> None:
    accounts.listings.put("ab12", b"\x00 a listing")
    assert accounts.listings.get("ab12") == b"\x00 a listing"
    assert accounts.listings.get("cd34") is None


def test_a_listing_put_twice_is_kept_once(accounts: Accounts) -> None:
    accounts.listings.put("ab12", b"first")
    accounts.listings.put("ab12", b"again")
    assert accounts.listings.get("ab12") == b"first"


def test_a_listing_that_a_view_shows_is_never_swept(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.connections.add(kept(), None)
    accounts.listings.put("ab12", b"shown")
    accounts.views.put(view(listing="ab12"))
    assert [accounts.listings.sweep(NOW + n * HOUR, HOUR) for n in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(("later", "swept"), [(0, 0), (1, 0), (2, 1), (9, 1)])
def test_a_listing_that_nobody_shows_is_swept_in_time(
    accounts: Accounts, later: int, swept: int
) -> None:
    accounts.listings.put("ab12", b"shown by nobody")
    accounts.listings.sweep(NOW, 2 * HOUR)
    assert accounts.listings.sweep(NOW + later * HOUR, 2 * HOUR) == swept


def test_a_listing_put_again_is_spared(accounts: Accounts) -> None:
    accounts.listings.put("ab12", b"seen again")
    accounts.listings.sweep(NOW, HOUR)
    accounts.listings.put("ab12", b"seen again")
    assert accounts.listings.sweep(NOW + 2 * HOUR, HOUR) == 0


def test_all_listings_are_read_in_pages(accounts: Accounts) -> None:
    for name in "cab":
        accounts.listings.put(name, name.encode())
    assert accounts.listings.page("", 2) == [("a", b"a"), ("b", b"b")]
    assert accounts.listings.page("b", 2) == [("c", b"c")]
    assert accounts.listings.page("c", 2) == []
