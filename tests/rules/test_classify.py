from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.price import Price
from modeldex.knowledge.patterns import packaged
from modeldex.rules.classify import Otherwise, Pattern, Patterns, classify, explain

CHAT = Pattern(name="family", reason="-", words=("gpt",), kind=Kind.CHAT)
PICTURE = Pattern(name="picture", reason="-", words=("image",), kind=Kind.IMAGE)
ACME = Pattern(name="acme", reason="-", match="^x-", providers=("acme",), kind=Kind.OTHER)
OTHERWISE = {"acme": Otherwise(kind=Kind.CHAT, reason="-")}
PATTERNS = Patterns((ACME, PICTURE, CHAT), OTHERWISE)


def kind(
    native_id: str, provider_id: str | None = None, patterns: Patterns = PATTERNS
) -> Kind | None:
    claims = classify(native_id, patterns, provider_id)
    return claims.kind if claims else None


def test_the_first_row_decides() -> None:
    assert kind("gpt-image-1") is Kind.IMAGE


def test_nothing_is_said_of_a_name_that_says_nothing() -> None:
    assert classify("zzz-9", PATTERNS) is None


def test_a_row_of_one_provider_holds_there_alone() -> None:
    assert (kind("x-gpt", "acme"), kind("x-gpt", "other")) == (Kind.OTHER, Kind.CHAT)


def test_a_list_of_one_kind_says_the_rest() -> None:
    assert (kind("zzz", "acme"), kind("image", "acme")) == (Kind.CHAT, Kind.IMAGE)


def test_a_fine_tune_is_judged_by_its_base() -> None:
    assert kind("ft:gpt-4o:image-lab:my-image:x1") is Kind.CHAT


def test_an_expression_without_a_sure_run_is_tried_for_every_id() -> None:
    odd = Pattern(name="odd", reason="-", match="^[^a-z]$", kind=Kind.OTHER)
    assert kind("π", patterns=Patterns((odd,), {})) is Kind.OTHER


def test_a_run_is_found_inside_a_longer_word() -> None:
    inside = Pattern(name="inside", reason="-", match="(fp4|t2)v?", kind=Kind.OTHER)
    assert kind("x-nvfp4:1", patterns=Patterns((inside,), {})) is Kind.OTHER


def test_the_native_id_stays_as_it_was() -> None:
    claims = classify("GPT-5", PATTERNS)
    assert claims is not None
    assert claims.native_id == "GPT-5"


def test_the_row_that_decided_is_named() -> None:
    assert explain("gpt-image", PATTERNS) == {"kind": (Kind.IMAGE, "picture")}


def test_the_rest_of_a_list_is_named_too() -> None:
    assert explain("zzz", PATTERNS, "acme") == {"kind": (Kind.CHAT, "otherwise chat")}


@pytest.mark.parametrize(
    ("native_id", "expected"),
    [
        ("gpt-5.1", Kind.CHAT),
        ("gpt-5-codex", Kind.CHAT),
        ("gpt-4o-search-preview", Kind.CHAT),
        ("o3-deep-research", Kind.CHAT),
        ("computer-use-preview", Kind.CHAT),
        ("gpt-audio-mini", Kind.AUDIO),
        ("gpt-4o-mini-tts", Kind.SPEECH),
        ("gpt-4o-transcribe-diarize", Kind.TRANSCRIPTION),
        ("gpt-realtime-whisper", Kind.TRANSCRIPTION),
        ("gpt-realtime-2", Kind.REALTIME),
        ("gpt-image-1.5", Kind.IMAGE),
        ("gpt-3.5-turbo-instruct", Kind.COMPLETION),
        ("davinci-002", Kind.COMPLETION),
        ("ft:gpt-4o-mini-2024-07-18:acme:embed:9x", Kind.CHAT),
        ("ft:davinci-002:acme::9x", Kind.COMPLETION),
        ("omni-moderation-latest", Kind.MODERATION),
        ("text-embedding-3-small", Kind.EMBEDDING),
        ("sora-2", Kind.VIDEO),
        ("gemini-2.5-flash-image", Kind.IMAGE),
        ("gemini-3.1-flash-live-preview", Kind.REALTIME),
        ("veo-3.1-generate-preview", Kind.VIDEO),
        ("lyria-3-pro-preview", Kind.AUDIO),
        ("aqa", Kind.OTHER),
        ("mistral-ocr-2512", Kind.OTHER),
        ("rerank-v4.0-pro", Kind.RERANK),
        ("embed-english-v3.0-image", Kind.EMBEDDING),
        ("meta-llama/Llama-Guard-4-12B", Kind.MODERATION),
        ("Qwen/Qwen3-8B-Base", Kind.COMPLETION),
        ("baidu/ERNIE-4.5-21B-A3B-PT", Kind.CHAT),
        ("Qwen/Qwen-Image-Edit", Kind.IMAGE),
        ("deepgram/nova-3-en", Kind.TRANSCRIPTION),
        ("amazon.nova-pro-v1:0", Kind.CHAT),
        ("amazon.nova-2-sonic-v1:0", Kind.REALTIME),
        ("qwen3-tts-flash-realtime", Kind.SPEECH),
        ("wan2.7-t2v", Kind.VIDEO),
        ("stability/stable-video-diffusion", Kind.VIDEO),
        ("stability/stable-diffusion-3.5-large", Kind.IMAGE),
        ("all-mini-lm-l6-v2", Kind.EMBEDDING),
        ("nvidia/studiovoice", Kind.AUDIO),
        ("tongyi-9", Kind.CHAT),
        ("something-new", None),
    ],
)
def test_names_of_known_series(native_id: str, expected: Kind | None) -> None:
    assert kind(native_id, patterns=packaged()) is expected


@pytest.mark.parametrize(
    ("native_id", "provider_id", "expected"),
    [
        ("voxtral-mini-latest", "mistral", Kind.TRANSCRIPTION),
        ("voxtral-small-latest", "mistral", Kind.CHAT),
        ("something-new", "anthropic", Kind.CHAT),
        ("something-new", "openai", None),
        ("nvidia/llama-embed", "openrouter", Kind.EMBEDDING),
    ],
)
def test_names_of_one_provider(native_id: str, provider_id: str, expected: Kind | None) -> None:
    assert kind(native_id, provider_id, packaged()) is expected


@pytest.mark.parametrize(
    ("native_id", "field", "expected"),
    [
        ("grok-4-fast-non-reasoning", "reasoning", Reasoning.NONE),
        ("qwen3-235b-a22b-thinking-2507", "reasoning", Reasoning.FIXED),
        ("openai/gpt-oss-120b", "reasoning", Reasoning.CONFIGURABLE),
        ("gpt-4o", "reasoning", None),
        ("qwen3-vl-plus", "vision", True),
        ("gpt-4o", "vision", None),
        ("deepseek-ai/DeepSeek-V3-FP8", "quantization", "fp8"),
    ],
)
def test_names_prove_a_few_things_more(native_id: str, field: str, expected: object) -> None:
    assert getattr(classify(native_id, packaged()), field) == expected


@pytest.mark.parametrize(
    ("native_id", "provider_id", "says"),
    [
        ("o3-deep-research", "openai", "Responses API"),
        ("o4-mini-deep-research-2025-06-26", "openai", "web search"),
        ("computer-use-preview", "openai", "computer use tool"),
        ("gpt-4o-search-preview", "openai", "searches the web"),
        ("deep-research-pro-preview-12-2025", "gemini", "Interactions API"),
        ("gemini-2.5-computer-use-preview-10-2025", "gemini", "computer use tool"),
    ],
)
def test_a_chat_model_that_wants_more_than_messages_says_so(
    native_id: str, provider_id: str, says: str
) -> None:
    claims = classify(native_id, packaged(), provider_id)
    assert claims is not None
    assert claims.kind is Kind.CHAT
    assert says in (claims.access_note or "")


@pytest.mark.parametrize(
    ("native_id", "provider_id"),
    [("o3-deep-research", "poe"), ("openai/o3-deep-research", "openrouter"), ("o3", "openai")],
)
def test_what_takes_messages_as_others_do_has_no_note(native_id: str, provider_id: str) -> None:
    claims = classify(native_id, packaged(), provider_id)
    assert claims is not None
    assert claims.access_note is None


@pytest.mark.parametrize(("provider_id", "free"), [("openrouter", True), ("groq", False)])
def test_the_free_suffix_is_a_price_on_openrouter_alone(provider_id: str, free: bool) -> None:
    claims = classify("qwen/qwen3:free", packaged(), provider_id)
    assert claims is not None
    assert (claims.price == Price(input=Decimal(0), output=Decimal(0))) is free


@given(st.text(), st.sampled_from((None, "openai", "openrouter", "nobody")))
def test_any_text_is_answered_and_always_the_same(native_id: str, provider: str | None) -> None:
    assert classify(native_id, packaged(), provider) == classify(native_id, packaged(), provider)


@given(st.from_regex(r"[0-9_.:@ -]*", fullmatch=True))
def test_a_name_without_letters_says_nothing(native_id: str) -> None:
    assert classify(native_id, packaged()) is None
