from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldex.domain.model import Model
from modeldex.domain.query import Condition, Op, Query, Sort
from modeldex.storage.catalog_file import CatalogFile
from tests.storage.builders import a_model, catalog, told


def _ids(file: CatalogFile, **query: Any) -> list[str]:
    return [found for (found,) in file.rows(Query(**query), ("id",))]


NAMED = (
    a_model("openai/gpt-4o-mini", name="GPT-4o mini", lab="openai"),
    a_model("openai/gpt-4.1", name="GPT-4.1"),
    a_model("groq/meta-llama/llama-3.1-8b:free", name="Llama 3.1 8B"),
    a_model("acme/naïve_über", name="Größe", aliases=("plain-name",)),
)
GPT_4O, GPT_41, LLAMA, NAIVE = (model.id for model in NAMED)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> CatalogFile:
    return catalog(tmp_path_factory.mktemp("c"), *NAMED)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("gpt",), {GPT_4O, GPT_41}),
        (("GPT",), {GPT_4O, GPT_41}),
        (("gpt-4o",), {GPT_4O}),
        (("gpt4o",), {GPT_4O}),
        (("gpt4",), {GPT_4O, GPT_41}),
        (("gpt-4.1",), {GPT_41}),
        (("gpt41",), {GPT_41}),
        (("gpt-41",), {GPT_41}),
        (("llama31",), {LLAMA}),
        (("metallama/llama31",), {LLAMA}),
        (("gpt 4o",), {GPT_4O}),
        (("mini", "openai"), {GPT_4O}),
        (("llam", "8b"), {LLAMA}),
        (("llama", "mini"), set()),
        (("meta-llama/llama-3.1-8b:free",), {LLAMA}),
        (("free",), {LLAMA}),
        (("ama",), {LLAMA}),
        (("pt-4",), {GPT_4O, GPT_41}),
        (("naive",), {NAIVE}),
        (("uber",), {NAIVE}),
        (("plain",), {NAIVE}),
        (("größ",), {NAIVE}),
        (("_",), {NAIVE}),
        (("%",), set()),
        (('"',), set()),
        (("gpt AND mini",), set()),
        (("nothing",), set()),
    ],
    ids=told,
)
def test_words_find(named: CatalogFile, words: tuple[str, ...], expected: set[str]) -> None:
    assert set(_ids(named, words=words)) == expected


def test_words_and_conditions_are_both_to_hold(named: CatalogFile) -> None:
    assert _ids(
        named, words=("gpt",), conditions=(Condition(field="lab", op=Op.EQ, values=("openai",)),)
    ) == [GPT_4O]


def test_words_keep_the_order_asked_for(named: CatalogFile) -> None:
    assert _ids(named, words=("gpt",), sort=Sort(key="id")) == [GPT_41, GPT_4O]


def test_a_word_that_is_no_text_finds_nothing(named: CatalogFile) -> None:
    assert named.count(Query(words=("gpt\udcff",))) == 0


def test_words_are_counted(named: CatalogFile) -> None:
    assert named.count(Query(words=("gpt",))) == 2


@given(words=st.lists(st.text(st.characters(), max_size=12), max_size=3).map(tuple))
@settings(max_examples=150, deadline=None)
def test_no_word_breaks_the_search(named: CatalogFile, words: tuple[str, ...]) -> None:
    assert set(_ids(named, words=words)) <= {model.id for model in NAMED}


@given(model=st.sampled_from(NAMED), cut=st.integers(1, 40))
@settings(deadline=None)
def test_every_beginning_of_a_native_id_finds_its_model(
    named: CatalogFile, model: Model, cut: int
) -> None:
    assert model.id in _ids(named, words=(model.native_id[:cut],))
