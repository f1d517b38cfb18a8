from modeldex.storage.accounts.opening import Accounts
from tests.storage.accounts.builders import sealed


def test_no_master_key_was_seen_at_first(accounts: Accounts) -> None:
    assert accounts.ring.versions() == {}


def test_master_keys_are_remembered_by_version(accounts: Accounts) -> None:
    for version in (2, 1):
        assert accounts.ring.add(sealed(version, version)) == sealed(version, version)
    assert accounts.ring.versions() == {1: sealed(1, 1), 2: sealed(2, 2)}


def test_a_version_seen_before_keeps_its_canary(accounts: Accounts) -> None:
    accounts.ring.add(sealed(1))
    assert accounts.ring.add(sealed(9)) == sealed(1)
    assert accounts.ring.versions() == {1: sealed(1)}


def test_who_keeps_a_value_second_gets_the_first(accounts: Accounts) -> None:
    assert accounts.ring.get("jwt") is None
    assert accounts.ring.put_once("jwt", b"one") == b"one"
    assert accounts.ring.put_once("jwt", b"two") == b"one"
    assert accounts.ring.get("jwt") == b"one"


def test_a_value_is_swapped_only_for_the_one_that_stands(accounts: Accounts) -> None:
    accounts.ring.put_once("jwt", b"one")
    assert not accounts.ring.swap("jwt", b"two", b"three")
    assert accounts.ring.swap("jwt", b"one", b"three")
    assert accounts.ring.get("jwt") == b"three"
