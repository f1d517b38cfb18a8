"""A model as one provider serves it, with the source of each fact."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from .capability import Access, Capability, Kind, Modality, Reasoning
from .claims import Endpoint
from .lifecycle import Lifecycle
from .price import Price, PriceTier
from .source import Evidence


class Tier(StrEnum):
    """How a list was come by."""

    LIVE = "live"
    """The provider answered without a key."""
    LIVE_WITH_KEY = "live-with-key"
    """The provider answered to this user's key."""
    MANIFEST = "manifest"
    """Nobody was asked: the packaged list of what the provider is known to serve."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model with its facts; `None` is unknown, never no and never zero.

    The fields and their JSON are the promise of `docs/reference/model.md`.
    """

    id: str
    """`provider/native-id`."""
    provider: str
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
    released: date | None = None
    created: datetime | None = None
    price: Price | None = None
    price_tier: PriceTier | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    aliases: tuple[str, ...] | None = None
    lifecycle: Lifecycle | None = None
    retires_on: date | None = None
    successor: str | None = None
    quantization: str | None = None
    access: Access | None = None
    """Whether the account that asked can call it: `callable`, `not-callable`, or `uncatalogued`."""
    access_note: str | None = None
    """Why it cannot be called under this id, or what calling it takes."""
    hugging_face_id: str | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    tier: Tier | None = None
    """How the list that holds the model was come by."""
    recommended: bool = False
    """It is the one to start with at its provider: preferred, listed, and there to stay."""
    available: bool | None = None
    """Whether this user can call it: a key is there, or none is needed."""
    sources: Mapping[str, Evidence] = {}
