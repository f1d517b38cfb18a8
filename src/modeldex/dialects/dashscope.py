"""Alibaba Cloud Model Studio: its own rich list, and the bare OpenAI shape when that one fails.

The record names no currency. Singapore and Virginia charge USD, which is what is read here;
Beijing charges CNY and must not be read with this dialect.
Source: https://www.alibabacloud.com/help/en/model-studio/list-models
"""

import msgspec

from ..domain.capability import Kind, Modality
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Ask, Dialect, Page, Reading, Role, Route
from ..domain.outcome import Unreadable
from .dashscope_prices import Range, prices
from .fields import (
    count,
    has,
    modalities,
    moment,
    reasoning,
    retirement,
    text,
    unix_seconds,
)
from .reading import envelope, next_page, read_list

PAGE_SIZE = 100


class Media(msgspec.Struct):
    request_modality: list[str] | None = None
    response_modality: list[str] | None = None


class Limits(msgspec.Struct):
    context_window: int | None = None
    max_output_tokens: int | None = None


class Offline(msgspec.Struct):
    """The notice of a retirement; both spellings are met."""

    offline_time: str | None = None
    camel: str | None = msgspec.field(default=None, name="offlineTime")


class Record(msgspec.Struct):
    model: str
    name: str | None = None
    capabilities: list[str] | None = None
    """Codes such as `TG` (text), `VU` (vision), `IG`, `VG` (pictures, film), `ASR`, `TTS`."""
    features: list[str] | None = None
    published_time: str | None = None
    """No zone is stated; it is taken as UTC."""
    inference_metadata: Media | None = None
    model_info: Limits | None = None
    prices: list[Range] | None = None
    inference_offline_info: Offline | None = None


_UNREAD = ("description", "equivalent_snapshot", "inference_provider", "provider")


class Bare(msgspec.Struct):
    id: str
    created: int | None = None


class Output(msgspec.Struct):
    total: int | None = None
    page_size: int | None = None
    models: list[msgspec.Raw] | None = None


class Envelope(msgspec.Struct):
    success: bool | None = None
    output: Output | None = None
    has_more: bool | None = None


_IN_USD = ("dashscope-intl.", "dashscope-us.")


def claims(record: Record) -> Claims:
    media = record.inference_metadata or Media()
    limits = record.model_info or Limits()
    notice = record.inference_offline_info or Offline()
    retires_on = retirement(notice.offline_time or notice.camel)
    outputs = modalities(media.response_modality)
    return Claims(
        native_id=record.model,
        name=text(record.name),
        kind=_kind(record.capabilities, outputs),
        context_window=count(limits.context_window),
        max_output=count(limits.max_output_tokens),
        input_modalities=modalities(media.request_modality),
        output_modalities=outputs,
        tools=has(record.features, "function-calling"),
        structured_output=has(record.features, "structured-outputs"),
        prompt_caching=has(record.features, "cache"),
        batch=has(record.features, "batch"),
        reasoning=reasoning(has(record.capabilities, "Reasoning")),
        created=moment(record.published_time),
        price=prices(record.prices or ()),
        lifecycle=Lifecycle.DEPRECATED if retires_on else None,
        retires_on=retires_on,
    )


_CHAT = ("TG", "Reasoning", "VU", "Multimodal-Omni")
_KINDS = {
    "ASR": Kind.TRANSCRIPTION,
    "TTS": Kind.SPEECH,
    "IG": Kind.IMAGE,
    "VG": Kind.VIDEO,
}


def _kind(codes: list[str] | None, outputs: tuple[Modality, ...] | None) -> Kind | None:
    able = codes or []
    if any(code.startswith("Realtime") for code in able):
        return Kind.REALTIME
    if has(able, *_CHAT) and outputs and Modality.TEXT in outputs:
        return Kind.CHAT
    return next((kind for code, kind in _KINDS.items() if code in able), None)


def bare(record: Bare) -> Claims:
    return Claims(native_id=record.id, created=unix_seconds(record.created))


def read(page: Page) -> Reading:
    """Raises `Unreadable` when the answer is a failure that came with status 200."""
    around = envelope(page.body, Envelope)
    if around.success is False:
        raise Unreadable("it reports a failure in place of a list")
    if page.ask.route == "compatible":
        return read_list(
            page,
            record=Bare,
            claims=bare,
            cut_short=bool(around.has_more),
            unread=("object", "owned_by"),
        )
    return read_list(
        page,
        record=Record,
        claims=claims if in_usd(page.url) else unpriced,
        at=("output.models",),
        follow=_next(page, around.output or Output()),
        unread=_UNREAD,
    )


def in_usd(url: str) -> bool:
    """Whether prices from this address are US dollars: the record names no currency.

    Singapore and the United States price in dollars, mainland hosts in yuan.
    Source: https://www.alibabacloud.com/help/en/model-studio/list-models
    """
    host = url.partition("://")[2].partition("/")[0]
    return not host.endswith("aliyuncs.com") or host.startswith(_IN_USD)


def unpriced(record: Record) -> Claims:
    """The record without its price, which is in another currency."""
    return msgspec.structs.replace(claims(record), price=None)


def _next(page: Page, output: Output) -> tuple[Ask, ...]:
    """The number asked for is what counts: an answer that names none cannot lead in a circle."""
    number = count(page.ask.params.get("page_no")) or 1
    reached = number * (count(output.page_size) or PAGE_SIZE)
    if not output.models or reached >= (output.total or 0):
        return ()
    return (next_page(page, {"page_no": str(number + 1)}),)


DIALECT = Dialect(
    name="dashscope",
    routes=(
        Route(
            name="native",
            path="/api/v1/models",
            params={"page_no": "1", "page_size": str(PAGE_SIZE), "language": "en-US"},
        ),
        Route(name="compatible", path="models", role=Role.FALLBACK),
    ),
    read=read,
)
