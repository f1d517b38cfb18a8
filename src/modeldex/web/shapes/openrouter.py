"""OpenRouter's richer list of models. Source: https://openrouter.ai/docs/api-reference/models/get-models"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from ...domain.price import PER_ONE, Price, exact
from ...rules.summary import summary
from . import listed
from .listed import Listed

_MILLION = Decimal(1_000_000)
_RATES: Mapping[str, str] = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "internal_reasoning": "reasoning",
    "request": "request",
    "image": "image",
    "web_search": "search",
}
"""Their name → ours."""
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "tools": ("tools", "tool_choice"),
    "structured_output": ("structured_outputs",),
    "json_mode": ("response_format",),
}


class Architecture(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in and what comes out; null is unknown."""

    modality: str | None
    input_modalities: list[str] | None
    output_modalities: list[str] | None


class TopProvider(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of the one that serves it."""

    context_length: int | None
    max_completion_tokens: int | None


class OpenRouterModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model. A price that is not known is left out, and never 0."""

    id: str
    canonical_slug: str
    hugging_face_id: str | None
    name: str
    created: int
    description: str
    context_length: int | None
    architecture: Architecture
    pricing: dict[str, str]
    """USD per token, or per one, as exact decimal text."""
    top_provider: TopProvider
    supported_parameters: list[str]
    ready: bool


class OpenRouterModels(msgspec.Struct, frozen=True, kw_only=True):
    """A list."""

    data: list[OpenRouterModel]


def model(one: Listed) -> OpenRouterModel:
    """A model in OpenRouter's shape."""
    facts = one.facts
    goes_in, comes_out = (
        listed.split(facts[side]) for side in ("input_modalities", "output_modalities")
    )
    both = f"{'+'.join(goes_in)}->{'+'.join(comes_out)}" if goes_in and comes_out else None
    return OpenRouterModel(
        id=one.id,
        canonical_slug=facts["base"] or one.id,
        hugging_face_id=facts["hugging_face_id"],
        name=one.name,
        created=int(one.created.timestamp()),
        description=summary(facts, one.price),
        context_length=facts["context_window"],
        architecture=Architecture(
            modality=both,
            input_modalities=None if goes_in is None else list(goes_in),
            output_modalities=None if comes_out is None else list(comes_out),
        ),
        pricing=dict(_pricing(one.price)),
        top_provider=TopProvider(
            context_length=facts["context_window"], max_completion_tokens=facts["max_output"]
        ),
        supported_parameters=list(_parameters(facts)),
        ready=one.ready,
    )


def models(found: Sequence[Listed]) -> OpenRouterModels:
    """A list in OpenRouter's shape."""
    return OpenRouterModels(data=[model(one) for one in found])


def _pricing(price: Price | None) -> Iterator[tuple[str, str]]:
    if price is None or price.varies:
        return
    for theirs, ours in _RATES.items():
        amount = getattr(price, ours)
        if amount is not None:
            yield theirs, exact(amount if ours in PER_ONE else amount / _MILLION)


def _parameters(facts: Mapping[str, Any]) -> Iterator[str]:
    for field, names in _PARAMETERS.items():
        if facts[field]:
            yield from names
    if facts["reasoning"] in ("fixed", "configurable"):
        yield "reasoning"
