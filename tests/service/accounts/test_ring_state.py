"""How the master keys stand, told by version alone."""

from modeldex.credentials.vault import Vault, canary
from modeldex.service.accounts.keeping import Given
from modeldex.service.accounts.opening_vault import open_vault
from modeldex.service.accounts.ring_state import Canary, RingState, ring_state
from modeldex.service.accounts.rotating import rotate
from tests.credentials.rings import ring
from tests.service.accounts.conftest import Installation
from tests.service.accounts.test_keeping import GROQ, KEY


def told(state: RingState) -> list[tuple[int, bool, Canary]]:
    return [(one.version, one.current, one.canary) for one in state.versions]


def test_the_one_master_key_is_right(house: Installation) -> None:
    state = ring_state(house.vault, house.accounts)
    assert told(state) == [(1, True, Canary.RIGHT)]
    assert state.rotated


def test_a_key_under_an_older_version_is_told_until_it_is_rotated(house: Installation) -> None:
    on = house.joined("ann")
    house.keeping.add(on, Given(provider=GROQ, key=KEY))
    vault = open_vault(ring(2, 1), house.accounts.ring)
    state = ring_state(vault, house.accounts)
    assert told(state) == [(2, True, Canary.RIGHT), (1, False, Canary.RIGHT)]
    assert not state.rotated
    rotate(house.accounts, vault, on)
    assert ring_state(vault, house.accounts).rotated


def test_a_key_under_a_newer_version_is_told_when_the_rotation_was_backed_out_of(
    house: Installation,
) -> None:
    on = house.joined("ann")
    house.keeping.add(on, Given(provider=GROQ, key=KEY))
    rotate(house.accounts, open_vault(ring(2, 1), house.accounts.ring), on)
    back = open_vault(ring(1, 2), house.accounts.ring)
    assert not ring_state(back, house.accounts).rotated
    rotate(house.accounts, back, on)
    assert ring_state(back, house.accounts).rotated


def test_a_version_that_is_not_given_any_more_is_not_at_hand(house: Installation) -> None:
    both = open_vault(ring(2, 1), house.accounts.ring)
    rotate(house.accounts, both, house.joined("ann"))
    state = ring_state(open_vault(ring(2), house.accounts.ring), house.accounts)
    assert told(state) == [(2, True, Canary.RIGHT), (1, False, Canary.NOT_AT_HAND)]


def test_a_version_that_sealed_nothing_yet_was_never_seen(house: Installation) -> None:
    state = ring_state(Vault(ring(2, 1), bytes(32)), house.accounts)
    assert told(state)[0] == (2, True, Canary.NEVER_SEEN)


def test_another_key_under_a_known_version_is_wrong(house: Installation) -> None:
    other = ring(3, 1, of="elsewhere")
    house.accounts.ring.add(canary(other, 3))
    state = ring_state(Vault(ring(3, 1), bytes(32)), house.accounts)
    assert told(state) == [(3, True, Canary.WRONG), (1, False, Canary.RIGHT)]
