import threading

import msgspec
import pytest

from modeldex.domain.outcome import Outcome
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import HOUR, kept, people, sealed, view


@pytest.fixture(autouse=True)
def _ann_is_connected(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.connections.add(kept(), sealed())


def test_a_connection_shows_nothing_at_first(accounts: Accounts) -> None:
    assert accounts.views.get("ann", "c1") is None
    assert accounts.views.of("ann") == {}


def test_a_view_takes_the_place_of_the_earlier(accounts: Accounts) -> None:
    failed = view(outcome=Outcome.TIMEOUT, message="no answer", checked_at=NOW + HOUR)
    assert accounts.views.put(view())
    assert accounts.views.put(failed)
    assert accounts.views.of("ann") == {"c1": failed}


def test_a_view_may_show_no_list(accounts: Accounts) -> None:
    none = view(listing="", fetched_at=None, outcome=Outcome.UNREACHABLE)
    accounts.views.put(none)
    assert accounts.views.get("ann", "c1") == none


def test_a_view_of_a_removed_connection_is_not_kept(accounts: Accounts) -> None:
    accounts.connections.remove("ann", "c1")
    assert not accounts.views.put(view())
    assert accounts.views.of("ann") == {}


def test_a_view_is_kept_of_the_connection_that_was_asked(accounts: Accounts) -> None:
    assert accounts.views.put(view(), asked=accounts.connections.get("ann", "c1"))


@pytest.mark.parametrize("differs", [{"changed_at": NOW + HOUR}, {"user": "bob"}, {"id": "c2"}])
def test_what_a_connection_showed_before_it_changed_is_not_kept(
    accounts: Accounts, differs: dict[str, object]
) -> None:
    asked = msgspec.structs.replace(kept(), **differs)
    assert not accounts.views.put(view(), asked)
    assert accounts.views.of("ann") == {}


def test_what_a_key_showed_while_it_was_being_replaced_is_not_kept(accounts: Accounts) -> None:
    kept_now: list[bool] = []
    thread = threading.Thread(target=lambda: kept_now.append(accounts.views.put(view(), kept())))
    with accounts.transaction():
        accounts.connections.replace(kept(changed_at=NOW + HOUR), sealed(2))
        thread.start()
        thread.join(0.3)
    thread.join()
    assert kept_now == [False]
    assert accounts.views.of("ann") == {}
