from datetime import timedelta

import pytest

from modeldex.domain.errors import NotFound
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import people, user

ISSUER = "https://id.example.com"
LATER = NOW + timedelta(minutes=10)


def test_an_identity_is_somebody_s(accounts: Accounts) -> None:
    people(accounts, "ann")
    assert accounts.identities.add(ISSUER, "a-1", "ann", NOW)
    assert accounts.identities.owner(ISSUER, "a-1") == user("ann")


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [(ISSUER, "a-2"), (ISSUER, "A-1"), (f"{ISSUER}/", "a-1"), ("https://id.example.org", "a-1")],
)
def test_an_identity_is_known_letter_by_letter(
    accounts: Accounts, issuer: str, subject: str
) -> None:
    people(accounts, "ann")
    accounts.identities.add(ISSUER, "a-1", "ann", NOW)
    assert accounts.identities.owner(issuer, subject) is None


def test_an_identity_stays_with_whom_it_was_given_to(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")
    accounts.identities.add(ISSUER, "a-1", "ann", NOW)
    assert not accounts.identities.add(ISSUER, "a-1", "bob", NOW)
    assert accounts.identities.owner(ISSUER, "a-1") == user("ann")


def test_a_person_may_have_several_identities(accounts: Accounts) -> None:
    people(accounts, "ann")
    for subject in ("b", "a"):
        assert accounts.identities.add(ISSUER, subject, "ann", NOW)
    assert accounts.identities.of("ann") == ((ISSUER, "a"), (ISSUER, "b"))


def test_nobody_has_no_identity(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.identities.add(ISSUER, "a-1", "nobody", NOW)


def test_whose_identity_it_is_is_known_while_they_are_shut_out(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.identities.add(ISSUER, "a-1", "ann", NOW)
    accounts.people.disable("ann", NOW)
    assert accounts.identities.owner(ISSUER, "a-1") == user("ann", disabled_at=NOW)


def test_an_identity_goes_with_its_person(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.identities.add(ISSUER, "a-1", "ann", NOW)
    accounts.people.remove("ann")
    assert accounts.identities.owner(ISSUER, "a-1") is None


def test_a_ticket_is_spent_once(accounts: Accounts) -> None:
    assert accounts.identities.spend("t1", LATER, NOW)
    assert not accounts.identities.spend("t1", LATER, NOW)
    assert accounts.identities.spend("t2", LATER, NOW)


def test_a_spent_ticket_is_forgotten_when_nobody_would_take_it(accounts: Accounts) -> None:
    accounts.identities.spend("t1", LATER, NOW)
    assert not accounts.identities.spend("t1", LATER, LATER)
    assert accounts.identities.spend("t1", LATER, LATER + timedelta(seconds=1))
