import hmac
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from modeldex.credentials.key_ring import KeyRing, Purpose, derived
from modeldex.credentials.vault import (
    Place,
    Vault,
    canary,
    installation,
    is_right,
    last4,
    opened,
    seal,
)
from modeldex.domain.account import Sealed
from modeldex.domain.errors import Locked, Tampered
from modeldex.domain.secret import Secret
from tests.credentials.rings import Counted, key, ring

KEY = "canary-0123456789abcdefghij-c9f2"
PLACE = Place("anna", "c1", "groq", "https://api.groq.com:443")

keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)
words = st.text(st.characters(codec="utf-8"), max_size=30)
places = st.builds(Place, words, words, words, words)


def vault(*versions: int) -> Vault:
    return Vault(ring(*versions or (1,)), b"r" * 32)


def shut(sealed: Sealed, place: Place, *versions: int) -> bool:
    """Whether opening is refused, without a word of the key."""
    with pytest.raises((Tampered, Locked)) as met:
        vault(*versions).open(sealed, place)
    return KEY not in repr(met.value) and met.value.__cause__ is None


@given(keys, places)
def test_what_is_sealed_opens_in_its_place(said: str, place: Place) -> None:
    assert vault().open(vault().seal(said, place), place) == Secret(said)


@given(places, places)
def test_what_is_sealed_opens_in_no_other_place(place: Place, other: Place) -> None:
    assume(place != other)
    assert shut(vault().seal(KEY, place), other)


@given(st.sampled_from(Place._fields), words)
def test_a_swap_of_any_part_of_the_place_is_noticed(part: str, other: str) -> None:
    assume(other != getattr(PLACE, part))
    assert shut(vault().seal(KEY, PLACE), PLACE._replace(**{part: other}))


@given(words, words, words)
def test_parts_of_a_place_do_not_run_into_each_other(one: str, two: str, three: str) -> None:
    assume(two)
    sealed = vault().seal(KEY, Place(one, two + three, "groq", ""))
    assert shut(sealed, Place(one + two, three, "groq", ""))


def test_a_place_that_only_moves_a_boundary_is_another() -> None:
    sealed = vault().seal(KEY, Place("anna", "c1", "groq", "host"))
    assert shut(sealed, Place("ann", "ac1", "groq", "host"))
    assert shut(sealed, Place("anna", "c1", "groqhost", ""))


@given(st.sampled_from(["wrapped", "nonce", "body"]), st.data())
def test_any_flipped_bit_is_noticed(part: str, data: st.DataObject) -> None:
    sealed = vault().seal(KEY, PLACE)
    body = bytearray(getattr(sealed, part))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    assert shut(msgspec.structs.replace(sealed, **{part: bytes(body)}), PLACE)


@pytest.mark.parametrize("part", ["wrapped", "nonce", "body"])
@pytest.mark.parametrize("keep", [0, 1, 7, 8, 11])
def test_a_cut_is_noticed(part: str, keep: int) -> None:
    sealed = vault().seal(KEY, PLACE)
    cut = getattr(sealed, part)[:keep]
    assert shut(msgspec.structs.replace(sealed, **{part: cut}), PLACE)


@pytest.mark.parametrize(("sealed_with", "said"), [(1, 2), (2, 1)])
def test_another_version_of_the_master_key_is_noticed(sealed_with: int, said: int) -> None:
    sealed = vault(sealed_with).seal(KEY, PLACE)
    assert shut(msgspec.structs.replace(sealed, version=said), PLACE, 2, 1)


def test_the_version_is_bound_in_even_where_two_versions_are_one_key() -> None:
    twins = KeyRing({1: key(1), 2: key(1)}, 1)
    sealed = msgspec.structs.replace(seal(twins, KEY.encode(), PLACE), version=2)
    with pytest.raises(Tampered):
        opened(twins, sealed, PLACE)


@pytest.mark.parametrize("parts", [("wrapped",), ("nonce", "body"), ("nonce",), ("body",)])
def test_parts_of_two_sealed_keys_do_not_mix(parts: tuple[str, ...]) -> None:
    one, other = vault().seal(KEY, PLACE), vault().seal("another", PLACE)
    mixed = msgspec.structs.replace(one, **{part: getattr(other, part) for part in parts})
    assert shut(mixed, PLACE)


def test_a_version_that_is_not_here_leaves_its_keys_locked() -> None:
    sealed = vault(2).seal(KEY, PLACE)
    with pytest.raises(Locked, match="version 2"):
        vault(1).open(sealed, PLACE)


def test_another_installations_master_key_opens_nothing() -> None:
    sealed = vault(1).seal(KEY, PLACE)
    with pytest.raises(Tampered, match="c1"):
        Vault(ring(1, of="elsewhere"), b"r" * 32).open(sealed, PLACE)


def test_nothing_of_a_key_stands_in_what_is_kept() -> None:
    sealed = vault().seal(KEY, PLACE)
    kept = msgspec.json.encode(sealed) + sealed.wrapped + sealed.nonce + sealed.body
    assert not any(KEY[at : at + 6].encode() in kept for at in range(len(KEY) - 5))


def test_sealing_twice_gives_nothing_to_compare() -> None:
    one, other = vault().seal(KEY, PLACE), vault().seal(KEY, PLACE)
    assert not {one.wrapped, one.nonce, one.body} & {other.wrapped, other.nonce, other.body}


def test_nonces_of_many_writes_do_not_repeat() -> None:
    safe = vault()
    sealed = [safe.seal("k", PLACE) for _ in range(5_000)]
    nonces = {one.nonce for one in sealed} | {one.wrapped[:12] for one in sealed}
    assert len(nonces) == 10_000
    assert {len(nonce) for nonce in nonces} == {12}


def test_every_random_byte_is_asked_for_anew() -> None:
    random = Counted()
    seal(ring(1), b"k", PLACE, random)
    assert random.turn == 3


@given(keys)
def test_resealing_changes_the_version_and_not_the_key(said: str) -> None:
    old = vault(1).seal(said, PLACE)
    new = vault(2, 1).reseal(old, PLACE)
    assert (old.version, new.version) == (1, 2)
    assert vault(2).open(new, PLACE) == Secret(said)


def test_resealing_takes_a_new_data_key() -> None:
    old = vault(1).seal(KEY, PLACE)
    new = vault(1).reseal(old, PLACE)
    assert old.body != new.body
    assert old.wrapped != new.wrapped


@pytest.mark.parametrize(
    ("kept_with", "now_with", "right"),
    [("tests", "tests", True), ("tests", "elsewhere", False)],
)
def test_a_canary_tells_a_wrong_master_key(kept_with: str, now_with: str, right: bool) -> None:
    kept = canary(ring(2, 1, of=kept_with), 1)
    assert is_right(ring(2, 1, of=now_with), kept) is right


def test_a_canary_is_no_users_key() -> None:
    with pytest.raises(Tampered):
        vault().open(canary(ring(1), 1), PLACE)
    assert installation("canary").tenant == ""


def test_a_fingerprint_stays_when_the_master_key_is_rotated() -> None:
    host = PLACE.host
    assert vault(1).fingerprint(KEY, host) == vault(2, 1).fingerprint(KEY, host)


@given(keys, keys, words, words)
@settings(max_examples=50)
def test_fingerprints_are_equal_only_for_one_key_at_one_address(
    one: str, other: str, here: str, there: str
) -> None:
    safe = vault()
    same = safe.fingerprint(one, here) == safe.fingerprint(other, there)
    assert same == ((one, here) == (other, there))


def test_a_fingerprint_cannot_be_made_without_the_root() -> None:
    elsewhere = Vault(ring(1), b"s" * 32)
    assert vault().fingerprint(KEY, PLACE.host) != elsewhere.fingerprint(KEY, PLACE.host)


def test_a_fingerprint_has_a_key_of_its_own() -> None:
    parts = b"".join(len(part).to_bytes(4, "big") + part for part in (b"key", b"host"))
    said = hmac.digest(derived(b"r" * 32, Purpose.FINGERPRINTS), parts, "sha256")
    assert vault().fingerprint("key", "host") == said[:16].hex()


def test_the_audit_log_names_a_secret_in_a_way_of_its_own() -> None:
    safe = vault()
    said = safe.fingerprint_for_audit(KEY)
    assert len(said) == 32
    assert said not in (safe.fingerprint(KEY, ""), safe.fingerprint(KEY, PLACE.host))


def test_a_subkey_for_one_purpose_says_nothing_of_another() -> None:
    safe = vault()
    assert len({safe.subkey(purpose) for purpose in Purpose}) == len(Purpose)


@pytest.mark.parametrize("shown", [repr, str, "{}".format])
def test_a_vault_shows_nothing(shown: Callable[[object], str]) -> None:
    assert shown(vault(2, 1)) == "Vault(KeyRing(2, 1))"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("x" * 16 + "c9f2", "c9f2"),
        ("x" * 15 + "c9f2", None),
        ("", None),
        ('{"type":"aws-key","secret":"abcdefgh"}', None),
        ("a key of several words 1234", None),
    ],
)
def test_four_characters_of_a_long_key_are_shown(key: str, shown: str | None) -> None:
    assert last4(key) == shown
