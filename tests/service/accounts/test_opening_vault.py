from pathlib import Path
from typing import Any

import msgspec
import pytest

from modeldex.credentials.key_ring import KeyRing
from modeldex.credentials.vault import Place, Vault
from modeldex.domain.account import Sealed
from modeldex.domain.errors import Locked, Tampered
from modeldex.domain.secret import Secret
from modeldex.service.accounts.opening_vault import open_vault, reseal_root
from modeldex.storage.accounts.opening import open_accounts
from modeldex.storage.accounts.ring import Ring
from tests.credentials.rings import key, ring
from tests.service.accounts.conftest import Installation

PLACE = Place("anna", "c1", "groq", "https://api.groq.com:443")


def sealed_now(vault: Vault) -> str:
    """Something that only the same root gives."""
    return vault.fingerprint("key", PLACE.host)


def everything(house: Installation) -> tuple[dict[int, Sealed], bytes | None]:
    return house.accounts.ring.versions(), house.accounts.ring.get("root")


def test_a_vault_opens_again_with_the_same_master_key(house: Installation) -> None:
    again = open_vault(ring(1), house.accounts.ring)
    assert sealed_now(again) == sealed_now(house.vault)
    assert again.open(house.vault.seal("key", PLACE), PLACE) == Secret("key")


def test_another_master_key_is_refused_and_changes_nothing(house: Installation) -> None:
    before = everything(house)
    with pytest.raises(Locked, match=r"version 1 .* not the one that keys were kept with"):
        open_vault(ring(1, of="elsewhere"), house.accounts.ring)
    with pytest.raises(Locked, match="version 1"):
        open_vault(ring(2, 1, of="elsewhere"), house.accounts.ring)
    assert everything(house) == before


def test_a_new_master_key_without_the_old_one_is_refused(house: Installation) -> None:
    before = everything(house)
    with pytest.raises(Locked, match="version 1 of the master key is not here"):
        open_vault(ring(2), house.accounts.ring)
    assert everything(house) == before


def test_a_new_master_key_beside_the_old_one_is_taken_and_remembered(house: Installation) -> None:
    assert sealed_now(open_vault(ring(2, 1), house.accounts.ring)) == sealed_now(house.vault)
    assert list(house.accounts.ring.versions()) == [1, 2]
    with pytest.raises(Locked, match="version 2"):
        open_vault(ring(2, of="elsewhere"), house.accounts.ring)


class Late:
    """What a replica sees that looked just before another one brought its own version 2."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    def versions(self) -> dict[int, Sealed]:
        return {1: self._ring.versions()[1]}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ring, name)


def test_of_two_replicas_with_two_new_master_keys_one_is_refused(house: Installation) -> None:
    open_vault(KeyRing({1: key(1), 2: key(2)}, 2), house.accounts.ring)
    other = KeyRing({1: key(1), 2: key(2, "elsewhere")}, 2)
    with pytest.raises(Locked, match="version 2"):
        open_vault(other, Late(house.accounts.ring))  # type: ignore[arg-type]


def test_the_old_master_key_may_go_once_the_root_is_resealed(house: Installation) -> None:
    assert reseal_root(open_vault(ring(2, 1), house.accounts.ring), house.accounts.ring)
    assert sealed_now(open_vault(ring(2), house.accounts.ring)) == sealed_now(house.vault)


def test_resealing_the_root_twice_does_nothing(house: Installation) -> None:
    both = open_vault(ring(2, 1), house.accounts.ring)
    reseal_root(both, house.accounts.ring)
    before = everything(house)
    assert not reseal_root(both, house.accounts.ring)
    assert everything(house) == before


def test_two_installations_have_two_roots(house: Installation, tmp_path: Path) -> None:
    accounts = open_accounts(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere = open_vault(ring(1), accounts.ring)
    accounts.close()
    assert sealed_now(elsewhere) != sealed_now(house.vault)


@pytest.mark.parametrize("body", [b"", b"\x80", b"not a root"])
def test_a_damaged_root_is_said(house: Installation, body: bytes) -> None:
    root = house.accounts.ring.get("root")
    assert root is not None
    house.accounts.ring.swap("root", root, body)
    with pytest.raises(Tampered, match="damaged"):
        open_vault(ring(1), house.accounts.ring)


def test_a_changed_root_opens_nothing(house: Installation) -> None:
    root = house.accounts.ring.get("root")
    assert root is not None
    other = msgspec.msgpack.encode(house.vault.seal("r" * 32, PLACE))
    house.accounts.ring.swap("root", root, other)
    with pytest.raises(Locked):
        open_vault(ring(1), house.accounts.ring)
