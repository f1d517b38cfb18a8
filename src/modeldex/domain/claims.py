"""What one witness says of one model, in our words and not yet judged."""

from datetime import date, datetime
from typing import Any

import msgspec

from .capability import Access, Capability, Kind, Modality, Reasoning
from .lifecycle import Lifecycle
from .price import Price


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One backend behind an aggregator, with limits, price and abilities of its own."""

    name: str
    status: str | None = None
    """The aggregator's own word, such as `live`; `None` is not stated."""
    context_window: int | None = None
    max_output: int | None = None
    price: Price | None = None
    tools: Capability = None
    structured_output: Capability = None
    quantization: str | None = None


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Claims about one model by one witness; `None` and an empty tuple say nothing at all."""

    native_id: str
    """The string the provider wants, untouched."""
    name: str | None = None
    base: str | None = None
    lab: str | None = None
    family: str | None = None
    kind: Kind | None = None
    context_window: int | None = None
    """Tokens of prompt and output together."""
    max_output: int | None = None
    """Tokens of the answer."""
    input_modalities: tuple[Modality, ...] | None = None
    output_modalities: tuple[Modality, ...] | None = None
    tools: Capability = None
    structured_output: Capability = None
    json_mode: Capability = None
    vision: Capability = None
    streaming: Capability = None
    prompt_caching: Capability = None
    batch: Capability = None
    reasoning: Reasoning | None = None
    open_weights: Capability = None
    knowledge_cutoff: str | None = None
    """`2025`, `2025-04` or `2025-04-30`, as exact as it was stated."""
    released: date | None = None
    """The day the lab released the model."""
    created: datetime | None = None
    """The provider's own time stamp of the record, aware UTC."""
    price: Price | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    aliases: tuple[str, ...] | None = None
    """Other native ids that lead to the same model."""
    lifecycle: Lifecycle | None = None
    retires_on: date | None = None
    successor: str | None = None
    """A native id, as the provider names it."""
    quantization: str | None = None
    access: Access | None = None
    access_note: str | None = None
    """Why it cannot be called under this id, or what calling it takes."""
    hugging_face_id: str | None = None


JUDGED: tuple[str, ...] = tuple(field for field in Claims.__struct_fields__ if field != "native_id")
"""The fields of which the resolver makes facts: all but the first, which says of what model."""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed value that cannot be right: it becomes no fact, and is kept to be shown."""

    field: str
    """The field of `Claims` that is left unknown; for one endpoint's value, `endpoints`."""
    value: Any
    """The value as `Claims` types it; for one endpoint's value that endpoint alone in a tuple."""
    reason: str
    """What is wrong with it, in one sentence without a full stop."""
