"""A second reading of recorded lists, apart from the dialects: where each plain value stands, in which unit.

Only values that need no judgement are read. A zero is left out, as in most lists it stands for
what is not stated; so are the prices of speech models, which are not per token.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from .fields import Answers
from .recorded import Recorded


class Place(NamedTuple):
    """Where a value stands, and what it is to be multiplied by to be in our unit."""

    path: str
    times: Decimal = Decimal(1)


_TOKEN, _XAI = Decimal(10**6), Decimal("0.0001")

PLACES: Mapping[str, Mapping[str, Place]] = {
    "anthropic": {
        "context_window": Place("max_input_tokens"),
        "max_output": Place("max_tokens"),
        "structured_output": Place("capabilities.structured_outputs.supported"),
        "reasoning": Place("capabilities.thinking.supported"),
    },
    "cohere": {"context_window": Place("context_length")},
    "fireworks": {"context_window": Place("context_length"), "tools": Place("supports_tools")},
    "gemini": {
        "context_window": Place("inputTokenLimit"),
        "max_output": Place("outputTokenLimit"),
        "reasoning": Place("thinking"),
    },
    "groq": {
        "context_window": Place("context_window"),
        "max_output": Place("max_completion_tokens"),
        "price.input": Place("pricing.prompt", _TOKEN),
        "price.output": Place("pricing.completion", _TOKEN),
    },
    "mistral": {
        "context_window": Place("max_context_length"),
        "tools": Place("capabilities.function_calling"),
        "reasoning": Place("capabilities.reasoning"),
    },
    "openrouter": {
        "max_output": Place("top_provider.max_completion_tokens"),
        "price.input": Place("pricing.prompt", _TOKEN),
        "price.output": Place("pricing.completion", _TOKEN),
    },
    "poe": {
        "max_output": Place("context_window.max_output_tokens"),
        "context_window": Place("context_window.context_length"),
        "price.input": Place("pricing.prompt", _TOKEN),
        "price.output": Place("pricing.completion", _TOKEN),
    },
    "together": {
        "context_window": Place("context_length"),
        "price.input": Place("pricing.input"),
        "price.output": Place("pricing.output"),
    },
    "xai": {
        "context_window": Place("context_length"),
        "price.input": Place("prompt_text_token_price", _XAI),
        "price.output": Place("completion_text_token_price", _XAI),
    },
}
_NOT_PER_TOKEN = {"type": ("audio", "transcribe"), "output_modalities": (["speech"],)}


def on_the_wire(recorded: Recorded) -> dict[str, Answers]:
    """What the records state, by native id."""
    places = PLACES.get(recorded.provider.id, {})
    return {native_id: _answers(record, places) for native_id, record in recorded.records.items()}


def _answers(record: Mapping[str, Any], places: Mapping[str, Place]) -> Answers:
    per_token = not any(record.get(key) in words for key, words in _NOT_PER_TOKEN.items())
    found = {field: _value(record, place) for field, place in places.items()}
    return {
        field: value
        for field, value in found.items()
        if value is not None and (per_token or not field.startswith("price."))
    }


def _value(record: Any, place: Place) -> Any:
    for key in place.path.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    if record is None or isinstance(record, bool):
        return record
    amount = Decimal(str(record)) * place.times
    return amount if amount > 0 else None
