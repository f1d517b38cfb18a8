"""What LiteLLM is told of a model, in its own words: `model_info`.

Source: https://docs.litellm.ai/docs/proxy/configs and the keys of
https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..domain.capability import Kind, Reasoning
from ..domain.price import PER_ONE
from .yaml_text import Scalar

_MODES = {
    Kind.CHAT: "chat",
    Kind.COMPLETION: "completion",
    Kind.EMBEDDING: "embedding",
    Kind.RERANK: "rerank",
    Kind.IMAGE: "image_generation",
    Kind.VIDEO: "video_generation",
    Kind.TRANSCRIPTION: "audio_transcription",
    Kind.SPEECH: "audio_speech",
    Kind.MODERATION: "moderation",
    Kind.REALTIME: "realtime",
}
_ABILITIES = {
    "tools": "supports_function_calling",
    "structured_output": "supports_response_schema",
    "vision": "supports_vision",
    "prompt_caching": "supports_prompt_caching",
    "streaming": "supports_native_streaming",
}
_MEDIA = {
    ("input_modalities", "audio"): "supports_audio_input",
    ("input_modalities", "video"): "supports_video_input",
    ("input_modalities", "pdf"): "supports_pdf_input",
    ("output_modalities", "audio"): "supports_audio_output",
}
_COSTS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "reasoning": "output_cost_per_reasoning_token",
    "input_image": "input_cost_per_image_token",
    "input_audio": "input_cost_per_audio_token",
    "input_video": "input_cost_per_video_token",
    "cache_read_audio": "cache_read_input_audio_token_cost",
    "output_image": "output_cost_per_image_token",
    "output_audio": "output_cost_per_audio_token",
    "image": "output_cost_per_image",
    "request": "input_cost_per_request",
    "character": "input_cost_per_character",
    "page": "ocr_cost_per_page",
}
_MADE_FROM_ONE_SIDE = frozenset({Kind.EMBEDDING, Kind.RERANK, Kind.MODERATION})
"""Kinds that are charged for what goes in alone."""


def facts(model: Mapping[str, Any]) -> dict[str, Scalar]:
    """What is known, and nothing that is not; costs are exact USD per token, or per one.

    `id` is ours, so that two exports name one deployment the same.
    """
    said: dict[str, Scalar | None] = {
        "id": model["id"],
        "mode": _MODES.get(model["kind"]),
        "max_input_tokens": model["context_window"],
        "max_output_tokens": model["max_output"],
    }
    said.update(_costs(model))
    said.update((theirs, model[ours]) for ours, theirs in _ABILITIES.items())
    if model["reasoning"] is not None:
        said["supports_reasoning"] = model["reasoning"] != Reasoning.NONE
    for (field, medium), theirs in _MEDIA.items():
        if medium in (model[field] or ()):
            said[theirs] = True
    said["deprecation_date"] = model["retires_on"]
    said["successor_model"] = model["successor"]
    return {name: value for name, value in said.items() if value is not None}


def _costs(model: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The price where it is whole: LiteLLM takes a side that is missing for free."""
    price = model["price"]
    if price is None or price.get("varies") or not _whole(price, model["kind"]):
        return
    yield from _rates(price, model["kind"], "")
    for tier in price.get("tiers", ()):
        if (suffix := _suffix(tier["when"])) is not None:
            yield from _rates(tier, model["kind"], suffix)


def _whole(price: Mapping[str, Any], kind: str | None) -> bool:
    sides = [price.get("input"), price.get("output")]
    if kind in _MADE_FROM_ONE_SIDE:
        return sides[0] is not None
    return None not in sides or sides == [None, None]


def _rates(
    rates: Mapping[str, Any], kind: str | None, suffix: str
) -> Iterator[tuple[str, Decimal]]:
    names = {**_COSTS, "second": _per_second(kind)}
    for unit, name in names.items():
        if (amount := rates.get(unit)) is not None and not (suffix and unit in PER_ONE):
            exactly = Decimal(amount)
            yield name + suffix, exactly if unit in PER_ONE else exactly.scaleb(-6)


def _per_second(kind: str | None) -> str:
    return "input_cost_per_second" if kind == Kind.TRANSCRIPTION else "output_cost_per_second"


def _suffix(when: Mapping[str, Any]) -> str | None:
    """How LiteLLM writes a condition; `None` for one that it does not know."""
    rest = {name: value for name, value in when.items() if value is not None}
    above, service = rest.pop("above_input_tokens", None), rest.pop("service_tier", None)
    batch = rest.pop("batch", None)
    if rest or (above or 0) % 1000 or batch is False or (batch and service):
        return None
    if service not in (None, "flex", "priority"):
        return None
    suffix = f"_above_{above // 1000}k_tokens" if above else ""
    return suffix + ("_batches" if batch else f"_{service}" if service else "") or None
