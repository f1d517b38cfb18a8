import copy
import itertools
import pickle

import pytest

from modeldex.credentials.key_ring import Purpose, derived
from modeldex.domain.errors import Locked
from tests.credentials.rings import key, ring


def test_no_two_purposes_share_a_key() -> None:
    keys = [derived(key(1), purpose) for purpose in Purpose]
    assert len({*keys, key(1)}) == len(Purpose) + 1


def test_no_two_versions_share_a_key() -> None:
    both = ring(2, 1)
    keys = [both.derived(v, p) for v, p in itertools.product((1, 2), Purpose)]
    assert len(set(keys)) == 2 * len(Purpose)


def test_a_derived_key_is_as_the_standard_has_it() -> None:
    """By the two steps of RFC 5869, written out."""
    import hmac

    extracted = hmac.digest(bytes(32), key(1), "sha256")
    expanded = hmac.digest(extracted, Purpose.ETAGS.value + b"\x01", "sha256")
    assert derived(key(1), Purpose.ETAGS) == expanded


def test_a_version_that_is_not_here_is_locked_and_named() -> None:
    with pytest.raises(Locked, match="version 7 of the master key is not here"):
        ring(2, 1).derived(7, Purpose.WRAPPING)


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "%r".__mod__])
def test_a_ring_shows_its_versions_alone(shown: object) -> None:
    said = shown(ring(2, 1))  # type: ignore[operator]
    assert key(1).hex() not in said
    assert repr(key(1)) not in said


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_ring_is_never_copied_out(copied: object) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        copied(ring(1))  # type: ignore[operator]
