"""OpenAI's list of models, with what it lacks beside it.

Source: https://developers.openai.com/api/reference/resources/models/methods/list
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from ...domain.price import price_json
from . import listed
from .listed import Listed


class GetKey(msgspec.Struct, frozen=True, kw_only=True):
    """How to get what is missing."""

    provider: str
    url: str | None
    env: list[str]
    """Environment variables in which a key is looked for; none where users keep their own."""
    add: str | None = None
    """Where the user adds a key; null where it is read from the environment."""


class OpenAIMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the model; null is unknown."""

    name: str | None
    base: str | None
    kind: str | None
    context_window: int | None
    max_output: int | None
    input_modalities: list[str] | None
    output_modalities: list[str] | None
    tools: bool | None
    vision: bool | None
    structured_output: bool | None
    reasoning: str | None
    price: dict[str, Any] | None
    lifecycle: str | None
    retires_on: str | None
    local: bool
    created_from: Literal["created", "released", "first_seen"] | None
    """Which fact `created` is; null where none is known and `created` is 0."""


class OpenAIModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model; `ready` says whether it can be called now."""

    id: str
    object: Literal["model"]
    created: int
    """Seconds since 1970; 0 is unknown."""
    owned_by: str
    ready: bool
    metadata: OpenAIMetadata
    get_key: GetKey | None
    """Null where it is ready, or where no key would help."""


class OpenAIModels(msgspec.Struct, frozen=True, kw_only=True):
    """A list."""

    object: Literal["list"]
    data: list[OpenAIModel]
    has_more: bool
    first_id: str | None
    last_id: str | None


def model(one: Listed, add: str | None = None) -> OpenAIModel:
    """A model in OpenAI's shape; `add` is where users add keys of their own."""
    facts, source = one.facts, one.source
    missing = not one.ready and not source.available and not source.local
    return OpenAIModel(
        id=one.id,
        object="model",
        created=int(one.created.timestamp()),
        owned_by=facts["lab"] or facts["provider"],
        ready=one.ready,
        metadata=OpenAIMetadata(
            name=facts["name"],
            base=facts["base"],
            kind=facts["kind"],
            context_window=facts["context_window"],
            max_output=facts["max_output"],
            input_modalities=_list(listed.split(facts["input_modalities"])),
            output_modalities=_list(listed.split(facts["output_modalities"])),
            tools=listed.truth(facts["tools"]),
            vision=listed.truth(facts["vision"]),
            structured_output=listed.truth(facts["structured_output"]),
            reasoning=facts["reasoning"],
            price=price_json(one.price) if one.price else None,
            lifecycle=facts["lifecycle"],
            retires_on=facts["retires_on"],
            local=source.local,
            created_from=one.created_from,  # type: ignore[arg-type]
        ),
        get_key=GetKey(
            provider=source.name,
            url=source.key_url,
            env=list(source.key_env) if add is None else [],
            add=add,
        )
        if missing
        else None,
    )


def models(found: Sequence[Listed], more: bool) -> OpenAIModels:
    """A list in OpenAI's shape."""
    return OpenAIModels(
        object="list",
        data=[model(one) for one in found],
        has_more=more,
        first_id=found[0].id if found else None,
        last_id=found[-1].id if found else None,
    )


def _list(found: Sequence[str] | None) -> list[str] | None:
    return None if found is None else list(found)
