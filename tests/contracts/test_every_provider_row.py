import ast
from datetime import date
from importlib.resources import files
from itertools import chain
from statistics import median

import pytest

from modeldex.dialects import DIALECTS
from modeldex.domain.errors import BadReferenceData
from modeldex.domain.provider import Auth, KeyNeed, Provider
from modeldex.providers import packaged, provider
from modeldex.service.describing import EVIDENCE

ROWS = packaged()
OF_ROWS = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
SEEDS = [
    *("anthropic", "cerebras", "cohere", "dashscope", "deepseek", "fireworks", "gemini", "groq"),
    *("huggingface", "mistral", "moonshot", "nebius", "ollama", "openai", "openrouter", "poe"),
    *("together", "xai"),
]


def row_text(id: str) -> str:
    return (files("modeldex.providers") / f"{id}.toml").read_text("utf-8")


def test_the_eighteen_seeds_are_there() -> None:
    assert set(SEEDS) <= set(ROWS)


def test_rows_come_sorted_by_their_id() -> None:
    assert list(ROWS) == sorted(ROWS)


@pytest.mark.parametrize("id", ROWS)
def test_a_row_has_twelve_lines_at_most(id: str) -> None:
    assert len(row_text(id).splitlines()) <= 12


@OF_ROWS
def test_a_row_names_a_dialect_that_exists(row: Provider) -> None:
    assert row.dialect in DIALECTS


@OF_ROWS
def test_an_address_is_encrypted_unless_it_is_local(row: Provider) -> None:
    assert row.base_url.startswith("http://localhost" if row.local else "https://")
    assert not row.base_url.endswith("/")


@OF_ROWS
def test_links_for_people_are_https(row: Provider) -> None:
    assert (row.docs_url or "").startswith("https://")
    assert (row.key_url or "https://").startswith("https://")


@OF_ROWS
def test_a_key_has_variables_unless_none_is_needed(row: Provider) -> None:
    assert row.key_env or row.key is KeyNeed.NEVER
    assert (row.auth is Auth.NONE) <= (row.key is KeyNeed.NEVER)


@OF_ROWS
def test_variables_are_named_once_and_in_capitals(row: Provider) -> None:
    names = [*row.key_env, *row.base_url_env, *chain.from_iterable(row.variables.values())]
    assert len(set(names)) == len(names)
    assert all(name == name.upper() and name.replace("_", "").isalnum() for name in names)


@OF_ROWS
def test_a_row_says_what_it_rests_on_and_since_when(row: Provider) -> None:
    assert row.evidence in EVIDENCE
    assert date.fromisoformat(row.checked or "") >= date(2026, 1, 1)


def test_a_key_that_no_row_has_is_named() -> None:
    with pytest.raises(BadReferenceData, match=r"'typo'.*basurl"):
        provider("typo", {"name": "T", "basurl": "https://a.example", "dialect": "openai"})


def test_there_are_at_least_ninety_providers() -> None:
    assert len(ROWS) >= 90


def test_the_median_row_has_ten_lines_at_most() -> None:
    assert median(len(row_text(name).splitlines()) for name in ROWS) <= 10


def test_the_median_dialect_has_eighty_lines_of_code_at_most() -> None:
    assert median(map(lines_of_code, DIALECTS)) <= 80


def lines_of_code(name: str) -> int:
    """The lines of a dialect that are neither empty nor text for its reader."""
    text = (files("modeldex.dialects") / f"{name}.py").read_text("utf-8")
    docs = ast.parse(text).body[0].end_lineno or 0
    code = text.splitlines()[docs:]
    return sum(bool(line.strip()) and not line.strip().startswith(("#", '"""')) for line in code)
