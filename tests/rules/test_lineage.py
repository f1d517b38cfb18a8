import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.model import Model
from modeldex.rules.lineage import LATEST, line, line_of


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
        ("vercel/deepseek/deepseek-v3.2-exp", {"deepseek"}, (3, "2")),
        (
            "amazon-bedrock/anthropic.claude-opus-4-1-v1:0",
            {"anthropic", "claude", "opus"},
            (4, "1"),
        ),
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


@pytest.mark.parametrize(
    ("id", "others", "doubtful"),
    [
        ("p/gpt-52", ["p/gpt-5.4"], True),
        ("p/gpt-52", ["p/gpt-5", "p/gpt-4.1"], False),
        ("p/gpt-12", ["p/gpt-11.5"], False),
        ("p/gpt-5", ["p/gpt-5.4"], False),
        ("p/gpt-52.1", ["p/gpt-5.4"], False),
    ],
)
def test_a_number_may_have_lost_the_point_that_others_of_its_line_have(
    id: str, others: list[str], doubtful: bool
) -> None:
    assert line(id).doubtful(line(other).version for other in others) is doubtful


@pytest.mark.parametrize(
    ("id", "base", "version"),
    [
        ("p/openai-gpt-52", "openai/gpt-5.2", (5, "2")),
        ("p/openai-gpt-52", None, (52, "")),
        ("p/gpt-6", "openai/gpt-5.2", (6, "")),
    ],
)
def test_a_base_says_the_version_where_a_point_may_be_lost(
    id: str, base: str | None, version: tuple[int, str]
) -> None:
    provider, _, native = id.partition("/")
    model = Model(id=id, provider=provider, native_id=native, base=base)
    assert line_of(model).version == version


@given(st.text(max_size=60))
def test_any_name_can_be_read(name: str) -> None:
    parted = line(f"p/{name}")
    assert bool(parted.head) == bool(parted.words)
