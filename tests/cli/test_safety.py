import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.cli.safety import safe, safe_json

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpt-5", "gpt-5"),
        ("模型 ü", "模型 ü"),
        ("[bold]x[/bold] :smile:", "[bold]x[/bold] :smile:"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\r", r"a\x0ab\x09c\x0d"),
        ("a\x7fb\x9bc", r"a\x7fb\x9bc"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u200bb\ufeffc", r"a\u200bb\ufeffc"),
        ("a\U000e0041b", r"a\U000e0041b"),
        ("a\ud800b", r"a\ud800b"),
        ("a" + "\u0301" * 4, "a" + r"\u0301" * 4),
        ("a\u0301", "a\u0301"),
    ],
)
def test_what_steers_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(ANY)
def test_safe_text_has_no_control_or_format_character(text: str) -> None:
    assert {unicodedata.category(char) for char in safe(text)}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})


@given(ANY)
def test_safe_text_stays_safe(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(st.text())
def test_safe_json_means_the_same(text: str) -> None:
    document = json.dumps({"a": text}, ensure_ascii=False)
    assert json.loads(safe_json(document)) == {"a": text}


@given(st.text())
def test_safe_json_shows_nothing_unsafe(text: str) -> None:
    document = safe_json(json.dumps(text, ensure_ascii=False))
    assert safe(document) == document or max(document) >= "\u0300"
