from types import SimpleNamespace
from typing import Any

import pytest

from bench.accuracy import by_field
from bench.accuracy.__main__ import main
from bench.accuracy.by_field import LITELLM
from bench.accuracy.comparing import OURS, Case, Gap
from bench.accuracy.fields import answers, has
from bench.accuracy.recorded import SHARED
from bench.accuracy.scoring import Tally, Verdict, verdict, worst
from bench.accuracy.truths import Truth, _beside, agreed, declared_wrong
from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("truth", "answer", "expected"),
    [
        (8192, 8192, Verdict.RIGHT),
        (8192, 8191, Verdict.WRONG),
        (8192, None, Verdict.UNKNOWN),
        (False, None, Verdict.UNKNOWN),
        (False, False, Verdict.RIGHT),
        (None, 8192, Verdict.NOT_COMPARABLE),
    ],
)
def test_an_answer_is_judged_by_the_truth(truth: Any, answer: Any, expected: Verdict) -> None:
    assert verdict(truth, answer) is expected


@pytest.mark.parametrize(
    ("native_id", "field", "declared"),
    [
        ("flux-fill", "output_modalities", True),
        ("flux-fill", "context_window", False),
        ("aya-vision", "input_modalities", True),
        ("aya-vision", "vision", True),
        ("claude-sonnet-4.5", "input_modalities", False),
    ],
)
def test_what_a_provider_says_is_no_truth_where_a_person_declared_it_wrong(
    native_id: str, field: str, declared: bool
) -> None:
    assert declared_wrong("poe", native_id, field) is declared


def test_a_wrong_answer_is_worse_than_none() -> None:
    assert worst([Verdict.RIGHT, Verdict.UNKNOWN, Verdict.WRONG]) is Verdict.WRONG
    assert worst([Verdict.RIGHT, Verdict.UNKNOWN]) is Verdict.UNKNOWN


def test_wrong_is_a_share_of_the_answers_and_unknown_of_the_questions() -> None:
    tally = Tally([Verdict.RIGHT] * 3 + [Verdict.WRONG] + [Verdict.UNKNOWN] * 4)
    assert (tally.wrong, tally.unknown) == (0.25, 0.5)


def test_questions_without_a_truth_are_not_counted() -> None:
    tally = Tally([Verdict.NOT_COMPARABLE])
    assert (tally.comparable, tally.wrong, tally.unknown) == (0, None, None)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({"a": 1, "b": 1, "c": 2}, Truth(1, ("a", "b"))),
        ({"a": 1, "b": 2}, None),
        ({"a": 1}, None),
        ({"a": False, "b": False}, Truth(False, ("a", "b"))),
        ({"a": 1, "b": 1, "c": 2, "d": 2}, None),
        ({}, None),
    ],
)
def test_two_origins_that_agree_make_a_truth(votes: Any, expected: Truth | None) -> None:
    assert agreed(votes) == expected


def test_a_field_of_which_nothing_is_said_is_no_answer() -> None:
    said = answers(Claims(native_id="x", tools=False, reasoning=Reasoning.NONE))
    assert said == {"tools": False, "reasoning": False}


def test_a_picture_model_ought_to_have_no_context_and_an_unknown_one_ought_to() -> None:
    assert not has("context_window", Kind.IMAGE)
    assert has("context_window", None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("nim/mistralai/mixtral", "mistralai/Mixtral", False),
        ("mistralai/mixtral", "mixtral", True),
        ("zai-org/glm", "zai/glm", True),
    ],
)
def test_a_longer_path_is_another_offer(one: str, other: str, expected: bool) -> None:
    assert _beside(one, other) is expected


def asked(*verdicts: tuple[Verdict, Verdict]) -> list[tuple[Any, Case]]:
    """Questions whose truth is 1, with our verdict and LiteLLM's."""
    one = SimpleNamespace(provider="acme", truths={"x": {"tools": Truth(1)}})
    return [
        (one, Case("x", "tools", 1, {OURS: ours, LITELLM: theirs})) for ours, theirs in verdicts
    ]


RIGHT, WRONG, UNKNOWN = Verdict.RIGHT, Verdict.WRONG, Verdict.UNKNOWN


def test_what_no_source_says_is_not_attainable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_field, "said", lambda *question: frozenset({2}))
    target = by_field._unknown("it", asked((RIGHT, UNKNOWN), (UNKNOWN, UNKNOWN)), Gap(), Gap())
    assert (target.kept, target.attained, target.attainable) == (False, True, "0.0 % of 1")


def test_what_a_source_says_is_attainable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_field, "said", lambda *question: frozenset({1, 2}))
    target = by_field._unknown("it", asked((RIGHT, UNKNOWN), (UNKNOWN, UNKNOWN)), Gap(), Gap())
    assert (target.kept, target.attained) == (False, None)


def test_a_rival_that_knows_more_breaks_the_promise() -> None:
    few = [(RIGHT, RIGHT)] * 20
    assert by_field._unknown("it", asked(*few), Gap(), Gap()).kept
    assert not by_field._unknown("it", asked(*few, (UNKNOWN, RIGHT)), Gap(), Gap()).kept


@pytest.mark.parametrize(("sources", "attained"), [({2}, True), ({1, 2}, False)])
def test_a_wrong_answer_is_excused_when_all_sources_give_it(
    monkeypatch: pytest.MonkeyPatch, sources: set[int], attained: bool
) -> None:
    monkeypatch.setattr(by_field, "said", lambda *question: frozenset(sources))
    target = by_field._wrong("it", asked((WRONG, UNKNOWN), (RIGHT, RIGHT)), "")
    assert (target.kept, target.attained) == (False, attained)


def test_a_rival_that_is_right_where_we_are_wrong_breaks_the_promise() -> None:
    many = [(RIGHT, RIGHT)] * 200
    assert by_field._wrong("it", asked(*many), "").kept
    assert not by_field._wrong("it", asked(*many, (WRONG, RIGHT)), "").kept


@pytest.mark.timeout(600)
@pytest.mark.slow
@pytest.mark.shared
def test_the_report_on_accuracy_is_up_to_date() -> None:
    if not SHARED.is_dir():
        pytest.skip("the recordings and datasets are not beside the project")
    assert main(["--check"]) == 0
