"""Cloudflare Workers AI: its catalogue with tasks, properties and prices, and the same for routers.

`total_count` counts models that are not shown, so that a page that is not full is the last one.
The list for routers (`format=openrouter`) prices tokens in USD per token.
Source: https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw

from ..domain.capability import Capability, Kind
from ..domain.claims import Claims
from ..domain.listing import Ask, Dialect, Page, Reading, Role, Route
from ..domain.outcome import Unreadable
from ..domain.price import Price, PriceUnit
from . import openai
from .additions import UNREAD, decimal
from .fields import (
    count,
    moment,
    price,
    reasoning,
    usd_per_million,
    usd_per_minute,
    usd_per_thousand_each,
)
from .reading import envelope, next_page, read_list

PAGE_SIZE = 100
_PREFIX = "workers-ai/"
_RATES = {
    "per M input tokens": ("input", usd_per_million),
    "per M output tokens": ("output", usd_per_million),
    "per M cached input tokens": ("cache_read", usd_per_million),
    "per audio minute": ("second", usd_per_minute),
    "per 1k characters": ("character", usd_per_thousand_each),
    "per inference request": ("request", usd_per_million),
}
_KINDS = {
    "Text Generation": Kind.CHAT,
    "Text Embeddings": Kind.EMBEDDING,
    "Text-to-Image": Kind.IMAGE,
    "Text-to-Speech": Kind.SPEECH,
    "Automatic Speech Recognition": Kind.TRANSCRIPTION,
    "Translation": Kind.OTHER,
    "Summarization": Kind.OTHER,
    "Image Classification": Kind.OTHER,
    "Object Detection": Kind.OTHER,
    "Dumb Pipe": Kind.OTHER,
}
_UNREAD = ("id", "source", "description")


class Task(msgspec.Struct):
    name: str | None = None


class Rate(msgspec.Struct):
    unit: str | None = None
    price: Raw = Raw()
    currency: str | None = None


class Property(msgspec.Struct):
    property_id: str
    value: Raw = Raw()


class Record(msgspec.Struct):
    name: str
    """The id to call; the field `id` is a number of the catalogue."""
    task: Task | None = None
    created_at: str | None = None
    tags: list[str] | None = None
    properties: list[Property] | None = None


class Place(msgspec.Struct):
    count: int | None = None
    per_page: int | None = None
    total_pages: int | None = None


class Envelope(msgspec.Struct):
    success: bool | None = None
    result: Raw = Raw()
    result_info: Place | None = None


def claims(record: Record) -> Claims:
    said = {one.property_id: one.value for one in record.properties or ()}
    return Claims(
        native_id=record.name,
        kind=_kind(record),
        context_window=count(_text(said.get("context_window"))),
        tools=_flag(said, "function_calling"),
        vision=_flag(said, "vision"),
        reasoning=reasoning(_flag(said, "reasoning")),
        created=moment(record.created_at),
        price=prices(said.get("price")),
    )


def _kind(record: Record) -> Kind | None:
    """Guards are text generators by task; their tags name what they are for."""
    if "moderation" in (record.tags or ()):
        return Kind.MODERATION
    return _KINDS.get(record.task.name or "") if record.task else None


def _text(value: Raw | None) -> str | None:
    said = msgspec.json.decode(bytes(value or b"") or b"null")
    return said if isinstance(said, str) else None


def _flag(said: Mapping[str, Raw], name: str) -> Capability:
    return {"true": True, "false": False}.get(_text(said.get(name)) or "")


def prices(value: Raw | None) -> Price | None:
    """Rates by their unit's words; steps and tiles of pictures have no unit here and are left out."""
    try:
        rates = msgspec.json.decode(bytes(value or b"") or b"[]", type=list[Rate])
    except msgspec.ValidationError:
        return None
    found: dict[str, Any] = {}
    for rate in rates:
        if rate.currency == "USD" and rate.unit in _RATES:
            unit, in_ours = _RATES[rate.unit]
            found[unit] = in_ours(decimal(rate.price))
    return price(**found)


def for_routers(record: openai.Record) -> Claims:
    """The record under the id to call; where the catalogue has no price, this list says zero."""
    said = openai.claims(record, PriceUnit.USD_PER_TOKEN)
    stated = said.price if said.price and (said.price.input or said.price.output) else None
    return msgspec.structs.replace(said, native_id=record.id.removeprefix(_PREFIX), price=stated)


def read(page: Page) -> Reading:
    """Raises `Unreadable` when the answer is a failure that came with status 200."""
    around = envelope(page.body, Envelope)
    if around.success is False:
        raise Unreadable("it reports a failure in place of a list")
    follow = _next(page, around.result_info or Place())
    if page.ask.route == "catalog":
        return read_list(
            page, record=Record, claims=claims, at=("result",), follow=follow, unread=_UNREAD
        )
    bare = bytes(around.result)[:1] == b"["
    return read_list(
        page,
        record=openai.Record,
        claims=for_routers,
        at=("result",) if bare else ("result.data",),
        follow=follow,
        unread=UNREAD,
    )


def _next(page: Page, place: Place) -> tuple[Ask, ...]:
    number = count(page.ask.params.get("page")) or 1
    held = place.count or 0
    full = held >= (place.per_page or PAGE_SIZE)
    if held and (full or number < (place.total_pages or 0)):
        return (next_page(page, {"page": str(number + 1)}),)
    return ()


_PAGING = {"page": "1", "per_page": str(PAGE_SIZE)}

DIALECT = Dialect(
    name="cloudflare",
    routes=(
        Route(
            name="catalog",
            path="ai/models/search",
            params={**_PAGING, "hide_experimental": "false"},
        ),
        Route(
            name="routers",
            path="ai/models/search",
            params={**_PAGING, "format": "openrouter"},
            role=Role.ADDS,
        ),
    ),
    read=read,
)
