import statistics
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldex.credentials.passwords import COST, LONGEST, Cost, Passwords
from modeldex.credentials.weak_passwords import is_tried_first
from modeldex.domain.errors import BadPassword

FIRST = sorted(
    """password password1 Password123! P@$$w0rd 12345678 123456789 87654321 1234567890 qwerty123
qwertyuiop 1q2w3e4r 1qaz2wsx !QAZ2wsx zaq12wsx asdfghjkl1 abc12345 abcd1234 a1b2c3d4 iloveyou
letmein1! welcome1 admin123 adminadmin trustno1 sunshine princess football baseball1 superman1
dragon99 monkey12 master01 michael7 charlie.1 summer2026! changeme changeme! secret123 aaaaaaaa
11111111 11223344 12341234 abcabcabc 19900101 31121999 liverpool computer starwars pokemon1
modeldex1 openai2026 qwerty12345 00000000 xxxxxxxx test1234 testtest guest123 root1234
metallica victoria elephant blink182 swordfish garfield einstein Metallica! elephant99 3l3ph4nt
!garfield2026! victoriavictoria architecture blackwood
correcthorsebatterystaple""".split()  # noqa: SIM905  (a list of words reads best as words)
)
CHEAP = Cost(memory_kib=8, passes=1)
passwords = Passwords(CHEAP)
GOOD = "four unrelated words"
KEPT = passwords.hashed(GOOD)


def test_the_work_is_at_least_what_owasp_asks_for() -> None:
    assert COST.memory_kib >= 19 * 1024
    assert COST.passes >= 2


def test_a_hash_says_how_it_was_made() -> None:
    assert Passwords().hashed(GOOD).startswith("$argon2id$v=19$m=32768,t=2,p=1$")


def test_the_right_password_is_let_in() -> None:
    assert passwords.check(GOOD, KEPT) == (True, None)


@pytest.mark.parametrize("wrong", ["", "four unrelated word", GOOD + " ", GOOD.upper(), "\ud800"])
def test_any_other_is_not(wrong: str) -> None:
    assert passwords.check(wrong, KEPT) == (False, None)


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hashed(GOOD) != KEPT


@given(st.text(st.characters(codec="utf-8"), min_size=8, max_size=LONGEST))
@settings(max_examples=60, deadline=None)
def test_every_password_that_is_taken_lets_in_again(password: str) -> None:
    try:
        kept = passwords.hashed(password)
    except BadPassword:
        return
    assert passwords.check(password, kept).right


def test_no_character_of_a_long_password_is_dropped() -> None:
    long = "".join(chr(0x4E00 + 7 * at) for at in range(LONGEST))
    kept = passwords.hashed(long)
    assert passwords.check(long, kept).right
    assert not passwords.check(long[:-1] + "x", kept).right
    assert not passwords.check(long + "x", kept).right


def test_two_spellings_of_one_text_are_one_password() -> None:
    kept = passwords.hashed("Zoë likes mornings")
    assert passwords.check("Zoe\u0308 likes mornings", kept).right


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ("", "at least 8"),
        ("seven77", "at least 8"),
        ("x" + "ab cd ef" * 16, "at most 128"),
        ("P@ssw0rd2026!", "tried first"),
        ("modeldex", "tried first"),
        ("annabelle1999", "tried first"),
    ],
)
def test_a_poor_password_is_refused(refused: str, why: str) -> None:
    with pytest.raises(BadPassword, match=why) as met:
        passwords.hashed(refused, "annabelle")
    assert not refused or refused not in str(met.value)


@pytest.mark.parametrize("half", ["\ud800 lonely half", "\udfff\ud800\udc01\udbff" * 3])
def test_half_a_character_breaks_nothing(half: str) -> None:
    assert passwords.check(half, passwords.hashed(half)).right


def test_a_hash_made_with_less_work_is_renewed() -> None:
    dearer = Passwords(Cost(memory_kib=16, passes=2))
    right, renewed = dearer.check(GOOD, KEPT)
    assert right
    assert renewed is not None
    assert dearer.check(GOOD, renewed) == (True, None)


def test_a_wrong_password_renews_nothing() -> None:
    assert Passwords(Cost(memory_kib=16, passes=2)).check("wrong", KEPT) == (False, None)


@pytest.mark.parametrize("kept", ["", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$", "$2b$12$abc"])
def test_a_hash_that_is_none_lets_nobody_in(kept: str) -> None:
    assert passwords.check(GOOD, kept) == (False, None)


def test_nobodys_password_is_never_right() -> None:
    assert passwords.check(GOOD, None) == (False, None)


@pytest.mark.alone
def test_a_name_that_nobody_has_takes_as_long() -> None:
    dear = Passwords()
    kept = dear.hashed(GOOD)
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(30):
        known = turn % 2 == 0
        began = time.process_time()
        dear.check("a wrong password", kept if known else None)
        took[known].append(time.process_time() - began)
    ratio = statistics.median(took[True]) / statistics.median(took[False])
    assert 0.8 < ratio < 1.25


@pytest.mark.parametrize(
    "first",
    FIRST,
)
def test_what_is_tried_first_is_known(first: str) -> None:
    assert is_tried_first(first)


@pytest.mark.parametrize(
    "fair",
    ["four unrelated words", "tr4fugl8", "correct-horse-7battery", "73819a29384", "kvQ-81mz"],
)
def test_what_is_not_tried_first_is_let_in(fair: str) -> None:
    assert not is_tried_first(fair)


def test_the_lists_are_loaded_when_a_password_is_chosen() -> None:
    code = "import modeldex.credentials.passwords, sys; print('zxcvbn' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_next_to_no_random_password_is_refused() -> None:
    import random

    chance = random.Random(20261120)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    drawn = ["".join(chance.choices(letters, k=10)) for _ in range(5_000)]
    assert sum(map(is_tried_first, drawn)) < 5
