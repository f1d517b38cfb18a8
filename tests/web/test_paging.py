"""Cursors."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.web.paging import behind, cursor
from modeldex.web.problems import Problem


def test_a_cursor_leads_behind_its_entry() -> None:
    assert behind(cursor("q", 1, 20), "q", [10, 20, 30]) == 2


def test_an_entry_that_moved_is_found_again() -> None:
    assert behind(cursor("q", 1, 20), "q", [5, 10, 20, 30]) == 3


def test_where_an_entry_is_gone_its_place_counts() -> None:
    assert behind(cursor("q", 1, 20), "q", [10, 25, 30]) == 2


def test_without_a_cursor_it_begins_at_the_beginning() -> None:
    assert behind(None, "q", [1, 2]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "====",
        "x" * 5000,
        cursor("another", 0, 1),
        cursor("q", -5, 1),
        base64.urlsafe_b64encode(b"[1,2,3]").decode(),
        base64.urlsafe_b64encode(b'{"question":"q"}').decode(),
    ],
)
def test_what_is_no_cursor_of_this_question_is_a_problem(text: str) -> None:
    with pytest.raises(Problem) as told:
        behind(text, "q", [1, 2])
    assert (told.value.status, told.value.slug) == (400, "bad-cursor")


@given(st.text(max_size=200))
def test_no_text_makes_a_cursor_fail_in_another_way(text: str) -> None:
    with suppress(Problem):
        assert 0 <= behind(text, "q", [1, 2, 3]) <= 3


@given(st.lists(st.integers(), unique=True, min_size=1), st.data())
def test_behind_a_cursor_comes_what_comes_behind_its_entry(
    entries: list[int], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    assert behind(cursor("q", at, entries[at]), "q", entries) == at + 1
