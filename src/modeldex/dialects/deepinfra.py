"""DeepInfra's OpenAI-style list with `metadata`: limits, tags, and prices in USD per million tokens.

A record without metadata says no more than its id. A tag that is not there says nothing.
Source: https://deepinfra.com/docs/openai_api
"""

from decimal import Decimal

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Route
from .additions import abilities, named
from .fields import charged, count, price, reasoning, unix_seconds, usd_per_million
from .reading import read_list

UNREAD = ("object", "owned_by", "root", "parent")
_KINDS = (
    ({"embed", "embeddings"}, Kind.EMBEDDING),
    ({"rerank", "reranker"}, Kind.RERANK),
    ({"image-gen", "text-to-image"}, Kind.IMAGE),
    ({"video-gen", "text-to-video"}, Kind.VIDEO),
    ({"tts", "text-to-speech"}, Kind.SPEECH),
    ({"stt", "automatic-speech-recognition"}, Kind.TRANSCRIPTION),
    ({"chat", "vlm"}, Kind.CHAT),
)


class Pricing(msgspec.Struct):
    input_tokens: Decimal | None = None
    output_tokens: Decimal | None = None
    cache_read_tokens: Decimal | None = None


class Metadata(msgspec.Struct):
    context_length: float | None = None
    max_tokens: float | None = None
    pricing: Pricing | None = None
    tags: list[str] | None = None


class Record(msgspec.Struct):
    id: str
    created: float | None = None
    metadata: Metadata | None = None


def claims(record: Record) -> Claims:
    known = record.metadata or Metadata()
    said = known.pricing or Pricing()
    able = abilities(known.tags or ())
    return Claims(
        native_id=record.id,
        kind=next((kind for words, kind in _KINDS if named(able, words)), None),
        context_window=count(known.context_length),
        max_output=count(known.max_tokens),
        vision=named(able, {"vision", "vlm"}),
        reasoning=reasoning(named(able, {"reasoning", "reasoning-effort"})),
        prompt_caching=named(able, {"prompt-cache"}),
        created=unix_seconds(record.created),
        price=price(
            input=usd_per_million(said.input_tokens),
            output=usd_per_million(said.output_tokens),
            cache_read=charged(usd_per_million(said.cache_read_tokens)),
        ),
    )


def read(page: Page) -> Reading:
    return read_list(page, record=Record, claims=claims, unread=UNREAD)


DIALECT = Dialect(
    name="deepinfra",
    routes=(Route(name="models", path="models", params={"filter": "with_meta"}),),
    read=read,
)
