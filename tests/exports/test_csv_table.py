"""CSV: what a spreadsheet makes of it."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.exports.csv_table import COLUMNS, Amount, csv_table, written

from .shapes import document, material

TEXTS = st.text() | st.builds(
    "{}{}{}".format,
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "", "＝", "a|cmd", '"', "|CMD", "''"]),
    st.text(),
    st.sampled_from(["", "|cmd", ",", '"', "\r\n", "| cmd", "=1+1"]),
)


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def one(**facts: Any) -> dict[str, str]:
    (found,) = parsed(csv_table(material(document(**facts))).text)
    return found


@given(TEXTS)
def test_no_text_is_a_formula(text: str) -> None:
    (row,) = csv.reader(io.StringIO(written(text) + ",end\r\n", newline=""))
    assert row[1] == "end"
    assert row[0].removeprefix("'") == text.removeprefix("'") or row[0] == f"'{text}"
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert "|cmd" not in row[0].lower() or row[0].startswith("'")


@given(TEXTS)
def test_a_table_has_a_row_for_each_model_whatever_its_name(text: str) -> None:
    rows = parsed(csv_table(material(document(name=text), document())).text)
    assert [row["provider"] for row in rows] == ["acme", "acme"]


def test_a_harmless_text_is_as_it_was() -> None:
    assert written("openai/gpt-5:free") == "openai/gpt-5:free"


def test_unknown_is_an_empty_cell_and_no_is_written() -> None:
    said = one(tools=False, vision=None, streaming=True)
    assert (said["tools"], said["vision"], said["streaming"]) == ("false", "", "true")


def test_an_empty_text_is_not_unknown() -> None:
    assert (written(""), written(None)) == ('""', "")


def test_a_number_is_no_text() -> None:
    text = csv_table(material(document(context_window=8, price={"input": "0.1", "output": "0"})))
    assert ",8,,0.1,0," in text.text


def test_free_is_zero_and_an_unknown_price_is_empty() -> None:
    said = one(price={"input": "0", "output": None})
    assert (said["input_usd_per_mtok"], said["output_usd_per_mtok"]) == ("0", "")


def test_a_price_that_varies_is_no_number() -> None:
    said = one(price={"input": "3", "output": "4", "varies": True})
    assert (said["input_usd_per_mtok"], said["price_varies"]) == ("", "true")


def test_every_number_has_its_unit_in_its_name() -> None:
    assert {"context_window_tokens", "input_usd_per_mtok", "usd_per_image"} <= COLUMNS.keys()


def test_a_list_is_one_cell() -> None:
    assert one(input_modalities=["text", "image"])["input_modalities"] == "text;image"


def test_lines_end_as_rfc_4180_has_it() -> None:
    assert csv_table(material(document())).text.count("\r\n") == 2


@pytest.mark.parametrize("value", [-1, Amount("-0.5")])
def test_a_negative_number_stays_a_number(value: object) -> None:
    assert not written(value).startswith("'")
