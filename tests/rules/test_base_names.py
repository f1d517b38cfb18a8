import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.rules.base_names import Pinned, Serving, Spelling, Spellings, key, pinned

ROW = {"link": "-", "checked": "2026-01-01"}
SPELLINGS = Spellings(
    [Spelling(name="point", match=r"(?<=\d)p(?=\d)", gives=".", providers=("acme",), **ROW)],
    [
        Serving(name="offer", match=":free", **ROW),
        Serving(name="format", match="-fp8", quantization=True, **ROW),
        Serving(name="fast", match="-fast", labs=("one", "two"), **ROW),
        Serving(name="faster", match="-faster", labs=("two",), **ROW),
    ],
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Claude-Opus-4.1", "claude_opus_4-1"),
        ("gpt-oss:120b", "gpt-oss-120b"),
        ("Qwen-2.5-7B", "qwen2.5:7b"),
        ("gpt-4o-2024-05-13", "gpt-4o@20240513"),
        ("ＧＰＴ-４", "gpt-4"),
        ("command-r+", "command-r-plus"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("qwen3-1.7b", "qwen3-17b"),
        ("command-r+", "command-r"),
        ("gpt-4o", "gpt-4o-mini"),
        ("glm-4.6v", "glm-4.6"),
        ("gpt-4o中", "gpt-4o"),
    ],
)
def test_names_of_two_models_have_two_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.from_regex(r"[a-z0-9\-_.:+@/]{0,30}", fullmatch=True))
def test_the_key_of_a_key_of_an_id_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-5-2025-08-07", Pinned("gpt-5", "20250807")),
        ("claude-sonnet-4@20250514", Pinned("claude-sonnet-4", "20250514")),
        ("mistral-large-2411", None),
        ("gpt-4-0613", None),
        ("x-20251399", None),
        ("20250807", None),
    ],
)
def test_a_day_at_the_end_is_a_pin(name: str, expected: Pinned | None) -> None:
    assert pinned(name) == expected


def test_a_spelling_of_one_provider_holds_there_alone() -> None:
    found = [SPELLINGS.plain(provider, "Glm-4p6") for provider in ("acme", "other")]
    assert found == ["glm-4.6", "glm-4p6"]


def test_endings_are_taken_away_from_the_outside() -> None:
    names = [one.name for one in SPELLINGS.without_endings("acme", "m-fp8:free")]
    assert names == ["m-fp8:free", "m-fp8", "m"]


def test_an_ending_of_some_labs_says_so() -> None:
    *_, last = SPELLINGS.without_endings("acme", "m-fast-faster")
    assert (last.name, last.labs) == ("m", ("two",))


def test_an_ending_is_never_a_whole_name() -> None:
    assert [one.name for one in SPELLINGS.without_endings("acme", "-fp8")] == ["-fp8"]


def test_only_formats_are_taken_from_a_stated_name() -> None:
    assert SPELLINGS.without_quantization("acme", "m-fast-fp8") == "m-fast"
