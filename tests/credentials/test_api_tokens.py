import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.credentials.api_tokens import API, RENEWAL, SETUP, hashed, is_it, is_well_formed, made
from tests.credentials.rings import Counted

TOKEN = made(API, Counted())
bodies = st.binary(min_size=20, max_size=20)


@pytest.mark.parametrize("prefix", [API, RENEWAL, SETUP])
def test_a_token_is_known_by_its_prefix(prefix: str) -> None:
    token = made(prefix)
    assert re.fullmatch(prefix + "[a-z2-7]{39}", token)
    assert [is_well_formed(token, other) for other in (API, RENEWAL, SETUP)].count(True) == 1
    assert is_well_formed(token, prefix)


def test_a_token_has_160_random_bits() -> None:
    asked: list[int] = []
    made(API, lambda size: asked.append(size) or bytes(size))  # type: ignore[func-returns-value]
    assert asked == [20]


@given(bodies, bodies)
def test_different_bits_make_different_tokens(one: bytes, other: bytes) -> None:
    same = made(API, lambda _: one) == made(API, lambda _: other)
    assert same == (one == other)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567_-A"))
def test_one_wrong_letter_is_told_by_the_checksum(at: int, letter: str) -> None:
    mistyped = TOKEN[:at] + letter + TOKEN[at + 1 :]
    assert is_well_formed(mistyped) == (mistyped == TOKEN)


@given(st.text(max_size=60))
def test_other_text_is_no_token(text: str) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize("end", ["\n", " ", "\0", "a", "\r\n"])
def test_nothing_may_follow_a_token(end: str) -> None:
    assert not is_well_formed(TOKEN + end)


def test_what_is_kept_does_not_give_the_token() -> None:
    assert re.fullmatch("[0-9a-f]{64}", hashed(TOKEN))
    assert TOKEN[4:] not in hashed(TOKEN)


def test_a_token_is_found_again_by_its_hash() -> None:
    assert is_it(TOKEN, hashed(TOKEN))
    assert not is_it(made(), hashed(TOKEN))
    assert not is_it("\ud800", hashed(TOKEN))
