import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.knowledge.patterns import packaged
from modeldex.rules.runs import needed

EXPRESSIONS = sorted(row.match for row in packaged().rows if row.match is not None)


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("sonic", ("sonic",)),
        ("nova-canvas", ("canvas",)),
        ("(^|/)sonic(-|$)", ("sonic",)),
        ("sonic|t2i$", ("sonic", "t2i")),
        ("-(base|pt)$", ("base", "pt")),
        ("(?:(ab|cd)x)", ("ab", "cd")),
        ("(ab|cd)+", ("ab", "cd")),
        (r"ray-?v?\d", ("ray",)),
        ("abc+d", ("abc",)),
        ("x(ab)?cd", ("cd",)),
        (r"gpt\.oss", ("gpt",)),
    ],
)
def test_a_run_that_every_text_has_is_found(expression: str, runs: tuple[str, ...]) -> None:
    assert needed(expression) == runs


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "^[abc]{3}$",
        r"[\]abc]",
        "[]abc]",
        "(?!ernie)",
        "(?P<name>abc)",
        "(abc)?",
        "(?:abc)*",
        "(abc){0,2}",
        "abc|[x-z]",
        "o",
        r"\d+",
        "ABC",
    ],
)
def test_nothing_is_sure_of_what_may_be_missing(expression: str) -> None:
    assert needed(expression) == ()


@given(st.data())
def test_what_meets_a_packaged_pattern_has_one_of_its_runs(data: st.DataObject) -> None:
    expression = data.draw(st.sampled_from(EXPRESSIONS))
    met = data.draw(st.from_regex(re.compile(expression, re.ASCII)))
    assert any(run in met for run in needed(expression))


def test_every_packaged_pattern_has_a_run() -> None:
    assert [expression for expression in EXPRESSIONS if not needed(expression)] == []
