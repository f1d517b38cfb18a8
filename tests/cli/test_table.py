import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.cli.table import Column, cells, fit, joined, shortened

COLUMNS = (Column("MODEL"), Column("CONTEXT", 2, right=True), Column("STATUS", 1))
LONG = "huggingface/meta-llama/llama-4-maverick-17b-128e-instruct-20260101"


@pytest.mark.parametrize(
    ("width", "kept"), [(200, (0, 1, 2)), (60, (0, 1, 2)), (50, (0, 2)), (30, (0,))]
)
def test_the_least_important_columns_go_first(width: int, kept: tuple[int, ...]) -> None:
    assert fit(COLUMNS, [[LONG, "128K", "new"]], width).columns == kept


def test_a_long_name_loses_its_middle_last() -> None:
    line = fit(COLUMNS, [[LONG, "128K", "new"]], 50).lines[0]
    assert line[0].startswith("huggingface/meta-ll")
    assert line[0].rstrip().endswith("20260101")
    assert "…" in line[0]


def test_a_column_without_any_value_is_left_out() -> None:
    assert fit(COLUMNS, [["a", "1K", ""]], 80).columns == (0, 1)


def test_numbers_stand_right() -> None:
    fitted = fit(COLUMNS, [["a", "1K", "x"]], 80)
    assert joined(fitted.lines[0]) == "a           1K  x"


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("模型", 4), ("a\u0301", 1), ("", 0), ("ｗ", 2)]
)
def test_wide_and_combining_characters_are_measured(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.text(), st.integers(1, 30))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert cells(shortened(text, width)) <= width


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text(), st.text()), min_size=1, max_size=5),
    st.integers(12, 120),
)
def test_a_table_is_never_wider_than_the_terminal(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    fitted = fit(COLUMNS, rows, width)
    assert all(cells(joined(line)) <= width for line in fitted.lines)
