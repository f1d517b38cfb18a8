"""What a model can do, and the one rule of all such facts: unknown is a third answer."""

from enum import StrEnum
from typing import TypeAlias

Capability: TypeAlias = bool | None
"""`True` = yes, `False` = no, `None` = unknown. Never read `None` as no."""

CAPABILITIES: tuple[str, ...] = (
    "tools",
    "structured_output",
    "json_mode",
    "vision",
    "streaming",
    "prompt_caching",
    "batch",
)
"""The three-valued fields of a model, in the order in which they are shown."""


class Reasoning(StrEnum):
    """How a model reasons before it answers; an absent value means unknown."""

    NONE = "none"
    FIXED = "fixed"
    """It reasons, and the caller cannot choose how much."""
    CONFIGURABLE = "configurable"
    """It reasons, and the caller can switch it or set an effort or a budget."""


class Modality(StrEnum):
    """A medium that goes into a model or comes out of it."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    PDF = "pdf"
    EMBEDDING = "embedding"


class Kind(StrEnum):
    """The job a model is for; an absent value means unknown."""

    CHAT = "chat"
    COMPLETION = "completion"
    EMBEDDING = "embedding"
    RERANK = "rerank"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TRANSCRIPTION = "transcription"
    SPEECH = "speech"
    MODERATION = "moderation"
    REALTIME = "realtime"
    OTHER = "other"


class Access(StrEnum):
    """Whether the account that asked can call a model; an absent value means unknown."""

    CALLABLE = "callable"
    """It is in the provider's catalog, and this account can call it."""
    NOT_CALLABLE = "not-callable"
    """It is in the provider's catalog, and this account cannot call it under this id."""
    UNCATALOGUED = "uncatalogued"
    """This account can call it, and the provider's catalog has no such id: a deployment, an
    endpoint or a profile of the account's own."""
