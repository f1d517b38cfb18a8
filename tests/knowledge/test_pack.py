import re
import time
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import JUDGED
from modeldex.domain.errors import BadReferenceData
from modeldex.domain.source import Source
from modeldex.knowledge import patterns
from modeldex.knowledge.editions import packaged_editions
from modeldex.knowledge.pack import FILE, Pack, load
from modeldex.rules.classify import classify

PACKED = files("modeldex.knowledge").joinpath(FILE).read_bytes()
SEEDS = [
    "openai",
    "anthropic",
    "gemini",
    "mistral",
    "groq",
    "together",
    "cohere",
    "fireworks",
    "openrouter",
    "huggingface",
    "ollama",
    "deepseek",
    "dashscope",
    "moonshot",
    "nebius",
    "cerebras",
    "poe",
    "xai",
    "perplexity",
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load()


def ids(pack: Pack) -> list[tuple[str, str]]:
    return [(provider, one) for provider in pack.providers() for one in pack.manifest(provider)]


def test_the_pack_is_at_most_500_kb() -> None:
    assert len(PACKED) <= 500_000


def test_loading_takes_at_most_150_ms() -> None:
    began = time.process_time()
    load().claims("openai", "gpt-5")
    assert time.process_time() - began <= 0.15


@pytest.mark.parametrize("provider", SEEDS)
def test_every_first_provider_is_known(pack: Pack, provider: str) -> None:
    assert provider in pack.providers()


@pytest.mark.parametrize("provider", ["openai", "anthropic", "gemini", "perplexity", "mistral"])
def test_a_manifest_holds_only_ids_of_which_something_is_known(pack: Pack, provider: str) -> None:
    manifest = pack.manifest(provider)
    assert manifest
    assert [one for one in manifest if not pack.claims(provider, one)] == []


def test_every_value_has_a_day_and_a_dataset_or_says_that_it_is_guessed(pack: Pack) -> None:
    labels = {edition.label for edition in packaged_editions().values()}
    for provider, native_id in ids(pack):
        for evidence, _ in pack.claims(provider, native_id):
            dataset = re.split("; agrees: ", evidence.evidence)[0]
            said = dataset in labels or dataset.startswith("manifest: https://")
            assert said is (evidence.source is Source.KNOWLEDGE)
            assert said or "the newest dated name: " in dataset or dataset.startswith("by base ")
            assert evidence.observed_at.tzinfo is not None


def test_what_is_guessed_of_a_moving_name_says_from_which_dated_one(pack: Pack) -> None:
    guessed = [
        (evidence.evidence, claims.input_modalities)
        for evidence, claims in pack.claims("mistral", "ministral-3b-latest")
        if evidence.source is Source.HEURISTIC and claims.input_modalities
    ]
    text = "by ministral-3b-2512, the newest dated name: 3 of 3 listings"
    assert guessed == [(text, (Modality.TEXT, Modality.IMAGE))]


def test_a_field_that_is_left_open_is_listed_with_what_was_said(pack: Pack) -> None:
    [conflict] = [
        one
        for one in pack.conflicts("mistral")
        if (one.native_id, one.field) == ("codestral-2508", "context_window")
    ]
    assert (conflict.taken, conflict.others) == (None, {"litellm": 128000})
    assert conflict.evidence.startswith("left open")


def test_each_field_has_one_value_in_the_pack(pack: Pack) -> None:
    for provider, native_id in ids(pack):
        said = [
            field
            for evidence, claims in pack.claims(provider, native_id)
            for field in JUDGED
            if getattr(claims, field) is not None and not evidence.evidence.startswith("manifest")
        ]
        assert len(said) == len(set(said))


def test_no_dataset_makes_a_chat_of_what_states_another_job_by_its_name(pack: Pack) -> None:
    chats = [
        f"{provider}/{native_id}"
        for provider, native_id in ids(pack)
        for evidence, claims in pack.claims(provider, native_id)
        if claims.kind is Kind.CHAT and not evidence.evidence.startswith("manifest")
        if (said := classify(native_id, patterns.packaged(), provider)) is not None
        if said.kind not in (None, Kind.CHAT)
    ]
    assert chats == []


def test_no_made_up_id_is_known(pack: Pack) -> None:
    known = [one for one in ids(pack) if pack.claims(one[0], f"{one[1]}-nosuch")]
    assert known == []


def test_an_unknown_provider_has_nothing(pack: Pack) -> None:
    assert (pack.manifest("nobody"), pack.claims("nobody", "gpt-5")) == ((), ())


def test_claims_carry_the_native_id(pack: Pack) -> None:
    assert {claims.native_id for _, claims in pack.claims("openai", "gpt-5")} == {"gpt-5"}


def test_equal_evidence_is_one_object(pack: Pack) -> None:
    first, second = (pack.claims("openai", name) for name in ("gpt-5", "gpt-5-mini"))
    shared = {id(one) for one, _ in first} & {id(one) for one, _ in second}
    assert shared


def test_the_hand_kept_row_comes_first(pack: Pack) -> None:
    evidence, claims = pack.claims("anthropic", "claude-sonnet-4-6")[0]
    assert evidence.evidence.startswith("manifest: ")
    assert claims.context_window == 1_000_000


def test_a_complete_manifest_hides_what_datasets_list(pack: Pack) -> None:
    assert pack.claims("anthropic", "claude-opus-4-1")
    assert "claude-opus-4-1" not in pack.manifest("anthropic")


def test_conflicts_differ_from_what_was_taken(pack: Pack) -> None:
    conflicts = list(pack.conflicts())
    assert len(conflicts) > 100
    assert [one for one in conflicts if one.taken in one.others.values()] == []


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_noticed(position: int, flip: int) -> None:
    damaged = bytearray(PACKED)
    damaged[position] ^= flip
    with pytest.raises(BadReferenceData, match="knowledge pack"):
        load(bytes(damaged))


@given(st.integers(0, len(PACKED) - 1))
def test_a_cut_pack_is_noticed(length: int) -> None:
    with pytest.raises(BadReferenceData, match="knowledge pack"):
        load(PACKED[:length])
