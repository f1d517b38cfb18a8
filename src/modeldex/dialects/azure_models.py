"""One model that may be deployed in an Azure OpenAI resource; of access it says nothing.

Source: https://learn.microsoft.com/en-us/rest/api/azureopenai/models/list
"""

from datetime import UTC

import msgspec

from ..domain.capability import Kind
from ..domain.claims import Claims
from ..domain.lifecycle import Lifecycle
from .fields import unix_seconds

UNREAD = ("object", "status", "created", "updated_at", "model", "fine_tune")
_STAGES = {
    "generally-available": Lifecycle.ACTIVE,
    "preview": Lifecycle.ACTIVE,
    "deprecated": Lifecycle.DEPRECATED,
}


class Abilities(msgspec.Struct):
    chat_completion: bool | None = None
    completion: bool | None = None
    embeddings: bool | None = None


class Ends(msgspec.Struct):
    inference: float | None = None


class Record(msgspec.Struct):
    id: str
    created_at: float | None = None
    lifecycle_status: str | None = None
    capabilities: Abilities | None = None
    deprecation: Ends | None = None


def claims(record: Record) -> Claims:
    ends = unix_seconds((record.deprecation or Ends()).inference)
    return Claims(
        native_id=record.id,
        kind=_kind(record.id.lower(), record.capabilities or Abilities()),
        created=unix_seconds(record.created_at),
        lifecycle=_STAGES.get(record.lifecycle_status or ""),
        retires_on=ends.astimezone(UTC).date() if ends else None,
    )


def _kind(model_id: str, able: Abilities) -> Kind | None:
    """The flag for chat is on for rerankers and for speech too, which their names alone tell.

    What has none of the three flags does something else, and only its name says what.
    """
    if "rerank" in model_id:
        return Kind.RERANK
    if able.chat_completion:
        return None if "audio" in model_id else Kind.CHAT
    if able.embeddings:
        return Kind.EMBEDDING
    return Kind.COMPLETION if able.completion else None
