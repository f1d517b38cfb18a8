"""The catalog as a program reads it, from the packaged knowledge and the user's own decisions."""

import os
from pathlib import Path

import pytest

import modeldex
from modeldex.domain.errors import BadQuery, NotFound
from modeldex.domain.source import Source

OWN = """
[[override]]
provider = "openai"
id = "gpt-5-mini"
context_window = 12345
"""


@pytest.fixture
def own_decision() -> None:
    folder = Path(os.environ["MODELDEX_HOME"]) / "overrides"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(OWN)


@pytest.mark.usefixtures("own_decision")
def test_a_users_own_decision_wins_and_says_so() -> None:
    model = modeldex.get("openai/gpt-5-mini")
    assert model is not None
    assert model.context_window == 12345
    assert model.sources["context_window"].source is Source.OVERRIDE
    assert "mine.toml" in model.sources["context_window"].evidence


@pytest.mark.usefixtures("own_decision")
def test_what_a_decision_overruled_can_be_explained() -> None:
    explained = modeldex.open_catalog().explain("openai/gpt-5-mini", "context_window")
    assert explained.value == 12345
    assert {lost.evidence.source for lost in explained.losing} == {Source.KNOWLEDGE}
    assert all(lost.value == 400_000 for lost in explained.losing)
    assert explained.losing[0].reason == "override over knowledge"


def test_an_unknown_fact_is_explained_as_unknown() -> None:
    explained = modeldex.open_catalog().explain("openai/gpt-5-mini", "quantization")
    assert (explained.value, explained.evidence, explained.losing) == (None, None, ())


def test_explaining_what_is_not_there_is_told() -> None:
    catalog = modeldex.open_catalog()
    with pytest.raises(NotFound, match="no-such"):
        catalog.explain("openai/no-such", "tools")
    with pytest.raises(BadQuery, match="colour"):
        catalog.explain("openai/gpt-5-mini", "colour")


def test_every_known_field_of_every_packaged_model_has_a_source() -> None:
    for model in modeldex.list_models():
        known = {
            field
            for field in model.__struct_fields__[model.__struct_fields__.index("context_window") :]
            if getattr(model, field) is not None and field not in ("tier", "recommended", "sources")
        }
        assert known <= model.sources.keys(), model.id


def test_an_id_that_only_looks_like_a_known_one_is_unknown() -> None:
    assert modeldex.get("openai/gpt-5-mini-nosuch") is None


def test_an_unknown_name_passes_through_with_suggestions() -> None:
    resolution = modeldex.resolve("gpt-5-mini-nosuch")
    assert (resolution.how, resolution.id) == ("passed-through", "gpt-5-mini-nosuch")


def test_a_filter_is_met_only_by_what_is_known() -> None:
    yes = {model.id for model in modeldex.list_models(structured_output=True)}
    no = {model.id for model in modeldex.list_models(structured_output=False)}
    unknown = {model.id for model in modeldex.list_models()} - yes - no
    assert yes
    assert unknown
    assert all(
        model.structured_output is None for model in modeldex.list_models() if model.id in unknown
    )


def test_without_a_key_no_packaged_model_is_available() -> None:
    assert {model.available for model in modeldex.list_models(limit=50)} == {False}


def test_a_key_in_the_environment_makes_a_providers_models_available(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "canary-0123456789abcdef")
    available = {model.provider for model in modeldex.list_models() if model.available}
    assert available == {"groq"}
