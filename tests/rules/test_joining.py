from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Access
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Reading, Role
from modeldex.domain.source import Evidence, Source
from modeldex.rules.joining import Answered, join

SEEN = Evidence(source=Source.API, evidence="here", observed_at=datetime(2026, 11, 20, tzinfo=UTC))


def answer(route: str, *claims: Claims, role: Role = Role.LISTS) -> Answered:
    return Answered(route, role, SEEN, Reading(claims=claims))


def one(name: str, context: int | None = None) -> Claims:
    return Claims(native_id=name, context_window=context)


def test_routes_are_joined_on_the_native_id_listing_routes_first() -> None:
    joined = join([answer("facts", one("a", 2), role=Role.ADDS), answer("list", one("a", 1))])
    assert [claims.context_window for _, claims in joined.witnesses["a"]] == [1, 2]


def test_only_listing_routes_open_models() -> None:
    joined = join([answer("list", one("a")), answer("facts", one("b"), role=Role.ADDS)])
    assert joined.opened == {"a"}
    assert joined.witnesses.keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("role", "access", "opens"),
    [
        (Role.LISTS, None, True),
        (Role.LISTS, Access.NOT_CALLABLE, False),
        (Role.LISTS, Access.CALLABLE, True),
        (Role.FALLBACK, Access.NOT_CALLABLE, False),
        (Role.ADDS, None, False),
        (Role.ADDS, Access.CALLABLE, True),
        (Role.ADDS, Access.UNCATALOGUED, True),
        (Role.ADDS, Access.NOT_CALLABLE, False),
    ],
)
def test_what_a_route_says_of_access_decides_what_is_opened(
    role: Role, access: Access | None, opens: bool
) -> None:
    joined = join([answer("route", Claims(native_id="a", access=access), role=role)])
    assert (joined.opened == {"a"}, joined.witnesses.keys()) == (opens, {"a"})


def test_a_model_that_cannot_be_called_is_opened_where_another_route_can_call_it() -> None:
    closed = Claims(native_id="a", access=Access.NOT_CALLABLE)
    own = Claims(native_id="a", access=Access.CALLABLE)
    joined = join([answer("deployments", own), answer("catalog", closed, role=Role.ADDS)])
    assert joined.opened == {"a"}


def test_a_detail_of_a_model_that_cannot_be_called_is_kept() -> None:
    closed = Claims(native_id="a", access=Access.NOT_CALLABLE)
    joined = join([answer("list", closed), answer("show", one("a", 5), role=Role.DETAIL)])
    assert len(joined.witnesses["a"]) == 2


def test_a_detail_of_a_model_that_is_not_listed_makes_no_model() -> None:
    joined = join([answer("list", one("a")), answer("show", one("ghost"), role=Role.DETAIL)])
    assert joined.witnesses.keys() == {"a"}


def test_a_repeated_id_is_one_model_and_is_counted() -> None:
    joined = join([answer("list", one("a"), one("a", 5), one("a"))])
    assert joined.duplicates == 2
    assert joined.witnesses["a"][0][1].context_window == 5


records = st.lists(
    st.builds(one, st.sampled_from("abc"), st.none() | st.integers(1, 3)), max_size=8
)


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(claims: list[Claims], random: object) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert join([answer("list", *claims)]).witnesses == join([answer("list", *shuffled)]).witnesses


@given(records, records)
def test_the_order_of_pages_changes_nothing(first: list[Claims], second: list[Claims]) -> None:
    pages = [answer("list", *first), answer("facts", *second, role=Role.ADDS)]
    assert join(pages) == join(pages[::-1])
