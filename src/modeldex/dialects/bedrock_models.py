"""One foundation model of Amazon Bedrock, and whether it can be called under its own id.

A model that is offered through inference profiles alone fails under its own id. Some fields are
answered and not documented; of those only plain numbers and flags are read.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html
"""

import re
from datetime import UTC, date

import msgspec

from ..domain.capability import Access, Capability, Kind, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from .fields import count, retirement, text, unix_seconds
from .fields import modalities as media

UNREAD = (
    *("modelArn", "consoleIDEMetadata", "customizationsSupported", "featuresSupported"),
    *("guardrailsSupported", "intelligentPromptRouting", "latencyOptimizationSupported"),
    "batchSupported",
)
_FILM_AND_SPEECH = {"SPEECH": "audio"}
_GROUPS = (("us-gov-", "us-gov"), ("us-", "us"), ("ca-", "us"), ("eu-", "eu"), ("ap-", "apac"))
_TOKENS = re.compile(r"(\d+(?:\.\d+)?)\s*([KkMm]?)")
_IN_ARN = re.compile(r"arn:[\w-]+:bedrock:([\w-]*):")
_BOUGHT = "it is served with provisioned throughput alone, under the ARN of what was bought"


class Lifetime(msgspec.Struct, rename="camel"):
    status: str | None = None
    end_of_life_time: float | str | None = None


class Converse(msgspec.Struct, rename="camel"):
    max_tokens_maximum: float | None = None
    reasoning_supported: dict[str, bool] | None = None


class Caching(msgspec.Struct, rename="camel"):
    is_supported: bool | None = None


class Description(msgspec.Struct, rename="camel"):
    max_context_window: str | None = None
    release_date: str | None = None


class Record(msgspec.Struct, rename="camel"):
    model_id: str
    model_arn: str | None = None
    model_name: str | None = None
    provider_name: str | None = None
    model_family: str | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    response_streaming_supported: bool | None = None
    inference_types_supported: list[str] | None = None
    model_lifecycle: Lifetime | None = None
    converse: Converse | None = None
    explicit_prompt_caching: Caching | None = None
    description: Description | None = None


def claims(record: Record, *, open_to_all: Capability = None) -> Claims:
    life = record.model_lifecycle or Lifetime()
    converse = record.converse or Converse()
    said = record.description or Description()
    caching = record.explicit_prompt_caching or Caching()
    access, note = _access(record, open_to_all)
    outputs = _media(record.output_modalities)
    return Claims(
        native_id=record.model_id,
        name=text(record.model_name),
        kind=_kind(record.model_id, outputs),
        context_window=_tokens(said.max_context_window),
        max_output=count(converse.max_tokens_maximum),
        input_modalities=_media(record.input_modalities),
        output_modalities=outputs,
        streaming=record.response_streaming_supported,
        prompt_caching=caching.is_supported or None,
        reasoning=_reasoning(converse.reasoning_supported),
        lifecycle=_lifecycle(life),
        retires_on=_day(life.end_of_life_time),
        access=access,
        access_note=note,
    )


def _access(record: Record, open_to_all: Capability) -> tuple[Access | None, str | None]:
    """Listed is not callable: the list holds what the region has, whoever asks."""
    ways = record.inference_types_supported
    if not ways:
        return None, None
    if "ON_DEMAND" in ways:
        if open_to_all:
            return Access.CALLABLE, None
        return None, "the list does not say whether this account was given access to it"
    if "INFERENCE_PROFILE" in ways:
        return Access.NOT_CALLABLE, f"call it through an inference profile{_example(record)}"
    return (Access.NOT_CALLABLE, _BOUGHT) if "PROVISIONED" in ways else (None, None)


def _example(record: Record) -> str:
    met = _IN_ARN.match(record.model_arn or "")
    region = met[1] if met else ""
    group = next((group for start, group in _GROUPS if region.startswith(start)), None)
    return f" such as {group}.{text(record.model_id, 100)}" if group else ""


def _media(words: list[str] | None) -> tuple[Modality, ...] | None:
    return media(_FILM_AND_SPEECH.get(word, word) for word in words) if words else None


def _kind(model_id: str, outputs: tuple[Modality, ...] | None) -> Kind | None:
    """A reranker's scores are told as text; its name alone gives it away."""
    if "rerank" in model_id:
        return Kind.RERANK
    if outputs and Modality.AUDIO in outputs:
        return Kind.REALTIME if Modality.TEXT in outputs else Kind.SPEECH
    return None


def _reasoning(said: dict[str, bool] | None) -> Reasoning | None:
    if said is None or "embedded" not in said:
        return None
    return Reasoning.FIXED if said["embedded"] else Reasoning.CONFIGURABLE


def _lifecycle(life: Lifetime) -> Lifecycle | None:
    return {"ACTIVE": Lifecycle.ACTIVE, "LEGACY": Lifecycle.DEPRECATED}.get(life.status or "")


def _tokens(said: str | None) -> int | None:
    """`200K`, as it is written there, is 200,000."""
    met = _TOKENS.fullmatch((said or "").strip())
    if met is None:
        return None
    return count(float(met[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[met[2].lower()])


def _day(said: float | str | None) -> date | None:
    if isinstance(said, str):
        return retirement(said)
    at = unix_seconds(said)
    return at.astimezone(UTC).date() if at else None
