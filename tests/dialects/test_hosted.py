"""Hosted providers whose lists have units and names of their own: values as the raw ones say."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import spoken
from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Page, Reading
from modeldex.providers import packaged
from modeldex.service.discover import first_ask
from tests.conftest import SMALL
from tests.dialects.recorded import by_id, recorded
from tests.loopback.breadth import here

ROWS = packaged()
RECORDED = {
    "baseten": "baseten",
    "chutes": "chutes",
    "deepinfra": "deepinfra",
    "hyperbolic": "hyperbolic",
    "novita-ai": "novita",
    "sambanova": "sambanova",
    "venice": "venice",
    "vercel": "vercel-ai-gateway",
}
"""Row → folder of its recordings."""


def read(row: str, body: bytes, route: str = "models") -> Reading:
    found = next(one for one in spoken(ROWS[row]).routes if one.name == route)
    return spoken(ROWS[row]).read(Page(ask=first_ask(found, here(ROWS[row])), body=body))


def small(row: str, route: str = "models") -> dict[str, Claims]:
    return by_id(read(row, (SMALL / row / f"{route}.json").read_bytes(), route))


@pytest.mark.parametrize(
    ("row", "route", "model", "input", "output", "cache_read"),
    [
        ("deepinfra", "models", "ByteDance/Seed-2.0-mini", "0.1", "0.4", "0.02"),
        ("novita-ai", "models", "deepseek/deepseek-v3-0324", "0.28", "1.14", "0.14"),
        ("novita-ai", "models", "baai/bge-m3", "0.01", None, None),
        ("sambanova", "models", "DeepSeek-R1-0528", "5", "7", None),
        ("vercel", "models", "alibaba/qwen-3-14b", "0.08", "0.24", None),
        ("chutes", "models", "deepseek-ai/DeepSeek-V3.1", "0.2", "0.8", "0.1"),
        ("venice", "models", "gemini-3-1-pro-preview", "2.5", "15", "0.5"),
        ("baseten", "models", "openai/gpt-oss-120b", "0.1", "0.5", None),
        ("friendli", "models", "meta-llama/Llama-3.3-70B-Instruct", "0.6", "0.6", "0.3"),
        ("ovhcloud", "feed", "Qwen3-32B", "0.09", "0.25", "0.05"),
        ("wandb", "facts", "Qwen3-32B", "0.09", "0.25", "0.05"),
        ("io-net", "models", "meta-llama/Llama-4-Maverick", "0.15", "0.6", "0.075"),
        ("requesty", "models", "openai/gpt-4.1", "2", "8", "0.5"),
        ("llmgateway", "models", "gpt-4o", "2.5", "10", None),
        ("inception", "models", "mercury", "0.25", "1", None),
        ("nscale", "models", "meta-llama/Llama-3.3-70B-Instruct", "0.2", "0.6", None),
        ("gmicloud", "prices", "deepseek-ai/DeepSeek-V3", "0.28", "1.14", None),
        ("crusoe", "models", "openai/gpt-oss-120b", "0.1", "0.5", "0.05"),
        ("synthetic", "models", "hf:zai-org/GLM-4.6", "0.55", "2.19", "0.55"),
        ("nano-gpt", "models", "chatgpt-4o-latest", "4.998", "14.994", None),
    ],
)
def test_a_price_is_read_in_its_providers_own_unit(
    row: str, route: str, model: str, input: str, output: str | None, cache_read: str | None
) -> None:
    price = small(row, route)[model].price
    assert price is not None
    said = (price.input, price.output, price.cache_read)
    assert said == tuple(one and Decimal(one) for one in (input, output, cache_read))


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ("nano-gpt", "without-unit"),
        ("inference", "google/gemma-3"),
        ("nscale", "black-forest-labs/FLUX.1-schnell"),
        ("deepinfra", "Qwen/Qwen3-Embedding-4B-batch"),
        ("hyperbolic", "Qwen/Qwen2.5-VL-72B-Instruct"),
    ],
)
def test_a_price_whose_unit_is_not_known_is_unknown(row: str, model: str) -> None:
    assert small(row)[model].price is None


def test_a_requests_write_price_is_not_its_read_price() -> None:
    price = small("requesty")["openai/gpt-4.1"].price
    assert price is not None
    assert (price.cache_write, price.cache_read) == (Decimal(2), Decimal("0.5"))


@pytest.mark.parametrize(
    ("row", "model", "above", "input", "output"),
    [
        ("vercel", "google/gemini-2.5-pro", 200001, "2.5", "15"),
        ("venice", "gemini-3-1-pro-preview", 200000, "5", "22.5"),
    ],
)
def test_a_longer_prompt_has_its_own_rates(
    row: str, model: str, above: int, input: str, output: str
) -> None:
    price = small(row)[model].price
    assert price is not None
    (tier,) = price.tiers
    assert (tier.when.above_input_tokens, tier.input, tier.output) == (
        above,
        Decimal(input),
        Decimal(output),
    )


@pytest.mark.parametrize(
    ("row", "model", "kind"),
    [
        ("deepinfra", "black-forest-labs/FLUX-1-dev", Kind.IMAGE),
        ("novita-ai", "baai/bge-m3", Kind.EMBEDDING),
        ("vercel", "cohere/embed-v4.0", Kind.EMBEDDING),
        ("venice", "flux-dev", Kind.IMAGE),
        ("friendli", "whisper-large-v3", Kind.TRANSCRIPTION),
        ("volcengine", "doubao-embedding-large-text-240915", Kind.EMBEDDING),
        ("nscale", "black-forest-labs/FLUX.1-schnell", Kind.IMAGE),
    ],
)
def test_what_is_no_chat_model_is_told_apart(row: str, model: str, kind: Kind) -> None:
    assert small(row)[model].kind is kind


def test_zero_tokens_are_unknown() -> None:
    said = small("vercel")["cohere/embed-v4.0"]
    assert (said.context_window, said.max_output) == (None, None)


def test_an_ability_that_is_not_named_is_unknown() -> None:
    said = small("vercel")["google/gemini-2.5-pro"]
    assert (said.vision, said.tools, said.reasoning) == (True, None, None)


def test_a_reasoning_limit_marks_a_model_that_reasons() -> None:
    said = small("volcengine")["doubao-seed-1-6-250615"]
    assert (said.reasoning, said.structured_output) == (Reasoning.CONFIGURABLE, False)


def test_a_price_without_a_unit_is_counted_as_unread() -> None:
    body = (SMALL / "inference" / "models.json").read_bytes()
    assert dict(read("inference", body).unknown_fields) == {"pricing": 1}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("row", "name"),
    [(row, name) for row, folder in RECORDED.items() for name in recorded(folder)],
)
def test_no_recorded_model_is_lost(row: str, name: str, recordings: Callable[[str], bytes]) -> None:
    body = recordings(name)
    reading = read(row, body)
    raw: list[dict[str, Any]] = msgspec.json.decode(body)["data"]
    assert reading.lost == ()
    assert len(reading.claims) == len(raw)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("row", "name"),
    [(row, name) for row, folder in RECORDED.items() for name in recorded(folder)],
)
def test_recorded_limits_are_the_raw_ones(
    row: str, name: str, recordings: Callable[[str], bytes]
) -> None:
    body = recordings(name)
    said = by_id(read(row, body))
    for record in msgspec.json.decode(body)["data"]:
        inside = {**record, **(record.get("metadata") or {}), **(record.get("model_spec") or {})}
        names = (
            *("context_length", "context_window", "context_size", "max_model_len"),
            "availableContextTokens",
        )
        raw = next((inside[key] for key in names if inside.get(key)), None)
        assert said[record["id"]].context_window == raw
