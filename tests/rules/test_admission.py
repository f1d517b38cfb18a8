from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.account import Role
from modeldex.domain.identity import Vouched
from modeldex.rules.admission import Terms, admitted, role, shown_name


def ada(**said: Any) -> Vouched:
    return Vouched(**{"issuer": "i", "subject": "s", "email": "ada@example.com", **said})


@pytest.mark.parametrize(
    ("vouched", "terms", "comes_in"),
    [
        (ada(), Terms(), False),
        (ada(), Terms(domains=["example.com"]), True),
        (ada(), Terms(domains=["EXAMPLE.com"]), True),
        (ada(), Terms(domains=["com"]), False),
        (ada(email=None), Terms(domains=["example.com"]), False),
        (ada(email="@example.com"), Terms(domains=["example.com"]), False),
        (ada(email="example.com"), Terms(domains=["example.com"]), False),
        (ada(email="ada@example.com@evil.example"), Terms(domains=["example.com"]), False),
        (ada(email=None), Terms(domains=["*"]), True),
        (ada(groups=frozenset({"a"})), Terms(groups=["a", "b"]), True),
        (ada(groups=frozenset({"A"})), Terms(groups=["a"]), False),
        (ada(), Terms(groups=["a"]), False),
        (ada(), Terms(domains=["example.com"], groups=["a"]), False),
        (ada(groups=frozenset({"a"})), Terms(domains=["example.org"], groups=["a"]), False),
        (ada(groups=frozenset({"a"})), Terms(domains=["*"], groups=["a"]), True),
    ],
)
def test_who_meets_all_terms_comes_in(vouched: Vouched, terms: Terms, comes_in: bool) -> None:
    assert admitted(vouched, terms) is comes_in


@given(st.text(), st.text())
def test_an_address_counts_by_what_follows_its_last_at(name: str, domain: str) -> None:
    found = admitted(ada(email=f"{name}@{domain}"), Terms(domains=["example.com"]))
    whole = f"{name}@{domain}".rpartition("@")
    assert found is (bool(whole[0]) and whole[2].lower() == "example.com")


@pytest.mark.parametrize(
    ("group", "made"), [("", None), ("operators", Role.ADMIN), ("others", Role.USER)]
)
def test_a_group_makes_an_administrator(group: str, made: Role | None) -> None:
    assert role(ada(groups=frozenset({"operators"})), Terms(admin_group=group)) is made


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({}, "ada@example.com"),
        ({"email": None, "name": "ada"}, "ada"),
        ({"email": None}, "somebody"),
        ({"email": None, "name": " \x1b\n "}, "somebody"),
        ({"email": None, "name": "x" * 400}, "x" * 150),
    ],
)
def test_people_have_a_name_that_can_be_shown(said: dict[str, Any], name: str) -> None:
    assert shown_name(ada(**said)) == name
