import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.rules.lineage import LATEST, line


@pytest.mark.parametrize(
    ("id", "words", "version"),
    [
        ("anthropic/claude-opus-4-8", {"claude", "opus"}, (4, "8")),
        ("anthropic/claude-3-5-haiku-20241022", {"claude", "haiku"}, (3, "5")),
        ("openai/gpt-5.6-sol", {"gpt", "sol"}, (5, "6")),
        ("openai/gpt-4o-mini", {"gpt", "o", "mini"}, (4, "")),
        ("openai/o3-pro", {"o", "pro"}, (3, "")),
        ("openrouter/qwen/qwen3-coder", {"qwen", "coder"}, (3, "")),
        ("groq/llama-3.3-70b-versatile", {"llama"}, (3, "3")),
        ("p/", set(), (0, "")),
    ],
)
def test_a_name_says_line_and_version(id: str, words: set[str], version: tuple[int, str]) -> None:
    assert (line(id).words, line(id).version) == (words, version)


def test_versions_are_read_as_numbers_with_a_point() -> None:
    assert line("xai/grok-4.20").version < line("xai/grok-4.3").version


@pytest.mark.parametrize(
    ("id", "size"),
    [("p/m-120b", 120), ("p/qwen3-235b-a22b", 235), ("p/command-r7b", 7), ("p/m-32k", None)],
)
def test_a_name_says_its_size(id: str, size: int | None) -> None:
    assert line(id).size == size


@pytest.mark.parametrize(
    ("id", "stamp"),
    [
        ("mistral/codestral-2508", 2508),
        ("openai/gpt-4o-2024-11-20", 2411),
        ("cohere/command-a-03-2025", 2503),
        ("mistral/codestral-latest", LATEST),
        ("openai/gpt-5", 0),
    ],
)
def test_a_name_says_its_day(id: str, stamp: int) -> None:
    assert line(id).stamp == stamp


@given(st.text(max_size=60))
def test_any_name_can_be_read(name: str) -> None:
    parted = line(f"p/{name}")
    assert bool(parted.head) == bool(parted.words)
