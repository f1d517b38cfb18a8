"""Anthropic's list: limits, capabilities and lifecycle of every Messages model.

No flag says whether a model takes tools or streams; nothing is claimed about either.
Source: https://platform.claude.com/docs/en/api/models/list
"""

import msgspec

from ..domain.capability import Capability, Modality, Reasoning
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from ..domain.listing import Dialect, Page, Reading, Route
from .fields import count, day, moment, text, text_and
from .reading import envelope, following, read_list

UNREAD = ("type", "deprecated_at")
_LIFECYCLES = {
    "active": Lifecycle.ACTIVE,
    "deprecated": Lifecycle.DEPRECATED,
    "retired": Lifecycle.REMOVED,
}


class Switch(msgspec.Struct):
    supported: bool | None = None


class ThinkingTypes(msgspec.Struct):
    enabled: Switch | None = None
    disabled: Switch | None = None


class Thinking(msgspec.Struct):
    supported: bool | None = None
    types: ThinkingTypes | None = None


class Capabilities(msgspec.Struct):
    batch: Switch | None = None
    effort: Switch | None = None
    image_input: Switch | None = None
    pdf_input: Switch | None = None
    structured_outputs: Switch | None = None
    thinking: Thinking | None = None


class Record(msgspec.Struct):
    id: str
    display_name: str | None = None
    created_at: str | None = None
    max_input_tokens: float | None = None
    max_tokens: float | None = None
    lifecycle: str | None = None
    retires_at: str | None = None
    line: str | None = None
    capabilities: Capabilities | None = None


class Paging(msgspec.Struct):
    has_more: bool = False
    last_id: str | None = None


def claims(record: Record) -> Claims:
    able = record.capabilities or Capabilities()
    return Claims(
        native_id=record.id,
        name=text(record.display_name),
        family=text(record.line),
        context_window=count(record.max_input_tokens),
        max_output=count(record.max_tokens),
        input_modalities=_input(record.capabilities),
        structured_output=_on(able.structured_outputs),
        vision=_on(able.image_input),
        batch=_on(able.batch),
        reasoning=_reasoning(able),
        released=day(record.created_at),
        created=moment(record.created_at),
        lifecycle=_LIFECYCLES.get(record.lifecycle or ""),
        retires_on=day(record.retires_at),
    )


def _on(switch: Switch | None) -> Capability:
    return switch.supported if switch else None


def _input(able: Capabilities | None) -> tuple[Modality, ...] | None:
    return text_and(image=_on(able.image_input), pdf=_on(able.pdf_input)) if able else None


def _reasoning(able: Capabilities) -> Reasoning | None:
    if able.thinking is None or able.thinking.supported is None:
        return None
    if not able.thinking.supported:
        return Reasoning.NONE
    types = able.thinking.types or ThinkingTypes()
    chosen = _on(able.effort) or _on(types.enabled) or _on(types.disabled)
    return Reasoning.CONFIGURABLE if chosen else Reasoning.FIXED


def read(page: Page) -> Reading:
    around = envelope(page.body, Paging)
    follow, cut_short = following(page, "after_id", around.last_id, more=around.has_more)
    return read_list(
        page, record=Record, claims=claims, follow=follow, cut_short=cut_short, unread=UNREAD
    )


DIALECT = Dialect(
    name="anthropic",
    routes=(
        Route(
            name="models",
            path="/v1/models",
            params={"limit": "1000"},
            headers={"anthropic-version": "2026-10-21"},
        ),
    ),
    read=read,
)
