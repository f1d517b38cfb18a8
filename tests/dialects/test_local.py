"""Servers of one's own: what each says of its models, and what it is asked."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Kind
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Ask, Page, Reading, Role
from tests.conftest import SMALL
from tests.dialects.recorded import by_id, page, read, recorded


def small(row: str, name: str, route: str = "models") -> dict[str, Claims]:
    return by_id(read(name, (SMALL / row / f"{route}.json").read_bytes(), route))


@pytest.mark.parametrize(
    ("row", "name", "route", "model", "context"),
    [
        ("lmstudio", "lmstudio", "models", "google/gemma-4-26b-a4b", 4096),
        ("lmstudio", "lmstudio", "models", "text-embedding-nomic-embed-text-v1.5", 2048),
        ("lmstudio", "lmstudio", "v0", "qwen2-vl-7b-instruct", 32768),
        ("vllm", "openai", "models", "finance-qwen1.5b", 1024),
        ("sglang", "openai", "models", "qwen/qwen3-8b", 40960),
        ("llamacpp", "llamacpp", "models", "unsloth/Qwen3.5-2B-GGUF", 16384),
        ("tgi", "tgi", "info", "meta-llama/Llama-3.1-8B-Instruct", 4096),
        ("gpustack", "gpustack", "models", "qwen3", 8192),
    ],
)
def test_the_context_is_what_the_server_gives(
    row: str, name: str, route: str, model: str, context: int
) -> None:
    assert small(row, name, route)[model].context_window == context


def props(model: str, body: bytes) -> Reading:
    ask = Ask(route="props", path="/props", params={"model": model}, role=Role.DETAIL)
    return dialect("llamacpp").read(Page(ask=ask, body=body))


def test_llama_cpp_is_asked_what_a_running_model_was_started_with() -> None:
    body = b'{"data":[{"id":"a.gguf","meta":{"n_ctx_train":4096}}]}'
    (follow,) = read("llamacpp", body, "models").follow
    assert (follow.path, follow.params["model"]) == ("/props", "a.gguf")


@pytest.mark.parametrize("status", ["unloaded", "loading", "sleeping", "downloading"])
def test_llama_cpp_is_never_made_to_load_a_model(status: str) -> None:
    body = b'{"data":[{"id":"a","status":{"value":"%b"}}]}' % status.encode()
    assert read("llamacpp", body, "models").follow == ()
    running = read("llamacpp", b'{"data":[{"id":"a"}]}', "models").follow
    assert all(ask.params["autoload"] == "false" for ask in running)


def test_what_a_model_runs_with_is_its_context() -> None:
    body = b'{"default_generation_settings":{"n_ctx":8192},"modalities":{"vision":true}}'
    (said,) = props("a.gguf", body).claims
    assert (said.native_id, said.context_window, said.vision) == ("a.gguf", 8192, True)


@pytest.mark.parametrize(
    ("row", "name", "route", "model", "kind"),
    [
        ("lmstudio", "lmstudio", "models", "text-embedding-nomic-embed-text-v1.5", Kind.EMBEDDING),
        ("lmstudio", "lmstudio", "v0", "text-embedding-nomic-embed-text-v1.5", Kind.EMBEDDING),
        ("localai", "localai", "capabilities", "whisper-1", Kind.TRANSCRIPTION),
        ("litellm-proxy", "litellm_proxy", "models", "embed-small", Kind.EMBEDDING),
        ("gpustack", "gpustack", "embedding", "bge-m3", Kind.EMBEDDING),
        ("gpustack", "gpustack", "llm", "qwen3", Kind.CHAT),
    ],
)
def test_what_is_no_chat_model_is_told_apart(
    row: str, name: str, route: str, model: str, kind: Kind
) -> None:
    assert small(row, name, route)[model].kind is kind


def test_the_proxys_price_is_per_token() -> None:
    price = small("litellm-proxy", "litellm_proxy", "groups")["claude-3-haiku"].price
    assert price is not None
    assert (price.input, price.output) == (Decimal("0.25"), Decimal("1.25"))


def test_a_cost_of_nothing_is_what_the_proxy_says_when_it_does_not_know() -> None:
    assert small("litellm-proxy", "litellm_proxy", "groups")["local-free"].price is None


def test_a_rule_with_a_star_is_no_model() -> None:
    assert "openai/*" not in small("litellm-proxy", "litellm_proxy")


def test_an_arena_is_no_model() -> None:
    assert list(small("open-webui", "open_webui")) == ["llama3.2:latest"]


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["llamacpp", "litellm-proxy", "vllm", "lmstudio"])
def test_no_recorded_model_is_lost(folder: str, recordings: Callable[[str], bytes]) -> None:
    spoken = {"litellm-proxy": "litellm_proxy", "vllm": "openai"}.get(folder, folder)
    for name in recorded(folder):
        body = recordings(name)
        reading = dialect(spoken).read(page(spoken, body, "models"))
        outer = msgspec.json.decode(body)
        raw = outer["models"] if folder == "lmstudio" else outer["data"]
        assert reading.lost == ()
        assert len(reading.claims) == len([one for one in raw if "*" not in str(one.get("id"))])
