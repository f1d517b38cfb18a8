"""Anthropic's list of models. Source: https://platform.claude.com/docs/en/api/models/list"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from .listed import Listed


class AnthropicModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model; `created_at` is the epoch where nothing is known."""

    id: str
    type: Literal["model"]
    display_name: str
    created_at: datetime
    max_input_tokens: int | None
    max_tokens: int | None
    ready: bool


class AnthropicModels(msgspec.Struct, frozen=True, kw_only=True):
    """One page; `last_id` goes into `after_id`, `first_id` into `before_id`."""

    data: list[AnthropicModel]
    has_more: bool
    first_id: str | None
    last_id: str | None


def model(one: Listed) -> AnthropicModel:
    """A model in Anthropic's shape."""
    return AnthropicModel(
        id=one.id,
        type="model",
        display_name=one.name,
        created_at=one.created,
        max_input_tokens=one.facts["context_window"],
        max_tokens=one.facts["max_output"],
        ready=one.ready,
    )


def models(found: Sequence[Listed], more: bool) -> AnthropicModels:
    """A page in Anthropic's shape."""
    return AnthropicModels(
        data=[model(one) for one in found],
        has_more=more,
        first_id=found[0].id if found else None,
        last_id=found[-1].id if found else None,
    )
