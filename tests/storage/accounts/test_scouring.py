import random
from pathlib import Path

import pytest

from modeldex.domain.account import Sealed
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.storage.accounts.builders import kept, people, sealed


def bytes_on_disk(folder: Path) -> bytes:
    """What a thief of the file and of all beside it reads."""
    return b"".join(path.read_bytes() for path in sorted((folder / "accounts").iterdir()))


def left(folder: Path, key: Sealed) -> bool:
    found = bytes_on_disk(folder)
    parts = [key.wrapped, key.nonce, key.body]
    return any(part[at : at + 12] in found for part in parts for at in range(0, len(part) - 11, 6))


def test_a_key_is_on_the_disk_while_it_is_kept(lite: Accounts, tmp_path: Path) -> None:
    people(lite, "ann")
    lite.connections.add(kept(), sealed())
    assert left(tmp_path, sealed())


@pytest.mark.parametrize("size", [16, 60, 5000])
def test_a_removed_key_is_not_on_the_disk(lite: Accounts, tmp_path: Path, size: int) -> None:
    people(lite, "ann")
    lite.connections.add(kept(), sealed(size=size))
    lite.connections.remove("ann", "c1")
    assert not left(tmp_path, sealed(size=size))


def test_a_replaced_key_is_not_on_the_disk(lite: Accounts, tmp_path: Path) -> None:
    people(lite, "ann")
    lite.connections.add(kept(), sealed(1))
    lite.connections.replace(kept(), sealed(2))
    assert not left(tmp_path, sealed(1))
    assert left(tmp_path, sealed(2))


def test_a_key_goes_from_the_disk_with_its_user(lite: Accounts, tmp_path: Path) -> None:
    people(lite, "ann")
    lite.connections.add(kept(), sealed())
    lite.people.remove("ann")
    assert not left(tmp_path, sealed())


def test_a_key_removed_in_a_longer_transaction_is_not_on_the_disk(
    lite: Accounts, tmp_path: Path
) -> None:
    people(lite, "ann")
    lite.connections.add(kept(), sealed())
    with lite.transaction():
        lite.connections.remove("ann", "c1")
        lite.favourites.add("ann", "acme/one")
    assert not left(tmp_path, sealed())


def test_a_reader_in_the_way_only_delays_the_cleaning(lite: Accounts, tmp_path: Path) -> None:
    other = open_accounts(f"sqlite:///{tmp_path}/accounts/accounts.db")
    people(lite, "ann")
    lite.connections.add(kept(), sealed())
    with other._database.reading() as db:
        db.exec_driver_sql("SELECT count(*) FROM sealed_key").scalar()
        lite.connections.remove("ann", "c1")
    lite.favourites.add("ann", "acme/one")
    other.close()
    assert not left(tmp_path, sealed())


def test_keys_of_an_old_master_key_go_when_scoured(lite: Accounts, tmp_path: Path) -> None:
    people(lite, "ann")
    for number in range(40):
        lite.connections.add(kept(f"c{number}"), sealed(number))
    for number in range(40):
        lite.connections.rewrap(f"c{number}", sealed(number), sealed(100 + number, version=2))
    lite.connections.scour()
    assert not any(left(tmp_path, sealed(number)) for number in range(40))
    assert lite.connections.sealed("ann", "c7") == sealed(107, version=2)


@pytest.mark.parametrize("seed", [1, 13, 16])
def test_no_removed_key_is_on_the_disk_after_many_changes(
    lite: Accounts, tmp_path: Path, seed: int
) -> None:
    """Trees are balanced, pages reused; with these seeds `secure_delete` alone leaves a key."""
    rng, kept_now, gone = random.Random(seed), {}, []
    people(lite, "ann")
    for number in range(250):
        key = sealed(1000 + number, size=rng.choice((40, 60, 200, 1000, 5000)))
        name = rng.choice(sorted(kept_now)) if kept_now and rng.random() < 0.5 else f"n{number}"
        if name not in kept_now:
            lite.connections.add(kept(name, label="x" * rng.randint(0, 200)), key)
            kept_now[name] = key
        elif rng.random() < 0.5:
            lite.connections.replace(kept(name), key)
            gone.append(kept_now[name])
            kept_now[name] = key
        else:
            lite.connections.remove("ann", name)
            gone.append(kept_now.pop(name))
    assert gone
    found = bytes_on_disk(tmp_path)
    assert not [key for key in gone if key.body[:16] in found or key.wrapped[-16:] in found]
