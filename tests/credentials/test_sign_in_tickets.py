import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.credentials.sign_in_tickets import FOR, Ticket, Tickets
from modeldex.domain.identity import Unproven

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TICKETS = Tickets(b"k" * 32)
GOOD = TICKETS.issue(NOW, lambda size: b"r" * size)


def refused(cookie: str, state: str, now: datetime = NOW, tickets: Tickets = TICKETS) -> bool:
    with pytest.raises(Unproven):
        tickets.read(cookie, state, now)
    return True


def test_a_ticket_comes_back_as_it_was_given() -> None:
    assert TICKETS.read(GOOD.cookie, GOOD.state, NOW + FOR - timedelta(seconds=1)) == GOOD


def test_another_replica_with_the_same_key_reads_it() -> None:
    assert Tickets(b"k" * 32).read(GOOD.cookie, GOOD.state, NOW) == GOOD


def test_another_key_reads_nothing() -> None:
    assert refused(GOOD.cookie, GOOD.state, tickets=Tickets(b"l" * 32))


@pytest.mark.parametrize("late", [FOR, timedelta(days=1), timedelta(minutes=-11)])
def test_a_ticket_is_good_for_its_time(late: timedelta) -> None:
    assert refused(GOOD.cookie, GOOD.state, NOW + late)


def test_no_ticket_goes_with_the_state_of_another() -> None:
    assert refused(GOOD.cookie, TICKETS.issue(NOW).state)


@given(st.integers(0, len(GOOD.cookie) - 1), st.characters())
def test_a_cookie_with_a_letter_changed_is_refused(place: int, letter: str) -> None:
    changed = f"{GOOD.cookie[:place]}{letter}{GOOD.cookie[place + 1 :]}"
    assert changed == GOOD.cookie or refused(changed, GOOD.state)


@given(st.text(), st.text())
def test_what_is_no_cookie_is_refused(cookie: str, state: str) -> None:
    assert refused(cookie, state)


def test_state_nonce_and_verifier_say_nothing_of_each_other() -> None:
    parts = {GOOD.state, GOOD.nonce, GOOD.verifier, GOOD.cookie.rpartition(".")[2]}
    assert len(parts) == 4
    assert GOOD.verifier not in GOOD.cookie


def test_the_verifier_is_one_by_the_standard() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", GOOD.verifier)
    digest = urlsafe_b64encode(sha256(GOOD.verifier.encode()).digest())
    assert GOOD.challenge == digest.rstrip(b"=").decode()


def test_a_ticket_shows_nothing_of_itself() -> None:
    assert repr(GOOD) == "Ticket(…)"
    assert isinstance(GOOD, Ticket)


def test_a_time_that_is_none_is_refused() -> None:
    huge = TICKETS._derived("cookie", f"{'a' * 32}.999999999999")
    assert refused(f"{'a' * 32}.999999999999.{huge}", "x")
