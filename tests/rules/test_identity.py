import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.claims import Claims
from modeldex.knowledge.bases import packaged
from modeldex.rules.identity import explain, is_fine_tune, link

REGISTRY = packaged()
GPT_OSS = "openai/gpt-oss-120b"
SONNET = "anthropic/claude-sonnet-4-5"
IDS = st.text() | st.from_regex(r"([a-z0-9]{1,8}[-_.:/@]){0,5}[a-z0-9]{1,8}", fullmatch=True)


def base(provider_id: str, native_id: str, **said: object) -> str | None:
    claims = Claims(native_id=native_id, **said)  # type: ignore[arg-type]
    found = link(provider_id, native_id, claims, REGISTRY)
    return found.base if found else None


@pytest.mark.parametrize(
    ("provider_id", "native_id"),
    [
        ("groq", "openai/gpt-oss-120b"),
        ("openrouter", "openai/gpt-oss-120b:free"),
        ("fireworks", "accounts/fireworks/models/gpt-oss-120b"),
        ("cerebras", "gpt-oss-120b"),
        ("ollama", "gpt-oss:120b"),
        ("ollama", "gpt-oss:120b-cloud"),
        ("huggingface", "openai/gpt-oss-120b"),
        ("huggingface", "openai/gpt-oss-120b:groq"),
        ("nebius", "openai/gpt-oss-120b"),
        ("amazon-bedrock", "openai.gpt-oss-120b-1:0"),
        ("together", "openai/gpt-oss-120b"),
        ("poe", "gpt-oss-120b-cs"),
        ("google-vertex", "openai/gpt-oss-120b-maas"),
        ("cloudflare-workers-ai", "@cf/openai/gpt-oss-120b"),
        ("venice", "openai-gpt-oss-120b"),
        ("a-provider-of-the-user", "gpt-oss-120b"),
    ],
)
def test_gpt_oss_is_one_base_wherever_it_is_served(provider_id: str, native_id: str) -> None:
    assert base(provider_id, native_id) == GPT_OSS


@pytest.mark.parametrize(
    ("provider_id", "native_id"),
    [
        ("anthropic", "claude-sonnet-4-5-20250929"),
        ("anthropic", "claude-sonnet-4-5"),
        ("openrouter", "anthropic/claude-sonnet-4.5"),
        ("amazon-bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("google-vertex", "claude-sonnet-4-5@20250929"),
        ("poe", "claude-sonnet-4.5"),
        ("digitalocean", "anthropic-claude-4.5-sonnet"),
    ],
)
def test_claude_is_one_base_wherever_it_is_served(provider_id: str, native_id: str) -> None:
    assert base(provider_id, native_id) == SONNET


@pytest.mark.parametrize(
    ("provider_id", "native_id", "expected"),
    [
        ("openai", "gpt-5-2025-08-07", "openai/gpt-5"),
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("openai", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
        ("google-vertex", "claude-3-5-sonnet-v2@20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("openai", "gpt-4o-2027-01-01", None),
        ("anthropic", "claude-sonnet-4-5-20270101", None),
    ],
)
def test_a_pin_is_its_name_where_there_is_one_snapshot(
    provider_id: str, native_id: str, expected: str | None
) -> None:
    assert base(provider_id, native_id) == expected


@pytest.mark.parametrize(
    ("provider_id", "native_id", "expected"),
    [
        ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "meta/llama-3.3-70b-instruct"),
        ("groq", "llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct"),
        ("ollama", "llama3.3:70b-instruct-q4_K_M", "meta/llama-3.3-70b-instruct"),
        ("fireworks", "accounts/fireworks/models/kimi-k2p6", "moonshotai/kimi-k2.6"),
        ("nebius", "Qwen/Qwen3-32B-fast", "qwen/qwen3-32b"),
        ("openai", "gpt-4-turbo", "openai/gpt-4-turbo"),
        ("poe", "gpt-3.5-turbo", "openai/gpt-3.5-turbo"),
        ("groq", "whisper-large-v3-turbo", "openai/whisper-large-v3-turbo"),
        ("gemini", "gemini-2.5-pro-preview-05-06", "google/gemini-2.5-pro-preview-05-06"),
        ("amazon-bedrock", "deepseek.v3-v1:0", "deepseek/deepseek-v3.1"),
        ("ollama", "gemma3:12b", "google/gemma-3-12b-it"),
        ("ollama-cloud", "gemma3:12b", "google/gemma-3-12b-it"),
        ("nvidia", "mistralai/mistral-7b-instruct-v03", "mistral/mistral-7b-instruct-v0.3"),
        ("novita-ai", "sao10K/l31-70b-euryale-v2.2", "sao10k/l3.1-70b-euryale-v2.2"),
        ("deepseek", "deepseek-chat", "deepseek/deepseek-chat"),
    ],
)
def test_endings_of_serving_go_and_words_of_the_name_stay(
    provider_id: str, native_id: str, expected: str
) -> None:
    assert base(provider_id, native_id) == expected


@pytest.mark.parametrize(
    ("provider_id", "native_id"),
    [
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::9x"),
        ("ollama", "deepseek-r1:8b"),
        ("ollama", "gpt-oss:latest"),
        ("ollama", "somebody/gpt-oss-120b"),
        ("venice", "olafangensan-glm-4.7-flash-heretic"),
        ("fireworks", "accounts/acme/models/gpt-oss-120b"),
        ("mistral", "mistral-large-latest"),
        ("openrouter", "openrouter/auto"),
        ("openrouter", "~anthropic/claude-opus-latest"),
    ],
)
def test_what_is_not_sure_has_no_base(provider_id: str, native_id: str) -> None:
    assert base(provider_id, native_id) is None


def test_a_stated_hugging_face_id_comes_before_the_name() -> None:
    found = base("openrouter", "deepseek/deepseek-chat", hugging_face_id="deepseek-ai/DeepSeek-V3")
    assert found == "deepseek/deepseek-v3"


def test_a_stated_hugging_face_id_needs_no_registry() -> None:
    assert base("groq", "x", hugging_face_id="Acme/Model-9-FP8") == "acme/model-9"


@pytest.mark.parametrize("stated", ["", "/", "acme/", "/model", "model"])
def test_half_a_hugging_face_id_is_none(stated: str) -> None:
    assert base("groq", "zzz", hugging_face_id=stated) is None


def test_another_name_that_the_provider_gives_leads_to_the_base() -> None:
    found = base("mistral", "mistral-large-latest", aliases=("mistral-large-2411", "zzz"))
    assert found == "mistral/mistral-large-2411"


def test_other_names_that_differ_lead_nowhere() -> None:
    names = ("mistral-large-2411", "mistral-large-2407")
    assert base("mistral", "mistral-large-latest", aliases=names) is None


def test_the_rule_that_decided_is_named() -> None:
    found = explain("openrouter", "openai/gpt-oss-120b:free", (), REGISTRY)
    assert found is not None
    assert found.rule == "ending offer"


def test_an_author_alone_tells_the_lab() -> None:
    found = link("openrouter", "qwen/qwen-nosuch", None, REGISTRY)
    assert found == Claims(native_id="qwen/qwen-nosuch", lab="qwen")


def test_every_base_is_the_base_of_its_own_name() -> None:
    wrong = [one.id for one in REGISTRY.bases if base("huggingface", one.id) not in (one.id, None)]
    assert wrong == []


def test_no_base_is_known_by_a_made_up_name() -> None:
    known = [one.id for one in REGISTRY.bases if base("openrouter", f"{one.id}-nosuch")]
    assert known == []


@given(st.sampled_from(["openai", "ollama", "amazon-bedrock", "huggingface", "nobody"]), IDS)
def test_any_id_is_answered_twice_alike(provider_id: str, native_id: str) -> None:
    first = explain(provider_id, native_id, (), REGISTRY)
    assert explain(provider_id, native_id, (), REGISTRY) == first


@given(IDS, st.text(), st.tuples(st.text()))
def test_any_claims_are_read(native_id: str, stated: str, aliases: tuple[str, ...]) -> None:
    claims = Claims(native_id=native_id, hugging_face_id=stated, aliases=aliases)
    found = link("groq", native_id, claims, REGISTRY)
    assert found is None or found.native_id == native_id


@given(IDS)
def test_a_fine_tune_has_no_base_of_any_shape(name: str) -> None:
    assert link("openai", f"ft:{name}", None, REGISTRY) is None


@pytest.mark.parametrize(
    ("native_id", "tuned"),
    [
        ("ft:gpt-4o-mini:acme:support:abc", True),
        ("openai/ft:gpt-4o-mini:acme::abc", True),
        ("FT:open-mistral-7b:acme:20240501:abc", True),
        ("gpt-4o-mini", False),
        ("someone/soft:serve", False),
        ("", False),
    ],
)
def test_a_fine_tune_is_known_by_its_name(native_id: str, tuned: bool) -> None:
    assert is_fine_tune(native_id) is tuned
