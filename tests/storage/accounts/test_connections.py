from datetime import timedelta

import msgspec
import pytest

from modeldex.domain.errors import NotFound
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import HOUR, kept, people, sealed, user, view


@pytest.fixture(autouse=True)
def _ann_and_bob(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")


def ids(found: object) -> list[str]:
    return [one.id for one in found]


def test_a_connection_is_found_as_added(accounts: Accounts) -> None:
    accounts.connections.add(kept(base_url="https://own.example"), sealed())
    assert accounts.connections.get("ann", "c1") == kept(base_url="https://own.example")
    assert accounts.connections.sealed("ann", "c1") == sealed()


def test_a_connection_may_have_no_key(accounts: Accounts) -> None:
    accounts.connections.add(kept(last4=None, fingerprint=""), None)
    assert accounts.connections.get("ann", "c1") == kept(last4=None, fingerprint="")
    assert accounts.connections.sealed("ann", "c1") is None


def test_connections_are_listed_from_the_oldest(accounts: Accounts) -> None:
    for name, age in (("new", 1), ("old", 3), ("mid", 2)):
        accounts.connections.add(kept(name, created_at=NOW - age * HOUR), None)
    assert ids(accounts.connections.of("ann")) == ["old", "mid", "new"]


def test_a_connection_of_nobody_is_refused(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.connections.add(kept(user="nobody"), sealed())


def test_a_replaced_key_stands_alone(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed(1))
    later = kept(label="home", changed_at=NOW + HOUR, created_at=NOW + HOUR)
    assert accounts.connections.replace(later, sealed(2))
    expected = msgspec.structs.replace(later, created_at=NOW)
    assert accounts.connections.get("ann", "c1") == expected
    assert accounts.connections.sealed("ann", "c1") == sealed(2)


def test_a_connection_can_lose_its_key(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    assert accounts.connections.replace(kept(last4=None, fingerprint=""), None)
    assert accounts.connections.sealed("ann", "c1") is None


def test_what_another_key_showed_is_forgotten(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    accounts.views.put(view())
    accounts.connections.replace(kept(fingerprint="another"), sealed(2))
    assert accounts.views.get("ann", "c1") is None


def test_what_the_same_key_showed_stays(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    accounts.views.put(view())
    accounts.connections.replace(kept(label="home"), sealed(2))
    assert accounts.views.get("ann", "c1") == view()


def test_a_connection_that_was_removed_cannot_be_replaced(accounts: Accounts) -> None:
    assert not accounts.connections.replace(kept(), sealed())
    assert accounts.connections.of("ann") == ()


def test_a_new_label_leaves_the_key(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    assert accounts.connections.rename("ann", "c1", "home")
    assert accounts.connections.get("ann", "c1") == kept(label="home")
    assert accounts.connections.sealed("ann", "c1") == sealed()


def test_a_removed_connection_goes_with_its_key_and_its_view(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    accounts.views.put(view())
    assert accounts.connections.remove("ann", "c1")
    assert not accounts.connections.remove("ann", "c1")
    assert accounts.connections.sealed("ann", "c1") is None
    assert accounts.views.of("ann") == {}


def test_removing_a_key_leaves_the_others(accounts: Accounts) -> None:
    for number in range(9):
        accounts.connections.add(kept(f"c{number}"), sealed(number))
    accounts.connections.remove("ann", "c4")
    left = {
        one.id: accounts.connections.sealed("ann", one.id) for one in accounts.connections.of("ann")
    }
    assert left == {f"c{number}": sealed(number) for number in range(9) if number != 4}


def test_keys_of_other_master_keys_are_found_from_where_one_stopped(accounts: Accounts) -> None:
    for name, version in (("c1", 1), ("c2", 2), ("c3", 3), ("c4", 1)):
        accounts.connections.add(kept(name), sealed(version=version))
    accounts.connections.add(kept("c0"), None)
    found = accounts.connections.sealed_otherwise(3, 2)
    assert found == [(kept("c1"), sealed(version=1)), (kept("c2"), sealed(version=2))]
    assert accounts.connections.sealed_otherwise(3, 2, after="c2") == [(kept("c4"), sealed())]


def test_keys_of_newer_master_keys_are_found_too(accounts: Accounts) -> None:
    for name, version in (("c1", 1), ("c2", 2)):
        accounts.connections.add(kept(name), sealed(version=version))
    assert accounts.connections.sealed_otherwise(1, 2) == [(kept("c2"), sealed(version=2))]


def test_kept_keys_are_counted_by_master_key(accounts: Accounts) -> None:
    for name, version in (("c1", 1), ("c2", 2), ("c4", 1)):
        accounts.connections.add(kept(name), sealed(version=version))
    accounts.connections.add(kept("c0"), None)
    assert accounts.connections.versions() == {1: 2, 2: 1}


def test_a_key_is_wrapped_anew_and_nothing_else_changes(accounts: Accounts) -> None:
    accounts.connections.add(kept(), sealed())
    accounts.views.put(view())
    assert accounts.connections.rewrap("c1", sealed(), sealed(2, version=2))
    assert accounts.connections.sealed("ann", "c1") == sealed(2, version=2)
    assert accounts.connections.get("ann", "c1") == kept()
    assert accounts.views.get("ann", "c1") == view()


@pytest.mark.parametrize("field", ["version", "wrapped", "nonce", "body"])
def test_a_key_that_was_replaced_meanwhile_is_not_wrapped_anew(
    accounts: Accounts, field: str
) -> None:
    accounts.connections.add(kept(), sealed())
    other = getattr(sealed(3, version=3), field)
    read_before = msgspec.structs.replace(sealed(), **{field: other})
    assert not accounts.connections.rewrap("c1", read_before, sealed(2, version=2))
    assert accounts.connections.sealed("ann", "c1") == sealed()


def test_a_connection_falls_due_when_its_view_is_old_or_missing(accounts: Accounts) -> None:
    for name, age in (("fresh", 0), ("older", 3), ("old", 2)):
        made = kept(name, changed_at=NOW - timedelta(days=9))
        accounts.connections.add(made, sealed())
        accounts.views.put(view(name, checked_at=NOW - age * HOUR))
    accounts.connections.add(kept("never", "bob"), None)
    assert ids(accounts.connections.due(NOW - HOUR, 9)) == ["never", "older", "old"]
    assert ids(accounts.connections.due(NOW - HOUR, 2)) == ["never", "older"]


def test_a_connection_falls_due_when_it_changed_since(accounts: Accounts) -> None:
    accounts.connections.add(kept(changed_at=NOW + HOUR), sealed())
    accounts.views.put(view())
    assert ids(accounts.connections.due(NOW - HOUR, 9)) == ["c1"]


def test_connections_of_who_is_shut_out_never_fall_due(accounts: Accounts) -> None:
    accounts.people.add(user("cid", disabled_at=NOW), None)
    accounts.connections.add(kept(user="cid"), sealed())
    assert accounts.connections.due(NOW, 9) == ()
