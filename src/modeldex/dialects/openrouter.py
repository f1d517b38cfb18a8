"""OpenRouter's list: the public catalog, and with a key what that key may use.

Source: https://openrouter.ai/docs/api/api-reference/models/get-models and the official Python SDK
(`components/model.py`), version 1.3.84.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from ..domain.capability import Kind, Reasoning
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Ask, Dialect, Page, Reading, Role, Route, When
from ..domain.price import Price
from .fields import (
    charged,
    count,
    cutoff,
    has,
    modalities,
    retirement,
    text,
    unix_seconds,
)
from .openrouter_prices import Pricing, prices
from .reading import envelope, next_page, read_list


class Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class TopProvider(msgspec.Struct):
    context_length: int | None = None
    max_completion_tokens: int | None = None


class Effort(msgspec.Struct):
    mandatory: bool | None = None
    supported_efforts: list[str | None] | UnsetType | None = UNSET
    """`None`: any effort is taken; absent: none is."""
    supports_max_tokens: bool | None = None


class AliasTarget(msgspec.Struct):
    slug: str | None = None


class Record(msgspec.Struct):
    id: str
    name: str | None = None
    canonical_slug: str | None = None
    created: int | None = None
    context_length: int | None = None
    architecture: Architecture | None = None
    top_provider: TopProvider | None = None
    pricing: Pricing | None = None
    supported_parameters: list[str] | None = None
    reasoning: Effort | None = None
    expiration_date: str | None = None
    knowledge_cutoff: str | None = None
    hugging_face_id: str | None = None
    alias_target: AliasTarget | None = None


_UNREAD = (
    "benchmarks",
    "default_parameters",
    "description",
    "links",
    "per_request_limits",
    "supported_voices",
)


class Links(msgspec.Struct):
    next: str | None = None


class Envelope(msgspec.Struct):
    links: Links | None = None


def claims(record: Record) -> Claims:
    shape = record.architecture or Architecture()
    top = record.top_provider or TopProvider()
    able = record.supported_parameters
    retires_on = retirement(record.expiration_date)
    return Claims(
        native_id=record.id,
        name=text(record.name),
        kind=_kind(shape.output_modalities),
        context_window=_smallest(record.context_length, top.context_length),
        max_output=count(top.max_completion_tokens),
        input_modalities=modalities(shape.input_modalities),
        output_modalities=modalities(shape.output_modalities),
        tools=has(able, "tools"),
        structured_output=has(able, "structured_outputs"),
        json_mode=has(able, "response_format"),
        prompt_caching=_caches(record.pricing),
        batch=True if record.id.endswith(":batch") else None,
        reasoning=_reasoning(record.reasoning, able),
        open_weights=True if record.hugging_face_id else None,
        knowledge_cutoff=cutoff(record.knowledge_cutoff),
        created=unix_seconds(record.created),
        price=_price(record),
        aliases=_aliases(record),
        lifecycle=Lifecycle.DEPRECATED if retires_on else None,
        retires_on=retires_on,
        hugging_face_id=record.hugging_face_id or None,
    )


_KINDS: Mapping[str, Kind] = {
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "speech": Kind.SPEECH,
    "transcription": Kind.TRANSCRIPTION,
    "embeddings": Kind.EMBEDDING,
    "embedding": Kind.EMBEDDING,
    "rerank": Kind.RERANK,
}


def _kind(outputs: list[str] | None) -> Kind | None:
    """The job, where one medium comes out that tells it; text comes out of guards too, and beside
    the pictures of models that make them."""
    return _KINDS.get(outputs[0]) if outputs and len(outputs) == 1 else None


def _smallest(*limits: int | None) -> int | None:
    """The default backend may hold less than the model: the smaller one is always true."""
    return min((limit for limit in map(count, limits) if limit is not None), default=None)


def _caches(pricing: Pricing | None) -> bool | None:
    return True if pricing is not None and charged(pricing.input_cache_read) else None


def _reasoning(effort: Effort | None, able: list[str] | None) -> Reasoning | None:
    if effort is not None:
        free = not effort.mandatory or effort.supports_max_tokens or _has_choice(effort)
        return Reasoning.CONFIGURABLE if free else Reasoning.FIXED
    if able is None:
        return None
    if has(able, "reasoning", "reasoning_effort"):
        return Reasoning.CONFIGURABLE
    return Reasoning.FIXED if "include_reasoning" in able else Reasoning.NONE


def _has_choice(effort: Effort) -> bool:
    efforts = effort.supported_efforts
    return not isinstance(efforts, UnsetType) and (efforts is None or len(efforts) > 1)


def _aliases(record: Record) -> tuple[str, ...] | None:
    """The slug is shared by the `:free` and `:batch` variants, and leads to the plain model."""
    named = [record.alias_target.slug if record.alias_target else None]
    if ":" not in record.id:
        named.append(record.canonical_slug)
    return tuple(dict.fromkeys(name for name in named if name and name != record.id)) or None


def _price(record: Record) -> Price | None:
    """A zero is a price of text or vectors; other media have zeros for want of a token price."""
    outputs = record.architecture.output_modalities if record.architecture else None
    free = outputs in (["text"], ["embeddings"]) or record.id.endswith(":free")
    return prices(record.pricing, may_be_free=free) if record.pricing else None


def read(page: Page) -> Reading:
    follow, cut_short = _next(page)
    return read_list(
        page,
        record=Record,
        claims=claims,
        follow=follow,
        cut_short=cut_short,
        unread=_UNREAD,
    )


def _next(page: Page) -> tuple[tuple[Ask, ...], bool]:
    """The page that `links.next` names: only its parameters are taken, never its address."""
    links = envelope(page.body, Envelope).links
    if links is None or not links.next:
        return (), False
    params = dict(parse_qsl(urlsplit(links.next).query))
    following = next_page(page, params)
    return ((), True) if following == page.ask else ((following,), False)


_ALL = {"output_modalities": "all"}
DIALECT = Dialect(
    name="openrouter",
    routes=(
        Route(name="public", path="models", params=_ALL, when=When.WITHOUT_KEY, sends_key=False),
        Route(name="user", path="models/user", when=When.WITH_KEY),
        Route(
            name="catalog",
            path="models",
            params=_ALL,
            role=Role.ADDS,
            when=When.WITH_KEY,
            sends_key=False,
        ),
    ),
    read=read,
)
