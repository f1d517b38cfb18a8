import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.listing import Answer
from modeldex.rules.recognising import CLUES, recognised
from tests.conftest import SMALL


def answers(**said: Any) -> dict[str, Answer]:
    """Answers of 200 by address; a tuple gives another status."""
    found = {}
    for name, value in said.items():
        status, body = value if isinstance(value, tuple) else (200, value)
        found["/" + name.replace("_", "/")] = Answer(status=status, body=json.dumps(body).encode())
    return found


def small(row: str, route: str) -> Any:
    return json.loads((SMALL / row / f"{route}.json").read_bytes())


@pytest.mark.parametrize(
    ("said", "row"),
    [
        ({"v1_models": small("vllm", "models")}, "vllm"),
        ({"v1_models": small("sglang", "models")}, "sglang"),
        ({"v1_models": small("llamacpp", "models")}, "llamacpp"),
        ({"v1_models": small("koboldcpp", "models")}, "koboldcpp"),
        ({"v1_models": small("localai", "models")}, "localai"),
        ({"v1_models": small("litellm-proxy", "models")}, "litellm-proxy"),
        ({"v1_models": small("text-generation-webui", "models")}, "text-generation-webui"),
        ({"v1_models": small("gpustack", "models")}, "gpustack"),
        ({"v1_models": small("tgi", "models"), "info": small("tgi", "info")}, "tgi"),
        ({"api_v0_models": small("lmstudio", "v0")}, "lmstudio"),
        ({"v1_models": small("lmstudio", "openai")}, "lmstudio"),
        ({"api_tags": {"models": []}, "v1_models": {"object": "list", "data": None}}, "ollama"),
        ({"v1_models": (401, {"error": {"type": "auth_error", "code": "401"}})}, "litellm-proxy"),
        ({"api_models": (401, {"detail": "Not authenticated"})}, "open-webui"),
        ({"v1_models": {"data": [{"id": "a", "owned_by": "me", "created": 5}]}}, "openai"),
        ({"v1_models": {"object": "list", "data": []}}, "openai"),
        ({"v1_models": (404, {"detail": "Not Found"})}, None),
        ({"info": {"name": "something else"}}, None),
        ({}, None),
    ],
)
def test_a_server_is_told_by_the_shape_of_its_answers(
    said: dict[str, Any], row: str | None
) -> None:
    assert recognised(answers(**said)) == row


def test_a_server_that_also_speaks_like_ollama_is_not_taken_for_it() -> None:
    tags = {"models": [{"name": "a", "digest": "0"}]}
    said = {"api_tags": tags, "v1_models": small("koboldcpp", "models")}
    assert recognised(answers(**said)) == "koboldcpp"


@given(
    bodies=st.dictionaries(
        st.sampled_from(CLUES),
        st.tuples(st.sampled_from([200, 401, 404, 500]), st.binary(max_size=40)),
    )
)
def test_no_answer_of_a_stranger_raises(bodies: dict[str, tuple[int, bytes]]) -> None:
    said = {path: Answer(status=status, body=body) for path, (status, body) in bodies.items()}
    assert recognised(said) is None or isinstance(recognised(said), str)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["data", "models", "id", "error"]), inner)
        ),
    )
)
def test_no_json_of_a_stranger_raises(value: Any) -> None:
    recognised({path: Answer(status=200, body=json.dumps(value).encode()) for path in CLUES})
