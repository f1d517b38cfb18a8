import json
from collections.abc import Callable
from typing import Any

import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Page, Role
from modeldex.domain.outcome import Unreadable
from tests.dialects.recorded import by_id, read, recorded

TEXT = Modality.TEXT


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("ollama", small("ollama/tags"), "tags"))


def shown(name: str = "gemma4:e2b", **answer: Any) -> Claims:
    return shown_body(json.dumps(answer).encode(), name)


def shown_body(body: bytes, name: str) -> Claims:
    tags = json.dumps({"models": [{"name": name}]}).encode()
    (ask,) = read("ollama", tags, "tags").follow
    (claim,) = dialect("ollama").read(Page(ask=ask, body=body)).claims
    return claim


def test_no_key_is_sent(small: Callable[[str], bytes]) -> None:
    reading = read("ollama", small("ollama/tags"), "tags")
    asks = [*dialect("ollama").routes, *reading.follow]
    assert {ask.sends_key for ask in asks} == {False}


def test_details_are_asked_for_models_that_list_no_abilities(
    small: Callable[[str], bytes],
) -> None:
    asks = read("ollama", small("ollama/tags"), "tags").follow
    assert [json.loads(ask.json or "")["model"] for ask in asks] == [
        "qwen3.5:2b",
        "gemma4:e2b",
        "qwen3:4b",
    ]
    assert {(ask.route, ask.path, ask.role) for ask in asks} == {("show", "/api/show", Role.DETAIL)}


def test_a_name_that_comes_twice_is_asked_once() -> None:
    body = b'{"models":[{"name":"a:1"},{"name":"a:1"}]}'
    assert len(read("ollama", body, "tags").follow) == 1


def test_a_name_cannot_break_out_of_its_question() -> None:
    name = 'a","stream":true,"x":"'
    (ask,) = read("ollama", json.dumps({"models": [{"name": name}]}).encode(), "tags").follow
    assert json.loads(ask.json or "") == {"model": name}


def test_listed_abilities_are_claimed(claims: dict[str, Claims]) -> None:
    claim = claims["qwen3:8b"]
    assert (claim.kind, claim.tools, claim.reasoning) == (
        Kind.CHAT,
        True,
        Reasoning.CONFIGURABLE,
    )
    assert (claim.context_window, claim.quantization) == (40960, "Q4_K_M")


def test_an_embedding_model_is_one(claims: dict[str, Claims]) -> None:
    claim = claims["qwen3-embedding:0.6b"]
    assert (claim.kind, claim.output_modalities) == (Kind.EMBEDDING, (Modality.EMBEDDING,))
    assert (claim.tools, claim.reasoning) == (False, Reasoning.NONE)


def test_vision_takes_pictures(claims: dict[str, Claims]) -> None:
    assert claims["qwen3-vl:235b-cloud"].input_modalities == (TEXT, Modality.IMAGE)


def test_blank_details_say_nothing(claims: dict[str, Claims]) -> None:
    claim = claims["qwen3-vl:235b-cloud"]
    assert (claim.context_window, claim.quantization) == (None, None)


def test_a_model_without_listed_abilities_has_unknown_ones(claims: dict[str, Claims]) -> None:
    claim = claims["gemma4:e2b"]
    assert (claim.kind, claim.tools, claim.reasoning, claim.input_modalities) == (None,) * 4


def test_a_local_change_is_no_creation_and_nothing_is_priced(claims: dict[str, Claims]) -> None:
    assert {(claim.created, claim.price) for claim in claims.values()} == {(None, None)}


def test_details_are_claimed_of_the_model_asked_about(small: Callable[[str], bytes]) -> None:
    claim = shown_body(small("ollama/show"), "gemma4:e2b")
    assert (claim.native_id, claim.kind, claim.tools) == ("gemma4:e2b", Kind.CHAT, False)
    assert claim.input_modalities == (TEXT, Modality.IMAGE, Modality.AUDIO)
    assert claim.context_window == 131072


def test_the_context_that_is_served_wins_over_the_trained_one() -> None:
    claim = shown(
        parameters='stop      "x"\nnum_ctx                        8192',
        model_info={"general.architecture": "llama", "llama.context_length": 131072},
    )
    assert claim.context_window == 8192


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"general.architecture": "llama"},
        {"general.architecture": "llama", "llama.context_length": "long"},
        {"general.architecture": None, "llama.context_length": 4096},
    ],
)
def test_facts_without_a_length_leave_the_context_unknown(facts: dict[str, Any]) -> None:
    assert shown(model_info=facts).context_window is None


def test_details_that_are_no_json_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        shown_body(b"not found", "gemma4:e2b")


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("ollama-tags"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("ollama", body, "tags")
    records = json.loads(body)["models"]
    assert [claim.native_id for claim in reading.claims] == [one["name"] for one in records]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    assert len(reading.follow) == len(records)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("ollama-openai-compat"))
def test_its_openai_shape_is_read_by_the_openai_dialect(
    recordings: Callable[[str], bytes], path: str
) -> None:
    body = recordings(path)
    reading = read("openai", body, "models")
    assert [claim.native_id for claim in reading.claims] == [
        one["id"] for one in json.loads(body)["data"]
    ]
    assert (reading.lost, reading.odd_fields) == ((), {})
