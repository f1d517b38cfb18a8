"""YAML: what a reader of it makes of a text is the text."""

from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from modeldex.exports.yaml_text import lines, scalar

TEXTS = st.text() | st.sampled_from(
    ["no", "null", "~", "1e3", "- a", "a: b", "# c", "'", '"', "\\", "\x85", "\U0001f600", "\x7f"]
)


@given(TEXTS)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert yaml.safe_load(scalar(text)) == text


@given(TEXTS)
def test_a_text_in_a_list_of_mappings_comes_back_as_it_was(text: str) -> None:
    said = {"list": [{"a": text, "b": {"c": text}}, {"a": "x", "b": {}}], "more": [text], "e": []}
    assert yaml.safe_load("\n".join(lines(said))) == said


@pytest.mark.parametrize("text", ["0.000000000000000001", "1E-18", "123.4500", "0"])
def test_a_decimal_is_written_exactly(text: str) -> None:
    written = scalar(Decimal(text))
    assert "e" not in written.lower()
    assert Decimal(written) == Decimal(text)


def test_yes_and_no_are_no_texts() -> None:
    assert yaml.safe_load("\n".join(lines({"a": True, "b": False, "c": 3}))) == {
        "a": True,
        "b": False,
        "c": 3,
    }
