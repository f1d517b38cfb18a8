from urllib.parse import urlsplit

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.prefixes import packaged, read
from modeldex.providers import packaged as providers
from modeldex.rules.litellm_names import litellm_ids

ROW = 'providers = ["p"]\nlink = "https://example.org"\nchecked = "2026-11-20"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nproviders = []\nlink = 'x'\nchecked = 'x'\n", "row a: it needs a provider"),
        (f"[a]\n{ROW}skip = '('\n", "row a: skip is no expression"),
        (f"[a]\n{ROW}drop = 'x'\n", "row a: .*drop"),
        ("[a]\n", "row a: .*providers"),
    ],
)
def test_a_wrong_row_is_named(text: str, message: str) -> None:
    with pytest.raises(BadReferenceData, match=message):
        read(text)


def test_every_prefix_stands_for_providers_of_ours() -> None:
    named = {provider for row in packaged().values() for provider in row.providers}
    assert named <= providers().keys()


def test_an_address_for_calls_is_that_of_the_first_provider() -> None:
    hosts = {name: urlsplit(row.base_url).hostname for name, row in providers().items()}
    for row in packaged().values():
        said = urlsplit(row.calls_at)
        assert not row.calls_at or (said.scheme, said.hostname) == (
            "https",
            hosts[row.providers[0]],
        )


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("together_ai/Qwen/Qwen3.5-9B", "together/Qwen/Qwen3.5-9B"),
        ("azure/eu/gpt-4o", "azure/gpt-4o"),
        (
            "bedrock/us-gov-west-1/1-month-commitment/anthropic.claude-v2",
            "amazon-bedrock/anthropic.claude-v2",
        ),
        (
            "bedrock/converse/us.anthropic.claude-opus-4-1-20250805-v1:0",
            "amazon-bedrock/us.anthropic.claude-opus-4-1-20250805-v1:0",
        ),
        ("vertex_ai/claude-sonnet-4@20250514", "google-vertex/claude-sonnet-4@20250514"),
        ("fireworks_ai/glm-4p6", "fireworks/accounts/fireworks/models/glm-4p6"),
        ("openai/responses/gpt-5-pro", "openai/gpt-5-pro"),
        ("nvidia_nim/meta/llama3-70b-instruct", "nvidia/meta/llama3-70b-instruct"),
    ],
)
def test_names_of_litellm_become_ids_of_ours(name: str, id: str) -> None:
    assert id in litellm_ids(name, packaged())
