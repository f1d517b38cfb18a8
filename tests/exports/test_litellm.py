"""A LiteLLM proxy's configuration: whom it calls, with which key, at which price."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from modeldex.domain.provider import KeyNeed, Provider
from modeldex.exports.litellm import litellm
from modeldex.exports.litellm_deployment import SPEAKS_OPENAI
from modeldex.knowledge.prefixes import packaged as prefixes
from modeldex.providers import packaged

from .shapes import document, material, row

LEFT_OUT = {"cloudflare-ai-gateway", "github-copilot", "perplexity-agent"}
"""Those that LiteLLM cannot be set up to call."""


def deployment(
    id: str, provider: Provider | None = None, key: str | None = "env:X", **facts: Any
) -> dict[str, Any]:
    name = id.partition("/")[0]
    rows = {name: provider or packaged()[name]}
    made = litellm(material(document(id, **facts), rows=rows, keys={name: key} if key else {}))
    (found,) = yaml.safe_load(made.text)["model_list"]
    return found  # type: ignore[no-any-return]


def params(id: str, provider: Provider | None = None, **more: Any) -> dict[str, str]:
    return deployment(id, provider, **more)["litellm_params"]  # type: ignore[no-any-return]


def info(**facts: Any) -> dict[str, Any]:
    return deployment("acme/m", row("acme"), **facts)["model_info"]  # type: ignore[no-any-return]


def written(**facts: Any) -> str:
    return litellm(material(document(**facts))).text


@pytest.mark.parametrize(
    ("id", "kind", "name"),
    [
        ("groq/openai/gpt-oss-120b", "chat", "groq/openai/gpt-oss-120b"),
        ("together/Qwen/Qwen3.5-9B", "chat", "together_ai/Qwen/Qwen3.5-9B"),
        ("fireworks/accounts/fireworks/models/m", None, "fireworks_ai/accounts/fireworks/models/m"),
        ("ollama/llama3:8b", "chat", "ollama_chat/llama3:8b"),
        ("ollama/nomic", "embedding", "ollama/nomic"),
        ("cohere/command-a", "chat", "cohere/command-a"),
        ("openai/davinci-002", "completion", "text-completion-openai/davinci-002"),
        ("amazon-bedrock/us.anthropic.claude", "chat", "bedrock/us.anthropic.claude"),
        ("vllm/any/model", "chat", "openai/any/model"),
    ],
)
def test_a_model_is_called_as_litellm_calls_it(id: str, kind: str | None, name: str) -> None:
    assert params(id, kind=kind)["model"] == name


def test_a_deployment_has_our_id() -> None:
    found = deployment("groq/a/b")
    assert (found["model_name"], found["model_info"]["id"]) == ("groq/a/b", "groq/a/b")


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        ("env:MY_GROQ", "MY_GROQ"),
        ("file:/etc/key", "GROQ_API_KEY"),
        ("keyring:groq", "GROQ_API_KEY"),
        ("config", "GROQ_API_KEY"),
        (None, "GROQ_API_KEY"),
    ],
)
def test_a_key_is_the_name_of_a_variable(place: str | None, variable: str) -> None:
    assert params("groq/m", key=place)["api_key"] == f"os.environ/{variable}"


def test_a_key_without_a_variable_gets_the_name_of_one() -> None:
    assert (
        params("my-lab/m", row("my-lab"), key="file:/k")["api_key"] == "os.environ/MY_LAB_API_KEY"
    )


def test_a_server_without_keys_is_never_sent_the_one_of_openai() -> None:
    own = row("own", key=KeyNeed.NEVER)
    assert params("own/m", own, key=None)["api_key"] == "none"


def test_a_cloud_finds_its_own_credential() -> None:
    found = params("amazon-bedrock/m", key=None)
    assert "api_key" not in found
    assert found["aws_region_name"] == "os.environ/AWS_REGION"


@pytest.mark.parametrize(
    ("id", "address"),
    [
        ("groq/m", None),
        ("dashscope/m", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
        ("minimax-cn/m", "https://api.minimaxi.com/v1"),
        ("ollama/m", "http://localhost:11434"),
        ("azure/m", "os.environ/AZURE_OPENAI_ENDPOINT"),
        ("siliconflow/m", "https://api.siliconflow.com/v1"),
    ],
)
def test_an_address_is_there_where_litellm_would_go_elsewhere(id: str, address: str | None) -> None:
    assert params(id).get("api_base") == address


def test_a_row_that_was_moved_keeps_its_address() -> None:
    moved = row("groq", base_url="https://gateway.test/v1", dialect="groq")
    assert params("groq/m", moved)["api_base"] == "https://gateway.test/v1"


@pytest.mark.parametrize(
    "provider",
    [
        row("acme", dialect="anthropic"),
        row("acme", base_url="https://u:p@acme.test/v1"),
        row("acme", base_url="https://acme.test/v1?key=1"),
        row("acme", base_url="https://{resource}.test/v1"),
        row("acme", retired="2026-01-01"),
    ],
)
def test_who_cannot_be_called_is_left_out_and_counted(provider: Provider) -> None:
    made = litellm(material(document(), document("acme/n"), rows={"acme": provider}))
    assert yaml.safe_load(made.text) == {"model_list": []}
    assert made.left_out == {"LiteLLM cannot be set up to call acme": 2}
    assert "# left out: 2" in made.text


def test_every_packaged_provider_but_a_few_can_be_called() -> None:
    rows = {name: one for name, one in packaged().items() if one.retired is None}
    made = litellm(material(*(document(f"{name}/m") for name in rows), rows=rows, keys={}))
    assert {why.rpartition(" ")[2] for why in made.left_out} == LEFT_OUT


def test_every_provider_is_written_with_one_prefix_for_all_kinds() -> None:
    for name in packaged():
        found = [p for p, one in prefixes().items() if name in one.providers and one.writes]
        assert len([p for p in found if not prefixes()[p].kinds]) <= 1, name


def test_dialects_that_speak_like_openai_are_dialects() -> None:
    assert {one.dialect for one in packaged().values()} >= SPEAKS_OPENAI


def test_costs_are_exact_and_per_token() -> None:
    text = written(kind="chat", price={"input": "0.075", "output": "0.3", "cache_read": "0.0375"})
    assert "input_cost_per_token: 0.000000075\n" in text
    assert "cache_read_input_token_cost: 0.0000000375\n" in text


@pytest.mark.parametrize(
    ("kind", "price"),
    [
        ("chat", None),
        ("chat", {"input": "1", "output": None}),
        ("chat", {"input": None, "output": "1"}),
        ("embedding", {"input": None, "output": "1"}),
        ("chat", {"input": "1", "output": "1", "varies": True}),
    ],
)
def test_a_price_that_is_not_whole_is_none(kind: str, price: dict[str, Any] | None) -> None:
    assert not [name for name in info(kind=kind, price=price) if "cost" in name]


def test_free_is_zero() -> None:
    assert info(kind="chat", price={"input": "0", "output": "0"})["output_cost_per_token"] == 0


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ({"above_input_tokens": 200_000}, "input_cost_per_token_above_200k_tokens"),
        ({"batch": True}, "input_cost_per_token_batches"),
        ({"service_tier": "flex"}, "input_cost_per_token_flex"),
        (
            {"above_input_tokens": 272_000, "service_tier": "priority"},
            "input_cost_per_token_above_272k_tokens_priority",
        ),
    ],
)
def test_a_conditional_price_has_litellms_name(when: dict[str, Any], name: str) -> None:
    tier = {"when": when, "input": "2"}
    found = info(kind="chat", price={"input": "1", "output": "1", "tiers": [tier]})
    assert Decimal(str(found[name])) == Decimal("0.000002")


@pytest.mark.parametrize(
    "when", [{"utc_from": "01:00"}, {"above_input_tokens": 1500}, {"service_tier": "other"}]
)
def test_a_condition_that_litellm_does_not_know_is_not_written(when: dict[str, Any]) -> None:
    tier = {"when": when, "input": "2"}
    found = info(kind="chat", price={"input": "1", "output": "1", "tiers": [tier]})
    assert len([name for name in found if "cost" in name]) == 2


def test_what_is_unknown_is_not_said() -> None:
    assert info() == {"id": "acme/m"}


def test_no_is_said() -> None:
    found = info(tools=False, reasoning="none", input_modalities=["text", "pdf"])
    assert found["supports_function_calling"] is False
    assert found["supports_reasoning"] is False
    assert found["supports_pdf_input"] is True
    assert "supports_audio_input" not in found


def test_an_announced_end_is_said() -> None:
    found = info(retires_on="2026-12-01", successor="acme/n", context_window=8, max_output=4)
    assert (found["deprecation_date"], found["successor_model"]) == ("2026-12-01", "acme/n")
    assert (found["max_input_tokens"], found["max_output_tokens"]) == (8, 4)


def test_the_variables_that_it_needs_stand_at_the_top() -> None:
    assert "\n#   ACME_API_KEY\n" in written()
