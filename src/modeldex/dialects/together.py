"""Together's two lists: what a key can call with prices, and the catalog with features and status.

Prices are USD per million tokens, of speech models per million characters, of transcription per
minute. Zero for both input and output is said of everything that is not sold per token and is no
price, except for the models whose id ends in `-Free`. `organization` names who uploaded a model, not always who made it.
A reasoning model takes `reasoning` or `reasoning_effort`.
Source: https://docs.together.ai/reference/models, https://www.together.ai/pricing
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Role, Route
from ..domain.price import Price
from .fields import (
    charged,
    count,
    has,
    modalities,
    moment,
    price,
    reasoning,
    text,
    unix_seconds,
    usd_per_million,
    usd_per_million_each,
    usd_per_minute,
)
from .reading import envelope, following, read_list

UNREAD = ("object", "uuid", "running", "organization", "link", "license")
UNREAD_OF_CATALOG = (
    "id",
    "object",
    "updatedAt",
    "publisher",
    "displayType",
    "description",
    "familyId",
    "tags",
    "architecture",
    "products",
    "serverlessEndpoint",
    "deploymentProfiles",
    "baseModel",
    "baseModelId",
)
_KINDS = {
    "chat": Kind.CHAT,
    "language": Kind.COMPLETION,
    "code": Kind.COMPLETION,
    "image": Kind.IMAGE,
    "embedding": Kind.EMBEDDING,
    "moderation": Kind.MODERATION,
    "rerank": Kind.RERANK,
    "audio": Kind.SPEECH,
    "transcribe": Kind.TRANSCRIPTION,
    "video": Kind.VIDEO,
}
_CATALOG_KINDS = (
    ("CAPABILITY_CHAT", Kind.CHAT),
    ("CAPABILITY_EMBEDDING", Kind.EMBEDDING),
    ("CAPABILITY_RERANKING", Kind.RERANK),
    ("CAPABILITY_IMAGE_GENERATION", Kind.IMAGE),
    ("CAPABILITY_VIDEO_GENERATION", Kind.VIDEO),
)
_LIFECYCLES = {
    "SUPPORTED_MODEL_STATUS_RECOMMENDED": Lifecycle.ACTIVE,
    "SUPPORTED_MODEL_STATUS_SUPPORTED": Lifecycle.ACTIVE,
    "SUPPORTED_MODEL_STATUS_DEPRECATED": Lifecycle.DEPRECATED,
}


class PerMinute(msgspec.Struct):
    price_per_minute: Decimal | None = None


class Pricing(msgspec.Struct):
    input: Decimal | None = None
    output: Decimal | None = None
    cached_input: Decimal | None = None
    transcribe: PerMinute | Decimal | None = None


class Config(msgspec.Struct):
    max_output_length: float | None = None


class Record(msgspec.Struct):
    id: str
    type: str | None = None
    created: float | None = None
    display_name: str | None = None
    context_length: float | None = None
    config: Config | None = None
    pricing: Pricing | None = None


class CatalogPricing(msgspec.Struct, rename="camel"):
    input: Decimal | None = None
    output: Decimal | None = None
    cached_input: Decimal | None = None


class CatalogRecord(msgspec.Struct, rename="camel"):
    name: str
    display_name: str | None = None
    created_at: str | None = None
    context_length: str | float | None = None
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None
    capabilities: list[str] | None = None
    features: list[str] | None = None
    pricing: CatalogPricing | None = None
    status: str | None = None


class Paging(msgspec.Struct):
    next_cursor: str | None = None


def claims(record: Record) -> Claims:
    return Claims(
        native_id=record.id,
        name=text(record.display_name),
        kind=_KINDS.get(record.type or ""),
        context_window=count(record.context_length),
        max_output=count(record.config.max_output_length) if record.config else None,
        created=unix_seconds(record.created),
        price=_price(record),
    )


def _price(record: Record) -> Price | None:
    said = record.pricing or Pricing()
    if isinstance(said.transcribe, PerMinute):
        return price(second=charged(usd_per_minute(said.transcribe.price_per_minute)))
    if record.type == "audio" and not said.output:
        return price(character=charged(usd_per_million_each(said.input)))
    return _per_token(record.id, said.input, said.output, said.cached_input)


def _per_token(
    native_id: str, input: Decimal | None, output: Decimal | None, cached: Decimal | None
) -> Price | None:
    if not input and not output and not native_id.lower().endswith("-free"):
        return None
    return price(
        input=usd_per_million(input),
        output=usd_per_million(output),
        cache_read=charged(usd_per_million(cached)),
    )


def catalog_claims(record: CatalogRecord) -> Claims:
    features = record.features
    said = record.pricing or CatalogPricing()
    taken = _media(record.input_modalities)
    return Claims(
        native_id=record.name,
        name=text(record.display_name),
        kind=_catalog_kind(record.capabilities),
        context_window=count(record.context_length),
        input_modalities=taken,
        output_modalities=_media(record.output_modalities),
        vision=has(taken, Modality.IMAGE),
        tools=has(features, "FEATURE_TOOL_CALLING"),
        structured_output=has(features, "FEATURE_STRUCTURED_OUTPUT"),
        reasoning=reasoning(has(features, "FEATURE_REASONING")),
        created=moment(record.created_at),
        price=_per_token(record.name, said.input, said.output, said.cached_input),
        lifecycle=_LIFECYCLES.get(record.status or ""),
    )


def _media(words: list[str] | None) -> tuple[Modality, ...] | None:
    return None if words is None else modalities(word.removeprefix("MODALITY_") for word in words)


def _catalog_kind(capabilities: list[str] | None) -> Kind | None:
    return next((kind for name, kind in _CATALOG_KINDS if has(capabilities, name)), None)


def read(page: Page) -> Reading:
    if page.ask.route != "catalog":
        return read_list(page, record=Record, claims=claims, unread=UNREAD)
    follow, cut_short = following(page, "after", envelope(page.body, Paging).next_cursor)
    return read_list(
        page,
        record=CatalogRecord,
        claims=catalog_claims,
        follow=follow,
        cut_short=cut_short,
        unread=UNREAD_OF_CATALOG,
    )


DIALECT = Dialect(
    name="together",
    routes=(
        Route(name="models", path="/v1/models"),
        Route(name="catalog", path="/v2/supported-models", role=Role.ADDS),
    ),
    read=read,
)
