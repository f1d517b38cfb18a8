"""Markdown: names are shown, never obeyed."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.exports.markdown import escaped, markdown

from .shapes import document, material

MARKUP = st.text(alphabet="|`\\[]()<>*_~!&$#:/.w\n\r\tab") | st.text()
BARE = re.compile(r"(?<!\\)(?:\\\\)*[|`\[\]<>*_~&$]")


def cells(**facts: Any) -> list[str]:
    line = markdown(material(document(**facts))).text.splitlines()[2]
    return [cell.strip() for cell in line.strip("|").split("|")]


@given(MARKUP)
def test_no_text_is_markup(text: str) -> None:
    assert not BARE.search(escaped(text))


@given(MARKUP)
def test_no_text_leaves_its_line(text: str) -> None:
    assert len(f"{escaped(text)}.".splitlines()) == 1


@given(MARKUP)
def test_escapes_can_be_read_back(text: str) -> None:
    flat = "".join(char if char.isprintable() else " " for char in text)
    assert re.sub(r"\\(.)", r"\1", escaped(text)) == flat


@given(MARKUP)
def test_a_table_has_a_line_for_each_model_whatever_its_name(name: str) -> None:
    lines = markdown(material(document(f"acme/{name}"), document())).text.splitlines()
    assert len(lines) == 4
    assert len({len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines}) == 1


@pytest.mark.parametrize("text", ["https://evil.test", "www.evil.test", "WWW.evil.test"])
def test_no_address_becomes_a_link_by_itself(text: str) -> None:
    assert not re.search(r"(?<!\\)://|www\.", escaped(text), re.IGNORECASE)


def test_unknown_is_neither_no_nor_zero() -> None:
    said = cells(
        tools=False, vision=None, context_window=None, price={"input": "0", "output": None}
    )
    assert said[2] == "—"
    assert said[4:8] == ["0", "—", "no", "—"]


def test_a_price_that_varies_says_so() -> None:
    assert cells(price={"input": None, "output": None, "varies": True})[4:6] == ["varies", "varies"]
